package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;
import dev.gateloom.device.DeviceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * An engine that is held against the golden vectors.
 *
 * @param label in the results
 * @param precision of its products
 * @param mayRefuse see {@link Entrant}
 * @param engine opens it
 */
record Guest(String label, Precision precision, boolean mayRefuse, Supplier<RnnEngine> engine) {

    /** In fp32, for all vectors that it does not say it lacks. */
    Guest(String label, Supplier<RnnEngine> engine) {
        this(label, Precision.FP32, false, engine);
    }

    /**
     * Those on a device beside the engines that are ready by themselves, which are so in fp32: engine cuda in every precision, and of
     * a library that is there every algorithm in each of its precisions.
     */
    static List<Guest> on(DeviceProvider provider, boolean onGpu) {
        List<Guest> all = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            if (!onGpu || precision != Precision.FP32) {
                all.add(new Guest(Entrants.FUSED + (onGpu ? "" : " on the emulator") + in(precision), precision, false,
                        () -> CudaEngine.owning(provider.open(), precision)));
            }
        }
        Algorithms library = new CudnnAlgorithms();
        if (onGpu && library.obstacle().isEmpty()) {
            for (CudnnAlgorithm algorithm : CudnnAlgorithm.values()) {
                library.precisions().stream().sorted().forEach(precision -> all.add(new Guest(library.engine() + " " + algorithm + in(precision),
                        precision, library.mayRefuse(algorithm.name()), () -> CudnnEngine.owning(provider.open(), algorithm, precision))));
            }
        }
        return all;
    }

    private static String in(Precision precision) {
        return precision == Precision.FP32 ? "" : ", " + GpuCase.name(precision);
    }
}
