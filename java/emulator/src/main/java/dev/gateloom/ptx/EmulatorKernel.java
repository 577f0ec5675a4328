package dev.gateloom.ptx;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.exec.Code;

/** A kernel on the emulator, and the driver's rules for launching it. */
final class EmulatorKernel implements Kernel {
    private static final String LAUNCH = "cuLaunchKernel";
    private static final int WARP = 32;

    private final EmulatorDevice device;
    private final LoadedProgram program;
    private final Code code;
    private int allowedShared = Limits.SHARED_PER_BLOCK;

    EmulatorKernel(EmulatorDevice device, LoadedProgram program, Code code) {
        this.device = device;
        this.program = program;
        this.code = code;
    }

    @Override
    public String name() {
        return code.function().name();
    }

    @Override
    public int registers() {
        return device.options().registers();
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
        int most = Math.min(Limits.THREADS_PER_BLOCK, Limits.REGISTERS / registers() / WARP * WARP);
        if (code.function().requiredThreads() != null) {
            int[] required = code.function().requiredThreads();
            return Math.min(most, required[0] * required[1] * required[2]);
        }
        return code.function().maxThreads() == 0 ? most : Math.min(most, code.function().maxThreads());
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
        Limits limits = Limits.of(device.options().architecture());
        int shared = code.staticShared() + dynamicSharedBytes;
        if (threads < 1 || threads > maxThreads() || shared > limits.sharedOptin()) {
            return 0;
        }
        int warps = (threads + WARP - 1) / WARP;
        int byThreads = limits.threads() / (warps * WARP);
        int byRegisters = Limits.REGISTERS / (registers() * warps * WARP);
        int byShared = limits.shared() / Math.max(1, shared + limits.sharedReserved());
        return Math.min(Math.min(byThreads, byRegisters), Math.min(byShared, limits.blocks()));
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

    /** What the driver checks before it takes a launch. */
    void check(Launch launch, int argumentBytes) {
        String what = "kernel " + name() + launch;
        if (launch.gridX() < 1 || launch.gridY() < 1 || launch.gridZ() < 1 || launch.gridY() > 65535
                || launch.gridZ() > 65535) {
            throw Errors.invalidValue(LAUNCH, what + ": the grid must be 1 to (2147483647, 65535, 65535)");
        }
        if (!Limits.allows(launch.blockX(), launch.blockY(), launch.blockZ())) {
            throw Errors.invalidValue(LAUNCH, what + ": a block must have 1 to " + Limits.THREADS_PER_BLOCK + " threads");
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
}
