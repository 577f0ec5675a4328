package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.gpu.GpuMeasurement.How;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Made-up results of a card that copies 2,000 GB/s and multiplies 100 TFLOP/s in bf16, 10 in fp32. */
final class Samples {
    static final Precision BF16 = Precision.BF16;
    private static final Rotation ROTATION = Rotation.of(30 << 20, 50 << 20, 256);

    private Samples() {
    }

    static GpuCase sweep(int hidden, int batch, int steps) {
        return new GpuCase(new Case(CellType.LSTM, new Dims(batch, steps, 64, hidden), Kind.FORWARD), BF16);
    }

    static GpuMeasurement measured(GpuCase c, String contender, Precision precision, String strategy, double... nanos) {
        return new GpuMeasurement(c, contender, precision, new GpuMeasurement.Run(contender + " 1.0", strategy, How.GRAPH, ROTATION,
                new Preparation(5e8, 3e8, 4e6), 2e6, null, "1755 MHz → 1980 MHz"), nanos, "");
    }

    /** Three sizes vary; the library wins at H = 512, except at B = 64. */
    static GpuResults sweep() {
        List<GpuMeasurement> all = new ArrayList<>();
        for (int steps : new int[] {10, 20}) {
            for (int batch : new int[] {1, 64}) {
                for (int hidden : new int[] {128, 256, 512}) {
                    GpuCase c = sweep(hidden, batch, steps);
                    double library = hidden == 512 && batch == 1 ? 5e4 : 2e5;
                    all.add(measured(c, "cuda", BF16, hidden == 512 ? "strategy D" : "strategy A<, 4 blocks", 1e5));
                    all.add(measured(c, "cuda A", BF16, "strategy A", 1.1e5));
                    all.add(measured(c, "cudnn STANDARD", Precision.FP16, "STANDARD", library));
                    all.add(measured(c, "cudnn PERSIST", Precision.FP16, "PERSIST", 2 * library));
                }
            }
        }
        return results(all, true);
    }

    /** Times, a failure, and the CPU. */
    static GpuResults timed() {
        GpuCase c = new GpuCase(new Case(CellType.LSTM, new Dims(64, 256, 512, 512), Kind.TRAINING), Precision.FP32);
        List<GpuMeasurement> all = new ArrayList<>();
        all.add(measured(c, "cuda", Precision.FP32, "layer 0: strategy C\nlayer 1: strategy D", 9.9e7, 1e8, 1.01e8));
        all.add(measured(c, "cudnn STANDARD", Precision.FP32, "STANDARD", 2e8));
        all.add(measured(c, "cudnn PERSIST", Precision.FP32, "PERSIST", 1.5e8));
        all.add(GpuMeasurement.failed(c, "cuda A", Precision.FP32, "y is off by 1, \"oh\", dear"));
        all.add(new GpuMeasurement(c, "cpu", Precision.FP32, new GpuMeasurement.Run("Java SIMD", "", How.HOST, null, Preparation.NONE, 0, null, ""),
                new double[] {1e10}, ""));
        return results(all, true);
    }

    static GpuResults emulated() {
        List<GpuMeasurement> all = new ArrayList<>();
        for (int hidden : new int[] {8, 16}) {
            all.add(new GpuMeasurement(sweep(hidden, 2, 3), "cuda", BF16, new GpuMeasurement.Run("PTX emulator", "strategy D", How.GRAPH,
                    Rotation.fixed(2, 100), new Preparation(5e8, 3e8, 4e6), 2e6, new Counts(12, 3456, 7890), Clocks.UNKNOWN), new double[0], ""));
        }
        return results(all, false);
    }

    static GpuResults results(List<GpuMeasurement> all, boolean timed) {
        DeviceLimits limits = timed ? new DeviceLimits(OptionalDouble.of(2000), Map.of(Precision.FP32,
                new DeviceLimits.Rate(10, "own kernels"), BF16, new DeviceLimits.Rate(100, "cuBLAS")), List.of())
                : new DeviceLimits(OptionalDouble.empty(), Map.of(), List.of());
        return new GpuResults(ZonedDateTime.of(2026, 11, 22, 9, 5, 0, 0, ZoneId.of("UTC")), "--device cuda",
                Map.of("device", "Example <GPU>"), limits, timed ? GpuSettings.gpu(null, null) : GpuSettings.emulator(), all,
                List.of("cublas: not there."));
    }
}
