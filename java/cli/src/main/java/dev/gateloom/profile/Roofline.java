package dev.gateloom.profile;

import dev.gateloom.Precision;
import dev.gateloom.device.GpuModel;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.KernelCounters;

/**
 * The time below which launches cannot get on a GPU, as far as its published peaks say: an estimate. Arithmetic runs at the
 * peak of those multiprocessors that have a block; each launch moves every sector that it touches once between device memory
 * and the chip. Launching, waiting and latency cost nothing here.
 *
 * @param arithmeticSeconds for the operations
 * @param memorySeconds for the sectors
 */
record Roofline(double arithmeticSeconds, double memorySeconds) {
    private static final double TERA = 1e12;
    private static final double GIGA = 1e9;

    static Roofline of(GpuModel gpu, Precision precision, KernelCounters counts) {
        return of(gpu, precision, counts.launch(), counts.flops(), counts.tensorFlops(), counts.distinctBytes());
    }

    static Roofline of(GpuModel gpu, Precision precision, Launch launch, long flops, long tensorFlops, long distinctBytes) {
        double blocks = (double) launch.gridX() * launch.gridY() * launch.gridZ();
        double busy = Math.min(1, blocks / gpu.multiprocessors());
        double cores = (flops - tensorFlops) / (gpu.fp32Tflops() * TERA * busy);
        double matrixUnits = tensorFlops / (tensorTflops(gpu, precision) * TERA * busy);
        return new Roofline(Math.max(cores, matrixUnits), distinctBytes / (gpu.memoryGigabytesPerSecond() * GIGA));
    }

    /** The peak of the matrix units, which take half as many factors of tf32 at a time as of 16 bits. */
    static double tensorTflops(GpuModel gpu, Precision precision) {
        return precision == Precision.TF32 ? gpu.tensorTflops() / 2 : gpu.tensorTflops();
    }

    double seconds() {
        return Math.max(arithmeticSeconds, memorySeconds);
    }

    /** Which of the two decides. */
    String bound() {
        return arithmeticSeconds >= memorySeconds ? "arithmetic" : "memory";
    }
}
