package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.Strategy;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * The suite on this machine's GPU, with NVIDIA's driver: {@code -Pgpu} alone selects it. In each precision that the GPU has, as the
 * planner chooses, and with each strategy wherever it fits.
 */
class CudaConformanceOnGpu {

    abstract static class OnGpu extends EngineConformance {
        private final Optional<Strategy> strategy;
        private final Precision precision;

        OnGpu(Precision precision) {
            this(Optional.empty(), precision);
        }

        OnGpu(Strategy strategy, Precision precision) {
            this(Optional.of(strategy), precision);
        }

        private OnGpu(Optional<Strategy> strategy, Precision precision) {
            super("cuda");
            this.strategy = strategy;
            this.precision = precision;
        }

        /** Without a usable GPU the first of these fails, with the reason, and the others are skipped. */
        @BeforeAll
        void isThere() {
            assumeTrue(Engines.list().stream().anyMatch(engine -> engine.name().equals("cuda") && engine.ready()), "engine cuda is not ready");
            Optional<String> lacking = engine().unsupported(RnnConfig.lstm(8, 8).build(), Mode.TRAINING);
            assumeTrue(lacking.isEmpty(), () -> lacking.orElse(""));
        }

        @Override
        public final RnnEngine newEngine(EngineOptions options) {
            return strategy.map(chosen -> CudaEngine.owning(new JcudaProvider().open(), chosen, precision))
                    .orElseGet(() -> CudaEngine.owning(new JcudaProvider().open(), precision));
        }

        @Override
        public final Precision precision() {
            return precision;
        }
    }

    @Nested
    class Fp32 extends EngineConformance {
        Fp32() {
            super("cuda");
        }

        /** Else this fails, once, with the reason. */
        @BeforeAll
        static void isThere() {
            Engines.get("cuda").close();
        }
    }

    @Nested
    class Tf32 extends OnGpu {
        Tf32() {
            super(Precision.TF32);
        }
    }

    @Nested
    class Bf16 extends OnGpu {
        Bf16() {
            super(Precision.BF16);
        }
    }

    @Nested
    class Fp16 extends OnGpu {
        Fp16() {
            super(Precision.FP16);
        }
    }

    @Nested
    class OnOneBlock extends OnGpu {
        OnOneBlock() {
            super(Strategy.A, Precision.FP32);
        }
    }

    @Nested
    class OnClusters extends OnGpu {
        OnClusters() {
            super(Strategy.B, Precision.FP32);
        }
    }

    @Nested
    class OnAGrid extends OnGpu {
        OnAGrid() {
            super(Strategy.C, Precision.FP32);
        }
    }

    @Nested
    class StepByStep extends OnGpu {
        StepByStep() {
            super(Strategy.D, Precision.FP32);
        }
    }

    @Nested
    class OnOneBlockInFp16 extends OnGpu {
        OnOneBlockInFp16() {
            super(Strategy.A, Precision.FP16);
        }
    }

    @Nested
    class OnClustersInFp16 extends OnGpu {
        OnClustersInFp16() {
            super(Strategy.B, Precision.FP16);
        }
    }

    @Nested
    class OnAGridInFp16 extends OnGpu {
        OnAGridInFp16() {
            super(Strategy.C, Precision.FP16);
        }
    }
}
