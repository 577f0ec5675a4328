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

/** An engine whose backward refuses its second call, which is the first to be captured, as a library does that must not be. */
final class ShyEngine implements RnnEngine {
    static final String REFUSAL = "not while it is captured";
    private final CudaEngine engine;
    private final RuntimeException refusal;
    private final Runnable later;

    ShyEngine(CudaEngine engine) {
        this(engine, new IllegalStateException(REFUSAL));
    }

    /** It refuses in other words. */
    ShyEngine(CudaEngine engine, RuntimeException refusal) {
        this(engine, refusal, () -> { });
    }

    /**
     * And does something else.
     *
     * @param later before every backward after that
     */
    ShyEngine(CudaEngine engine, Runnable later) {
        this(engine, new IllegalStateException(REFUSAL), later);
    }

    private ShyEngine(CudaEngine engine, RuntimeException refusal, Runnable later) {
        this.engine = engine;
        this.refusal = refusal;
        this.later = later;
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
        return new ShyPlan(engine.plan(config, shape, mode), refusal, later);
    }

    @Override
    public void close() {
        engine.close();
    }

    private static final class ShyPlan extends RnnPlan implements DevicePlan {
        private final CudaPlan plan;
        private final RuntimeException refusal;
        private final Runnable later;
        private int calls;

        ShyPlan(CudaPlan plan, RuntimeException refusal, Runnable later) {
            super(plan.config(), plan.capacity(), plan.mode());
            this.refusal = refusal;
            this.later = later;
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
                throw refusal;
            }
            if (calls > 2) {
                later.run();
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
