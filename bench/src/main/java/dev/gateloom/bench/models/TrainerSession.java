package dev.gateloom.bench.models;

import dev.gateloom.RnnEngine;
import dev.gateloom.bench.Dims;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Trainable;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Dataset;
import dev.gateloom.train.Definition;
import dev.gateloom.train.Optimizer;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Trainer;
import java.util.List;

/**
 * A model and its trainer, with Adam or with an optimizer that does nothing. A step is a {@code fit} over one batch: gathering it
 * and all of the loop's bookkeeping belong to it.
 */
final class TrainerSession implements ModelContender.Session {
    private final RnnEngine engine;
    private final Model model;
    private final Trainer trainer;
    private final Dataset batch;
    private final Optimizer adam;
    private final boolean learns;
    private double loss;

    TrainerSession(RnnEngine engine, ModelProblem problem, boolean learns) {
        this.engine = engine;
        this.learns = learns;
        ModelCase c = problem.of();
        model = ModelProblem.model(c, engine);
        adam = adam(model.parameters(), c.kind());
        trainer = new Trainer(model, c.kind().classifies() ? new CrossEntropy() : new MeanSquaredError(),
                learns ? adam : none(model.parameters()));
        batch = batch(problem);
    }

    /** Adam as PyTorch's binding in DJL and DL4J define it, which is Keras's way with another ε. */
    static Optimizer adam(List<Trainable> parameters, ModelKind kind) {
        return new Adam(parameters, kind.rate(), Definition.KERAS).eps(1e-8);
    }

    /** All of the trainer but an optimizer. */
    private static Optimizer none(List<Trainable> parameters) {
        return new Optimizer(parameters, 1, Definition.PYTORCH) {
            @Override
            protected void begin(long update, double rate) {
                // nothing is updated
            }

            @Override
            protected void update(float[] p, float[] g, float[][] state, int start, int end) {
                // nothing is updated
            }
        };
    }

    private static Dataset batch(ModelProblem problem) {
        Dims d = problem.of().dims();
        ModelKind kind = problem.of().kind();
        Samples samples = new Samples(d.batch());
        return switch (kind) {
            case CHARACTERS -> samples.input(problem.x(), d.steps()).target(problem.target(), d.steps());
            case FORECASTER -> samples.input(problem.x(), d.steps(), d.inputSize()).target(problem.target(),
                    kind.outputs());
            case LAYER -> samples.input(problem.x(), d.steps(), d.inputSize()).target(problem.target(), d.steps(),
                    d.hiddenSize());
        };
    }

    @Override
    public String description() {
        return (learns ? "trainer" : "trainer without an optimizer") + " on " + engine.description();
    }

    @Override
    public void step() {
        loss = trainer.fit(batch, 1, batch.size(), 1).last().loss();
    }

    @Override
    public void update() {
        if (!learns) {
            adam.step(1);
        }
    }

    @Override
    public double loss() {
        return loss;
    }

    @Override
    public void close() {
        model.close();
        engine.close();
    }
}
