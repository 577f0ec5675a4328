package dev.gateloom.bench.models;

import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.bench.Dims;
import dev.gateloom.nn.Trainable;
import dev.gateloom.train.Optimizer;

/**
 * What the trainer is compared with: an engine's forward and backward of one layer, without gradients of the input, which a
 * first layer need not compute. Clearing the gradients and packing the changed weights belong to it; the loss and its gradient,
 * the layout that has the batch first and the second copy of the batch do not.
 */
final class EngineSession implements ModelContender.Session {
    private final RnnEngine engine;
    private final RnnWeights weights;
    private final RnnWeights gradients;
    private final Optimizer adam;
    private final RnnPlan plan;
    private final float[] x;
    private final float[] target;
    private final float[] y;
    private final float[] dy;

    EngineSession(RnnEngine engine, ModelProblem problem) {
        this.engine = engine;
        Dims d = problem.of().dims();
        RnnConfig config = RnnConfig.lstm(d.inputSize(), d.hiddenSize()).build();
        weights = RnnWeights.init(config, Initializer.pytorch(0));
        for (String parameter : new String[] {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0"}) {
            weights.set(parameter, problem.weights().get("lstm." + parameter));
        }
        weights.set("bias_hh_l0", new float[4 * d.hiddenSize()]);
        gradients = RnnWeights.zeros(config);
        adam = TrainerSession.adam(weights.parameters().stream().filter(p -> !p.name().equals("bias_hh_l0"))
                .map(p -> new Trainable(p.name(), p.shape(), weights.data(), gradients.data(), p.offset(), weights::changed))
                .toList(), problem.of().kind());
        plan = engine.plan(config, Shape.of(d.steps(), d.batch()), Mode.TRAINING);
        x = timeMajor(problem.x(), d, d.inputSize());
        target = timeMajor(problem.target(), d, d.hiddenSize());
        y = new float[target.length];
        dy = new float[target.length];
        upstream();
    }

    /** The gradient of the loss by the outputs, which the steps that follow take as given. */
    private void upstream() {
        plan.forward(weights, x, null, null, y, null);
        for (int i = 0; i < dy.length; i++) {
            dy[i] = 2 * (y[i] - target[i]) / dy.length;
        }
    }

    private static float[] timeMajor(float[] values, Dims d, int width) {
        float[] moved = new float[values.length];
        for (int b = 0; b < d.batch(); b++) {
            for (int t = 0; t < d.steps(); t++) {
                System.arraycopy(values, (b * d.steps() + t) * width, moved, (t * d.batch() + b) * width, width);
            }
        }
        return moved;
    }

    @Override
    public String description() {
        return engine.description();
    }

    @Override
    public void step() {
        weights.changed();
        gradients.clear();
        plan.forward(weights, x, null, null, y, null);
        plan.backward(weights, dy, null, null, null, gradients);
    }

    @Override
    public void update() {
        adam.step(1);
        upstream();
    }

    @Override
    public double loss() {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += Math.pow((double) y[i] - target[i], 2);
        }
        return sum / y.length;
    }

    @Override
    public void close() {
        plan.close();
        weights.close();
        gradients.close();
        engine.close();
    }
}
