package dev.gateloom.bench;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.Mode;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Optional;

/** One of our engines, called {@code NAME} with all cores or {@code NAME@THREADS}. */
public final class EngineContender implements Contender {
    private final String name;
    private final String engine;
    private final EngineOptions options;

    /**
     * Looks at the name only; the engine is made for each case.
     *
     * @param name {@code NAME} or {@code NAME@THREADS}
     * @throws IllegalArgumentException if there is no such engine or the number of threads is none
     */
    public EngineContender(String name) {
        this.name = name;
        int at = name.indexOf('@');
        engine = at < 0 ? name : name.substring(0, at);
        options = at < 0 ? EngineOptions.defaults() : EngineOptions.threads(threads(name, name.substring(at + 1)));
        if (Engines.list().stream().noneMatch(e -> e.name().equals(engine))) {
            throw new IllegalArgumentException("expected one of " + Engines.list().stream().map(Engines.Info::name)
                    .toList() + ", with @THREADS if not all cores, got \"" + name + "\"");
        }
    }

    private static int threads(String name, String text) {
        try {
            int n = Integer.parseInt(text);
            if (n >= 1) {
                return n;
            }
        } catch (NumberFormatException e) {
            // reported below, together with zero and negative numbers
        }
        throw new IllegalArgumentException("expected NAME@THREADS with at least one thread, got \"" + name + "\"");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> obstacle(Case c) {
        return obstacle();
    }

    /**
     * What stands in the way of every case.
     *
     * @return reason and mend; empty if the engine can run
     */
    Optional<String> obstacle() {
        return Engines.list().stream().filter(e -> e.name().equals(engine) && !e.ready()).findFirst()
                .map(e -> e.reason() + "; " + e.mend());
    }

    @Override
    public Session open(Problem problem) {
        return new EngineSession(engine(), problem);
    }

    /**
     * A new engine with the threads that the name says.
     *
     * @return the engine, to be closed
     */
    public RnnEngine engine() {
        return Engines.get(engine, options);
    }

    /** An engine with a plan for one case. */
    private static final class EngineSession implements Session {
        private final RnnEngine engine;
        private final Problem problem;
        private final RnnPlan plan;
        private final RnnState state;
        private final RnnWeights gradients;
        private final int[] lengths;
        private final float[] y;
        private final float[] dx;
        private float[] dy;

        EngineSession(RnnEngine engine, Problem problem) {
            this.engine = engine;
            this.problem = problem;
            Dims d = problem.of().dims();
            boolean training = problem.of().kind() == Kind.TRAINING;
            plan = engine.plan(problem.weights().config(), Shape.of(d.steps(), d.batch()),
                    training ? Mode.TRAINING : Mode.INFERENCE);
            state = RnnState.zeros(problem.weights().config(), d.batch());
            gradients = training ? RnnWeights.zeros(problem.weights().config()) : null;
            lengths = problem.of().lengths();
            y = new float[d.steps() * d.batch() * d.hiddenSize()];
            dx = training ? new float[problem.x().length] : null;
            dy = problem.dy();
        }

        @Override
        public String description() {
            return engine.description();
        }

        @Override
        public void run() {
            switch (problem.of().kind()) {
                case FORWARD -> plan.forward(problem.weights(), problem.x(), null, lengths, y, null);
                case STEP -> plan.step(problem.weights(), problem.x(), state, y);
                case TRAINING -> {
                    problem.weights().changed();
                    gradients.clear();
                    plan.forward(problem.weights(), problem.x(), null, lengths, y, null);
                    plan.backward(problem.weights(), dy, null, dx, null, gradients);
                }
            }
        }

        @Override
        public void upstream(float[] newDy) {
            dy = newDy;
        }

        @Override
        public Outcome outcome() {
            return new Outcome(y.clone(), dx == null ? null : dx.clone(),
                    gradients == null ? null : gradients.data().clone());
        }

        @Override
        public void close() {
            plan.close();
            problem.weights().close();
            engine.close();
        }
    }
}
