package dev.gateloom.bench.gpu;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.CudaPlan;
import dev.gateloom.cuda.DeviceCall;
import dev.gateloom.cuda.DevicePlan;
import dev.gateloom.spi.Call;
import java.util.Optional;

/** An engine whose backward refuses from its second call on: as a library does that must not be captured. */
final class ShyEngine implements RnnEngine {
    static final String REFUSAL = "not while it is captured";
    private final CudaEngine engine;

    ShyEngine(CudaEngine engine) {
        this.engine = engine;
    }

    @Override
    public String name() {
        return "shy";
    }

    @Override
    public String description() {
        return engine.description();
    }

    @Override
    public Optional<String> unsupported(RnnConfig config, Mode mode) {
        return engine.unsupported(config, mode);
    }

    @Override
    public RnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return new ShyPlan(engine.plan(config, shape, mode));
    }

    @Override
    public void close() {
        engine.close();
    }

    private static final class ShyPlan extends RnnPlan implements DevicePlan {
        private final CudaPlan plan;
        private int calls;

        ShyPlan(CudaPlan plan) {
            super(plan.config(), plan.capacity(), plan.mode());
            this.plan = plan;
        }

        @Override
        public long stream() {
            return plan.stream();
        }

        @Override
        public String strategy() {
            return plan.strategy();
        }

        @Override
        public void forward(DeviceCall call) {
            plan.forward(call);
        }

        /** Verified in the first call, captured in the second. */
        @Override
        public void backward(DeviceCall call) {
            if (++calls == 2) {
                throw new IllegalStateException(REFUSAL);
            }
            plan.backward(call);
        }

        @Override
        public void synchronize() {
            plan.synchronize();
        }

        @Override
        protected void run(Call checked) {
            throw new UnsupportedOperationException("device memory only");
        }

        @Override
        protected void runBackward(Call checked) {
            throw new UnsupportedOperationException("device memory only");
        }

        @Override
        protected void free() {
            plan.close();
        }
    }
}
