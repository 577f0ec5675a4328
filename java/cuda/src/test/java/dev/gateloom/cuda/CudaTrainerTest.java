package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Add;
import dev.gateloom.nn.Attention;
import dev.gateloom.nn.AveragePooling;
import dev.gateloom.nn.Bidirectional;
import dev.gateloom.nn.Conv1D;
import dev.gateloom.nn.Conv2D;
import dev.gateloom.nn.Conv3D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Dropout;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.GlobalPooling;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.LayerNorm;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MaxPooling;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Padding;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.Sgd;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whole models on engine {@code cuda}, on the emulator with all its checks: their losses are the cpu engine's. */
class CudaTrainerTest {
    private static final int STEPS = 3;
    private static final int BATCH = 5;
    private static final int CLASSES = 4;
    /** Of losses around 1: float32 with sums in another order, through three updates. */
    private static final double TOLERANCE = 1e-5;

    @Test
    void sequencesOfWords() {
        int words = 11;
        int t = 6;
        Tensor x = new Tensor(BATCH, t);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = random.nextInt(words);
        }
        sameLosses(x, setup -> Model.sequential(setup, Node.input(t), new Embedding(words, 7), new Gru(9), new Dense(CLASSES)));
    }

    /** Padded, read both ways, with attention of each step over all, and the mean over those that count. */
    @Test
    void maskedSequencesWithAttention() {
        int t = 6;
        Tensor x = new Tensor(BATCH, t);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = i % t < 2 + i / t ? 1 + random.nextInt(8) : 0;
        }
        for (Supplier<Attention> attention : List.<Supplier<Attention>>of(Attention::dot, Attention::additive)) {
            sameLosses(x, setup -> {
                Node words = Node.input(t);
                Node read = new Bidirectional(new Lstm(4).returnSequences(true))
                        .on(new Embedding(9, 5).maskZero(true).on(words));
                Node all = new Add().on(attention.get().on(read, read), read);
                return new Model(setup, List.of(words), List.of(new Dense(CLASSES).on(GlobalPooling.average().on(all))));
            });
        }
    }

    @Test
    void signals() {
        sameLosses(numbers(4, BATCH, 12, 3), setup -> Model.sequential(setup, Node.input(12, 3),
                new Conv1D(5, 3).padding(Padding.CAUSAL).activation(Activation.RELU), new AveragePooling(2),
                new Lstm(6).returnSequences(true), GlobalPooling.max(), new Dense(CLASSES)));
    }

    @Test
    void volumes() {
        sameLosses(numbers(5, BATCH, 4, 5, 5, 2), setup -> Model.sequential(setup, Node.input(4, 5, 5, 2),
                new Conv3D(3, 2).activation(Activation.TANH), new AveragePooling(1, 2, 2), new Flatten(), new Dense(CLASSES)));
    }

    private static Tensor numbers(long seed, int... shape) {
        Tensor x = new Tensor(shape);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = (float) random.nextDouble();
        }
        return x;
    }

    @Test
    void images() {
        sameLosses(numbers(2, BATCH, 7, 6, 2), setup -> Model.sequential(setup, Node.input(7, 6, 2),
                new Conv2D(3, 3).activation(Activation.RELU), new MaxPooling(2, 2), new LayerNorm(), new Dropout(0.2f),
                new Flatten(), new Dense(6, Activation.TANH), new Dense(CLASSES)));
    }

    private static void sameLosses(Tensor x, Function<Setup, Model> made) {
        double[] onCpu;
        double[] onGpu;
        try (RnnEngine cpu = Engines.get("cpu"); RnnEngine cuda = CudaEngine.owning(Emulator.open())) {
            onCpu = losses(cpu, x, made);
            onGpu = losses(cuda, x, made);
        }
        for (int step = 0; step < STEPS; step++) {
            assertEquals(onCpu[step], onGpu[step], TOLERANCE, "update " + step);
        }
        assertTrue(onCpu[STEPS - 1] < onCpu[0], "learns");
    }

    private static double[] losses(RnnEngine engine, Tensor x, Function<Setup, Model> made) {
        Tensor target = new Tensor(BATCH);
        for (int b = 0; b < BATCH; b++) {
            target.values()[b] = b == 2 ? CrossEntropy.IGNORE : b % CLASSES;
        }
        double[] losses = new double[STEPS];
        try (Model model = made.apply(Setup.of(engine, 3))) {
            Loss loss = new CrossEntropy().on(model.operations());
            Sgd optimizer = new Sgd(model.parameters(), 0.1);
            Tensor y = new Tensor();
            Tensor dy = new Tensor();
            for (int step = 0; step < STEPS; step++) {
                model.clearGradients();
                model.forward(x, y, true);
                losses[step] = loss.compute(y, target, dy);
                model.backward(dy, null);
                optimizer.step(1);
            }
        }
        return losses;
    }
}
