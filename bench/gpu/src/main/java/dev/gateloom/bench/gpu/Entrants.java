package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Products;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who takes part on the device. */
final class Entrants {
    /** The engine as it comes: its planner chooses. */
    static final String FUSED = "cuda";
    /** The family whose best algorithm is the baseline. */
    static final String BASELINE = "cudnn";

    private Entrants() {
    }

    /** The fused engine: its own choice, each strategy, and the steps with products by cuBLAS. */
    static List<Entrant> fused() {
        List<Entrant> all = new ArrayList<>();
        all.add(new Entrant(FUSED, Entrant.all(), CudaEngine::on));
        for (Strategy strategy : Strategy.values()) {
            all.add(new Entrant(FUSED + " " + strategy, Entrant.all(),
                    (device, precision) -> forced(device, strategy, precision), how -> confirmed(strategy, how)));
        }
        all.add(new Entrant("cublas", Entrant.all(), Entrants::stepwise));
        return all;
    }

    /** Steps with products of our own, since those by cuBLAS are an entrant too. */
    private static CudaEngine forced(Device device, Strategy strategy, Precision precision) {
        CudaEngine engine = CudaEngine.on(device, strategy, precision);
        return strategy == Strategy.D ? engine.use(Products.OWN) : engine;
    }

    /** Steps with products by cuBLAS. */
    private static CudaEngine stepwise(Device device, Precision precision) {
        CudaEngine engine = CudaEngine.on(device, Strategy.D, precision);
        try {
            return engine.use(Products.CUBLAS);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** Every algorithm of a library. */
    static List<Entrant> library(Algorithms algorithms) {
        return algorithms.names().stream().map(name -> new Entrant(
                algorithms.engine() + " " + name, algorithms.precisions(),
                (device, precision) -> algorithms.open(device, name, precision),
                how -> Optional.empty(), algorithms.mayRefuse(name))).toList();
    }

    /** A strategy that no kernel of the plan runs did not take part. */
    private static Optional<String> confirmed(Strategy strategy, String how) {
        boolean steps = how.lines().filter(line -> line.contains(": strategy "))
                .allMatch(line -> line.contains("strategy " + Strategy.D));
        return strategy == Strategy.D || !steps ? Optional.empty() : Optional.of(how.replace("\n", "; "));
    }
}
