package dev.gateloom.ptx;

import dev.gateloom.ptx.exec.InstructionClass;
import dev.gateloom.ptx.exec.Profile;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What all launches of a kernel did. Counts are those of PTX: a compiler may fuse or remove instructions, and there are no
 * caches.
 */
public final class KernelCounters {
    private static final int SECTOR_BYTES = 32;

    private final String kernel;
    /** Of each code of this name: programs may be loaded more than once. */
    private final Set<Profile> profiles = new LinkedHashSet<>();
    private long launches;

    KernelCounters(String kernel) {
        this.kernel = kernel;
    }

    void add(Profile profile) {
        launches++;
        profiles.add(profile);
    }

    private long sum(ToLongFunction<Profile> count) {
        return profiles.stream().mapToLong(count).sum();
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
        return sum(profile -> profile.instructions(counted));
    }

    /**
     * All warp instructions.
     *
     * @return how many
     */
    public long instructions() {
        return Arrays.stream(InstructionClass.values()).mapToLong(this::instructions).sum();
    }

    /**
     * Floating-point operations.
     *
     * @return of all threads; a fused multiply-add counts as two
     */
    public long flops() {
        return sum(Profile::flops);
    }

    /**
     * What threads asked of device memory.
     *
     * @return bytes
     */
    public long globalBytes() {
        return sum(Profile::globalBytes);
    }

    /**
     * What device memory had to move for that, without caches between warp instructions.
     *
     * @return bytes of whole sectors
     */
    public long sectorBytes() {
        return sum(Profile::sectors) * SECTOR_BYTES;
    }

    /**
     * Passes over the banks of shared memory.
     *
     * @return passes; the number of warp instructions on shared memory if there were no conflicts and no wide accesses
     */
    public long sharedPasses() {
        return sum(Profile::passes);
    }
}
