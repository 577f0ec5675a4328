package dev.gateloom.ptx;

import dev.gateloom.ptx.exec.InstructionClass;
import dev.gateloom.ptx.exec.Profile;
import java.util.EnumMap;
import java.util.Map;

/**
 * What all launches of a kernel did. Counts are those of PTX: a compiler may fuse or remove instructions, and there are no
 * caches.
 */
public final class KernelCounters {
    private static final int SECTOR_BYTES = 32;

    private final String kernel;
    private final Map<InstructionClass, Long> instructions = new EnumMap<>(InstructionClass.class);
    private long launches;
    private long flops;
    private long globalBytes;
    private long sectors;
    private long sharedPasses;

    KernelCounters(String kernel) {
        this.kernel = kernel;
        for (InstructionClass counted : InstructionClass.values()) {
            instructions.put(counted, 0L);
        }
    }

    void add(Profile profile) {
        launches++;
        for (InstructionClass counted : InstructionClass.values()) {
            instructions.merge(counted, profile.instructions(counted), Long::sum);
        }
        flops += profile.flops();
        globalBytes += profile.globalBytes();
        sectors += profile.sectors();
        sharedPasses += profile.passes();
    }

    /**
     * Whose counts these are.
     *
     * @return the kernel's name
     */
    public String kernel() {
        return kernel;
    }

    /**
     * How often it ran.
     *
     * @return launches
     */
    public long launches() {
        return launches;
    }

    /**
     * Warp instructions of a class.
     *
     * @param counted the class
     * @return how many
     */
    public long instructions(InstructionClass counted) {
        return instructions.get(counted);
    }

    /**
     * All warp instructions.
     *
     * @return how many
     */
    public long instructions() {
        return instructions.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Floating-point operations.
     *
     * @return of all threads; a fused multiply-add counts as two
     */
    public long flops() {
        return flops;
    }

    /**
     * What threads asked of device memory.
     *
     * @return bytes
     */
    public long globalBytes() {
        return globalBytes;
    }

    /**
     * What device memory had to move for that, without caches between warp instructions.
     *
     * @return bytes of whole sectors
     */
    public long sectorBytes() {
        return sectors * SECTOR_BYTES;
    }

    /**
     * Passes over the banks of shared memory.
     *
     * @return passes; the number of warp instructions on shared memory if there were no conflicts and no wide accesses
     */
    public long sharedPasses() {
        return sharedPasses;
    }
}
