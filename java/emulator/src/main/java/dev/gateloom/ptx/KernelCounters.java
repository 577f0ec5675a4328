package dev.gateloom.ptx;

import dev.gateloom.device.Launch;
import dev.gateloom.ptx.exec.InstructionClass;
import dev.gateloom.ptx.exec.Profile;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What all launches of a kernel with one geometry did. Counts are those of PTX: a compiler may fuse or remove instructions, and there are no
 * caches.
 */
public final class KernelCounters {
    /** Bytes of a sector: what device memory moves at least. */
    public static final int SECTOR_BYTES = 32;

    private final String kernel;
    private final Launch launch;
    private final Map<InstructionClass, Long> instructions = new EnumMap<>(InstructionClass.class);
    private long launches;
    private long flops;
    private long tensorFlops;
    private long globalBytes;
    private long requests;
    private long sectors;
    private long distinctSectors;
    private long sharedPasses;
    private long sharedConflicts;
    private final Map<String, Traffic> traffic = new HashMap<>();
    private Traffic remoteShared = Traffic.NONE;

    KernelCounters(String kernel, Launch launch) {
        this.kernel = kernel;
        this.launch = launch;
        for (InstructionClass counted : InstructionClass.values()) {
            instructions.put(counted, 0L);
        }
    }

    void add(Profile profile, DistinctSectors watched) {
        launches++;
        for (InstructionClass counted : InstructionClass.values()) {
            instructions.merge(counted, profile.instructions(counted), Long::sum);
        }
        flops += profile.flops();
        tensorFlops += profile.flops(InstructionClass.TENSOR);
        globalBytes += profile.globalBytes();
        requests += profile.requests();
        sectors += profile.sectors();
        if (watched != null) {
            distinctSectors += watched.count();
            watched.traffic().forEach((purpose, bytes) -> traffic.merge(purpose, bytes, Traffic::plus));
            remoteShared = remoteShared.plus(watched.remoteShared());
        }
        sharedPasses += profile.passes();
        sharedConflicts += profile.conflicts();
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
     * Their geometry.
     *
     * @return grid, block and dynamic shared memory
     */
    public Launch launch() {
        return launch;
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
     * Those among them that the matrix units did.
     *
     * @return of all threads
     */
    public long tensorFlops() {
        return tensorFlops;
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
     * Accesses of warps to device memory. Sectors per request say how well they coalesce: 4 if each thread of a warp takes the
     * next four bytes, 32 if all are far apart.
     *
     * @return requests
     */
    public long requests() {
        return requests;
    }

    /**
     * What device memory has to move at least, even for caches of any size that are empty before each launch.
     *
     * @return bytes of the different sectors of each launch; 0 for launches before {@link EmulatorDevice#countDistinct}
     */
    public long distinctBytes() {
        return distinctSectors * SECTOR_BYTES;
    }

    /**
     * What threads asked of the allocations of one purpose, see {@link dev.gateloom.device.Device#allocate}.
     *
     * @param purpose as given there
     * @return bytes; none for launches before {@link EmulatorDevice#countDistinct}
     */
    public Traffic traffic(String purpose) {
        return traffic.getOrDefault(purpose, Traffic.NONE);
    }

    /**
     * What threads asked of the shared memory of other blocks of their cluster.
     *
     * @return bytes; none for launches before {@link EmulatorDevice#countDistinct}
     */
    public Traffic remoteShared() {
        return remoteShared;
    }

    /**
     * Passes over the banks of shared memory.
     *
     * @return passes; the number of warp instructions on shared memory if there were no conflicts and no wide accesses
     */
    public long sharedPasses() {
        return sharedPasses;
    }

    /**
     * Passes lost to bank conflicts.
     *
     * @return those beyond what the accesses take in any case
     */
    public long sharedConflicts() {
        return sharedConflicts;
    }
}
