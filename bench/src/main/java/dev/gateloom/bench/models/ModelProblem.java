package dev.gateloom.bench.models;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.bench.Dims;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Trainable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The numbers that a model is trained on, again and again the same batch: the same for every contender.
 *
 * @param of the model
 * @param weights first values as PyTorch draws them, under the names of {@link Model#parameters}: {@code embedding.weight},
 *     {@code lstm.weight_ih_l0}, {@code dense.bias}, …; each LSTM layer has the one bias {@code bias_ih}
 * @param x letters {@code [B, T]}, or values {@code [B, T, I]} in [-1, 1)
 * @param target next letters {@code [B, T]}, or values in [-1, 1): {@code [B, outputs]}, of a layer {@code [B, T, H]}
 */
public record ModelProblem(ModelCase of, Map<String, float[]> weights, float[] x, float[] target) {
    private static final long SEED = 42;

    /**
     * Draws the numbers.
     *
     * @param c the model
     * @return the problem
     */
    public static ModelProblem of(ModelCase c) {
        Dims d = c.dims();
        int rows = Math.multiplyExact(d.batch(), d.steps());
        ModelKind kind = c.kind();
        Map<String, float[]> weights = new LinkedHashMap<>();
        try (RnnEngine engine = Engines.get("reference"); Model model = model(c, engine)) {
            for (Trainable t : model.parameters()) {
                weights.put(t.name(), Arrays.copyOfRange(t.values(), t.offset(), t.end()));
            }
        }
        if (kind.classifies()) {
            return new ModelProblem(c, weights, letters(1, rows), letters(2, rows));
        }
        int answers = kind.outputs() == 0 ? Math.multiplyExact(rows, d.hiddenSize()) : d.batch() * kind.outputs();
        return new ModelProblem(c, weights, uniform(1, Math.multiplyExact(rows, d.inputSize())), uniform(2, answers));
    }

    /** The model as our trainer has it, with the weights of every problem of this case. */
    static Model model(ModelCase c, RnnEngine engine) {
        Dims d = c.dims();
        ModelKind kind = c.kind();
        List<Layer> layers = new ArrayList<>();
        if (kind.classifies()) {
            layers.add(new Embedding(kind.outputs(), d.inputSize()));
        }
        layers.add(new Lstm(d.hiddenSize()).returnSequences(kind != ModelKind.FORECASTER)
                .options(o -> o.layers(kind.layers())));
        if (kind.outputs() > 0) {
            layers.add(new Dense(kind.outputs()));
        }
        return Model.sequential(Setup.of(engine, SEED),
                kind.classifies() ? Node.input(d.steps()) : Node.input(d.steps(), d.inputSize()), layers.toArray(new Layer[0]));
    }

    private static float[] letters(long seed, int n) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] letters = new float[n];
        for (int i = 0; i < n; i++) {
            letters[i] = random.nextInt(ModelKind.CHARACTERS.outputs());
        }
        return letters;
    }

    private static float[] uniform(long seed, int n) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (random.nextInt() >> 7) * 0x1p-24f;
        }
        return values;
    }
}
