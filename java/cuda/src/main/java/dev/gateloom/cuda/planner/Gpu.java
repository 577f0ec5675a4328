package dev.gateloom.cuda.planner;

import dev.gateloom.Precision;
import dev.gateloom.device.Architecture;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.GpuModel;
import java.util.Comparator;

/**
 * What the planner knows of a GPU. Rates are those of one multiprocessor.
 *
 * @param label in reports
 * @param architecture major · 10 + minor of its compute capability
 * @param multiprocessors streaming multiprocessors
 * @param clock clocks of a multiprocessor in a second
 * @param registers 32-bit registers
 * @param sharedPerBlock bytes of shared memory that a block may have at most
 * @param cooperative whether cooperative grids can be launched
 * @param coreFlops operations a clock in single precision
 * @param mmaFlops operations a clock by {@code mma.sync}, 16-bit factors and 32-bit sums
 * @param l2Latency clocks of a load that hits L2
 * @param l2BytesPerClock bytes it reads from L2 in a clock
 * @param l2Bytes size of L2
 * @param memoryBytesPerClock bytes a clock between device memory and the whole chip
 */
public record Gpu(String label, int architecture, int multiprocessors, double clock, int registers, int sharedPerBlock,
        boolean cooperative, double coreFlops, double mmaFlops, int l2Latency, double l2BytesPerClock, long l2Bytes,
        double memoryBytesPerClock) {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    private static final int CLUSTERS_SINCE = 90;
    private static final int SMALL_CLUSTERS_SINCE = 120;
    private static final int MMA_OF_FLOATS_SINCE = 80;

    /**
     * A GPU of the table.
     *
     * @param model the GPU
     * @return what the planner knows of it
     */
    public static Gpu of(GpuModel model) {
        Architecture limits = Architecture.of(model.architecture());
        double clock = model.boostMegahertz() * MEGA;
        double clocks = clock * model.multiprocessors();
        return new Gpu(model.label(), model.architecture(), model.multiprocessors(), clock, limits.registers(),
                limits.sharedBytesOfBlock(), true, model.fp32Tflops() * TERA / clocks,
                model.tensorTflops() * model.mmaShare() * TERA / clocks, model.l2Latency(), model.l2BytesPerClock(),
                (long) model.l2Mebibytes() << 20, model.memoryGigabytesPerSecond() * GIGA / clock);
    }

    /**
     * A device. What it does not say of itself, its rates and perhaps the size of its L2, is taken from the GPU of the table whose compute capability is
     * the nearest: they decide what is faster, not whether it fits.
     *
     * @param label in reports
     * @param properties of the device
     * @return what the planner knows of it
     */
    public static Gpu of(String label, DeviceProperties properties) {
        Gpu nearest = of(GpuModel.all().stream()
                .min(Comparator.comparingInt(m -> Math.abs(m.architecture() - properties.computeCapability()))).orElseThrow());
        return new Gpu(label, properties.computeCapability(), properties.multiprocessors(), nearest.clock,
                properties.registersPerMultiprocessor(), properties.sharedPerBlockOptin(), properties.cooperative(),
                nearest.coreFlops, nearest.mmaFlops, nearest.l2Latency, nearest.l2BytesPerClock,
                properties.l2() > 0 ? properties.l2() : nearest.l2Bytes, nearest.memoryBytesPerClock);
    }

    /** Operations a clock in that precision. */
    double flops(Precision precision) {
        return switch (precision) {
            case FP32 -> coreFlops;
            case TF32 -> mmaFlops / 2;
            case BF16, FP16 -> mmaFlops;
        };
    }

    /** Whether it can compute in that precision. */
    boolean has(Precision precision) {
        return precision == Precision.FP32 || precision == Precision.FP16 || architecture >= MMA_OF_FLOATS_SINCE;
    }

    /** Blocks of a cluster at most; 0 without clusters. */
    int clusterLimit() {
        return architecture < CLUSTERS_SINCE ? 0
                : architecture < SMALL_CLUSTERS_SINCE ? Costs.CLUSTER : Costs.PORTABLE_CLUSTER;
    }

    /**
     * Clusters of so many blocks, one on a multiprocessor, that are resident together. The real number depends on which
     * multiprocessors of a chip are disabled: a launcher asks the device.
     */
    int residentClusters(int blocks) {
        int regions = Math.max(1, Math.min(Costs.CLUSTER_REGIONS, multiprocessors / Costs.CLUSTER));
        return regions * (multiprocessors / regions / blocks);
    }
}
