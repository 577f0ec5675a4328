package dev.gateloom.ptx;

import dev.gateloom.device.Architecture;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.exec.Code;

/** A kernel on the emulator, and the driver's rules for launching it. */
final class EmulatorKernel implements Kernel {
    private static final String LAUNCH = "cuLaunchKernel";

    private final EmulatorDevice device;
    private final LoadedProgram program;
    private final Code code;
    private final Architecture architecture;
    private final int registers;
    private int allowedShared = Limits.SHARED_PER_BLOCK;

    EmulatorKernel(EmulatorDevice device, LoadedProgram program, Code code, int registers) {
        this.device = device;
        this.program = program;
        this.code = code;
        this.registers = registers;
        architecture = Architecture.of(device.options().architecture());
    }

    @Override
    public String name() {
        return code.function().name();
    }

    @Override
    public int registers() {
        return registers;
    }

    @Override
    public int staticSharedBytes() {
        return code.staticShared();
    }

    @Override
    public int localBytes() {
        return code.localBytes();
    }

    @Override
    public int maxThreads() {
        int most = mostByRegisters();
        if (code.function().requiredThreads() != null) {
            int[] required = code.function().requiredThreads();
            return Math.min(most, required[0] * required[1] * required[2]);
        }
        return code.function().maxThreads() == 0 ? most : Math.min(most, code.function().maxThreads());
    }

    private int mostByRegisters() {
        int most = Architecture.MAX_THREADS;
        while (most > 0 && architecture.residentBlocks(most, registers, 0) == 0) {
            most -= Architecture.WARP;
        }
        return most;
    }

    @Override
    public void allowSharedBytes(int bytes) {
        int limit = device.properties().sharedPerBlockOptin();
        if (bytes < 0 || bytes > limit - code.staticShared()) {
            throw Errors.invalidValue("cuFuncSetAttribute", "kernel " + name() + ": " + bytes
                    + " bytes of dynamic shared memory beside " + code.staticShared() + " static ones, the device has " + limit);
        }
        allowedShared = Math.max(Limits.SHARED_PER_BLOCK, bytes + code.staticShared());
    }

    @Override
    public int occupancy(int threads, int dynamicSharedBytes) {
        if (threads < 1 || threads > maxThreads()) {
            return 0;
        }
        return architecture.residentBlocks(threads, registers, code.staticShared() + dynamicSharedBytes);
    }

    Code code() {
        return code;
    }

    LoadedProgram program() {
        return program;
    }

    EmulatorDevice device() {
        return device;
    }

    /** Of the cluster that the code declares; 0 if it declares none. */
    int clusterBlocks() {
        int[] cluster = code.function().cluster();
        return cluster == null ? 0 : cluster[0] * cluster[1] * cluster[2];
    }

    /** What the driver checks before it takes a launch. */
    void check(Launch launch, int argumentBytes) {
        try {
            check(launch, argumentBytes, "kernel " + name() + launch);
        } catch (DeviceException e) {
            throw e.ofLaunch(name(), launch, clusterBlocks());
        }
    }

    private void check(Launch launch, int argumentBytes, String what) {
        if (launch.gridX() < 1 || launch.gridY() < 1 || launch.gridZ() < 1 || launch.gridY() > 65535
                || launch.gridZ() > 65535) {
            throw Errors.invalidValue(LAUNCH, what + ": the grid must be 1 to (2147483647, 65535, 65535)");
        }
        if (!Limits.allows(launch.blockX(), launch.blockY(), launch.blockZ())) {
            throw Errors.invalidValue(LAUNCH, what + ": a block must have 1 to " + Architecture.MAX_THREADS + " threads");
        }
        int[] required = code.function().requiredThreads();
        if (required != null && (required[0] != launch.blockX() || required[1] != launch.blockY()
                || required[2] != launch.blockZ())) {
            throw Errors.invalidValue(LAUNCH, what + ": the kernel was compiled for blocks of exactly (" + required[0] + ", "
                    + required[1] + ", " + required[2] + ")");
        }
        if (launch.threads() > maxThreads()) {
            throw code.function().maxThreads() > 0 && launch.threads() > code.function().maxThreads()
                    ? Errors.invalidValue(LAUNCH, what + ": the kernel was compiled for at most "
                            + code.function().maxThreads() + " threads")
                    : Errors.outOfResources(LAUNCH, what + ": " + registers() + " registers for each thread leave room for "
                            + maxThreads());
        }
        if (launch.dynamicSharedBytes() < 0 || code.staticShared() + launch.dynamicSharedBytes() > allowedShared) {
            throw Errors.invalidValue(LAUNCH, what + ": " + code.staticShared() + " static and "
                    + launch.dynamicSharedBytes() + " dynamic bytes of shared memory, allowed are " + allowedShared);
        }
        checkCluster(launch, what);
        if (argumentBytes != code.parameterBytes()) {
            throw Errors.invalidValue(LAUNCH, what + ": " + argumentBytes + " bytes of arguments, the kernel takes "
                    + code.parameterBytes());
        }
        long blocks = (long) launch.gridX() * launch.gridY() * launch.gridZ();
        long resident = (long) occupancy(launch.threads(), launch.dynamicSharedBytes()) * device.options().multiprocessors();
        if (launch.cooperative() && blocks > resident) {
            throw Errors.cooperativeTooLarge("cuLaunchCooperativeKernel", what + ": " + blocks + " blocks, " + resident
                    + " fit at once");
        }
    }

    private void checkCluster(Launch launch, String what) {
        int[] cluster = code.function().cluster();
        if (cluster == null) {
            return;
        }
        int blocks = clusterBlocks();
        String shape = "(" + cluster[0] + ", " + cluster[1] + ", " + cluster[2] + ")";
        if (blocks > Limits.BLOCKS_PER_CLUSTER) {
            throw Errors.invalidCluster(LAUNCH, what + ": clusters of " + shape + " have more than "
                    + Limits.BLOCKS_PER_CLUSTER + " blocks");
        }
        if (launch.gridX() % cluster[0] != 0 || launch.gridY() % cluster[1] != 0 || launch.gridZ() % cluster[2] != 0) {
            throw Errors.invalidCluster(LAUNCH, what + ": the grid is not made of clusters of " + shape);
        }
        int resident = occupancy(launch.threads(), launch.dynamicSharedBytes()) * device.options().multiprocessors();
        if (blocks > resident) {
            throw Errors.invalidCluster(LAUNCH, what + ": a cluster of " + blocks + " blocks must run at once, "
                    + resident + " fit on " + device.options().multiprocessors() + " multiprocessors");
        }
    }
}
