package dev.gateloom.nn;

import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.train.internal.Require;
import java.util.List;

/**
 * A recurrent stack (LSTM, GRU or plain) on an engine, from a zero state. {@code x [T, B, I]} gives
 * {@code y [T, B, D·R]}, or {@code [1, B, D·R]} if the configuration returns the last output only.
 */
public final class Recurrent implements Layer {
    private final RnnConfig config;
    private final RnnWeights weights;
    private final RnnWeights gradients;
    private final RnnPlan training;
    private final RnnPlan inference;
    private final List<Trainable> parameters;
    private Tensor input;

    /**
     * Makes the weights and the plans.
     *
     * @param engine computes; must stay open as long as the layer is used
     * @param config the stack, time-major
     * @param capacity the largest T and B that will come
     * @param initializer first values of the weights
     */
    public Recurrent(RnnEngine engine, RnnConfig config, Shape capacity, Initializer initializer) {
        Require.that(!config.batchFirst(), "config", "batchFirst(false): tensors are time-major", config);
        this.config = config;
        weights = RnnWeights.init(config, initializer);
        gradients = RnnWeights.zeros(config);
        training = engine.plan(config, capacity, Mode.TRAINING);
        inference = engine.plan(config, capacity, Mode.INFERENCE);
        parameters = List.of(new Trainable("rnn", weights.data(), gradients.data(), weights::changed));
    }

    /**
     * Restarts the drawing of dropout and zoneout masks.
     *
     * @param seed of the masks
     * @return this
     */
    public Recurrent seed(long seed) {
        training.seed(seed);
        return this;
    }

    /**
     * The parameters under PyTorch's names.
     *
     * @return the weights themselves; call {@link RnnWeights#changed()} after writing to them
     */
    public RnnWeights weights() {
        return weights;
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    public void forward(Tensor x, Tensor y, boolean train) {
        x.require("x", x.steps(), x.batch(), config.inputSize());
        y.shape(outputSteps(x), x.batch(), outputSize());
        RnnPlan plan = (train ? training : inference).shape(x.steps(), x.batch());
        plan.forward(weights, x.values(), null, null, y.values(), null);
        input = train ? x : null;
    }

    @Override
    public void backward(Tensor dy, Tensor dx) {
        Tensor x = Require.present(input, "backward: call forward with training = true first");
        dy.require("dy", outputSteps(x), x.batch(), outputSize());
        input = null;
        if (dx != null) {
            dx.shape(x.steps(), x.batch(), x.features());
        }
        training.backward(weights, dy.values(), null, dx == null ? null : dx.values(), null, gradients);
    }

    private int outputSteps(Tensor x) {
        return config.returnSequences() ? x.steps() : 1;
    }

    private int outputSize() {
        return config.numDirections() * config.outputSize();
    }

    @Override
    public void close() {
        training.close();
        inference.close();
        weights.close();
        gradients.close();
    }
}
