package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Conv2D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Dropout;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.LayerNorm;
import dev.gateloom.nn.MaxPooling;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.Sgd;
import java.util.SplittableRandom;
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
        sameLosses(x, Node.input(t), () -> new Layer[] {new Embedding(words, 7), new Gru(9), new Dense(CLASSES)});
    }

    @Test
    void images() {
        Tensor x = new Tensor(BATCH, 7, 6, 2);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = (float) random.nextDouble();
        }
        sameLosses(x, Node.input(7, 6, 2), () -> new Layer[] {new Conv2D(3, 3).activation(Activation.RELU), new MaxPooling(2, 2),
            new LayerNorm(), new Dropout(0.2f), new Flatten(), new Dense(6, Activation.TANH), new Dense(CLASSES)});
    }

    private static void sameLosses(Tensor x, Node input, Supplier<Layer[]> layers) {
        double[] onCpu;
        double[] onGpu;
        try (RnnEngine cpu = Engines.get("cpu"); RnnEngine cuda = CudaEngine.owning(Emulator.open())) {
            onCpu = losses(cpu, x, input, layers.get());
            onGpu = losses(cuda, x, input, layers.get());
        }
        for (int step = 0; step < STEPS; step++) {
            assertEquals(onCpu[step], onGpu[step], TOLERANCE, "update " + step);
        }
        assertTrue(onCpu[STEPS - 1] < onCpu[0], "learns");
    }

    private static double[] losses(RnnEngine engine, Tensor x, Node input, Layer[] layers) {
        Setup setup = Setup.of(engine, 3);
        CrossEntropy loss = new CrossEntropy().on(setup.operations());
        Tensor target = new Tensor(BATCH);
        for (int b = 0; b < BATCH; b++) {
            target.values()[b] = b == 2 ? CrossEntropy.IGNORE : b % CLASSES;
        }
        double[] losses = new double[STEPS];
        try (Model model = Model.sequential(setup, input, layers)) {
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
