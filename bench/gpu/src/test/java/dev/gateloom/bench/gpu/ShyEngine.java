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
    private final After after;

    /** What it does after a call that is complete. */
    interface After {

        /** The call's number, its tensors and the plan's stream. */
        void call(int number, DeviceCall tensors, long stream);
    }

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
        this(engine, does, (number, tensors, stream) -> { });
    }

    /** It does all, and more. */
    ShyEngine(CudaEngine engine, After after) {
        this(engine, call -> true, after);
    }

    private ShyEngine(CudaEngine engine, IntPredicate does, After after) {
        this.engine = engine;
        this.does = does;
        this.after = after;
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
        return new ShyPlan(engine.plan(config, shape, mode), does, after);
    }

    @Override
    public void close() {
        engine.close();
    }

    private static final class ShyPlan extends RnnPlan implements DevicePlan {
        private final CudaPlan plan;
        private final IntPredicate does;
        private final After after;
        private int calls;

        ShyPlan(CudaPlan plan, IntPredicate does, After after) {
            super(plan.config(), plan.capacity(), plan.mode());
            this.plan = plan;
            this.does = does;
            this.after = after;
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
            if (mode() == Mode.TRAINING) {
                plan.forward(call);
            } else if (does.test(++calls)) {
                plan.forward(call);
                after.call(calls, call, plan.stream());
            }
        }

        @Override
        public void backward(DeviceCall call) {
            if (does.test(++calls)) {
                plan.backward(call);
                after.call(calls, call, plan.stream());
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
