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
import java.util.function.IntPredicate;

/**
 * An engine that does not do all it is asked to. It counts its calls, in training those of backward: the first is verified, the
 * second the first to be captured.
 */
final class ShyEngine implements RnnEngine {
    static final String REFUSAL = "not while it is captured";
    private final CudaEngine engine;
    private final IntPredicate does;

    /** It refuses the second call, as a library does that must not be captured. */
    ShyEngine(CudaEngine engine) {
        this(engine, new IllegalStateException(REFUSAL));
    }

    /** It refuses in other words. */
    ShyEngine(CudaEngine engine, RuntimeException refusal) {
        this(engine, call -> {
            if (call == 2) {
                throw refusal;
            }
            return true;
        });
    }

    /**
     * It refuses the second call.
     *
     * @param later what it does before every call after that
     */
    ShyEngine(CudaEngine engine, Runnable later) {
        this(engine, call -> {
            if (call == 2) {
                throw new IllegalStateException(REFUSAL);
            }
            if (call > 2) {
                later.run();
            }
            return true;
        });
    }

    /**
     * It leaves calls out.
     *
     * @param does asked before each, which are numbered from 1
     */
    ShyEngine(CudaEngine engine, IntPredicate does) {
        this.engine = engine;
        this.does = does;
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
        return new ShyPlan(engine.plan(config, shape, mode), does);
    }

    @Override
    public void close() {
        engine.close();
    }

    private static final class ShyPlan extends RnnPlan implements DevicePlan {
        private final CudaPlan plan;
        private final IntPredicate does;
        private int calls;

        ShyPlan(CudaPlan plan, IntPredicate does) {
            super(plan.config(), plan.capacity(), plan.mode());
            this.plan = plan;
            this.does = does;
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
            if (mode() == Mode.TRAINING || does.test(++calls)) {
                plan.forward(call);
            }
        }

        @Override
        public void backward(DeviceCall call) {
            if (does.test(++calls)) {
                plan.backward(call);
            }
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
