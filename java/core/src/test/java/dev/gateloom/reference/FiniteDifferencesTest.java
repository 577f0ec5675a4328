package dev.gateloom.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;
import dev.gateloom.conformance.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Hand-written gradients against differences of the loss, in double precision, for every parameter, every input and
 * every initial state, with every option alone and with random combinations.
 */
class FiniteDifferencesTest {
    private static final int COMBINATIONS = Boolean.getBoolean("gateloom.exhaustive") ? 1000 : 60;
    /**
     * Step of the differences: their truncation error is about STEP^4 times the fifth derivative, their rounding error about
     * 1e-15 / STEP. Where the fifth derivative is large, as beside a small variance under layer normalisation, the smaller
     * step decides.
     */
    private static final double STEP = 1e-4;
    private static final double SMALLER_STEP = STEP / 8;
    /** The whole stencil stays on one side of a rectifier's kink and of the clip. */
    private static final double KINK_MARGIN = 2e-3;
    private static final double RTOL = 1e-7;

    @TestFactory
    Stream<DynamicTest> gradients() {
        List<RnnConfig> configs = new ArrayList<>(Option.each(2, 3));
        configs.addAll(Option.each(0, 3));
        Random random = new Random(5);
        for (int n = 0; n < COMBINATIONS; n++) {
            configs.add(Option.random(random, random.nextInt(4), 1 + random.nextInt(4), 0.3));
        }
        return Stream.iterate(0, n -> n < configs.size(), n -> n + 1).map(n -> DynamicTest.dynamicTest(
                "seed " + n + ": " + configs.get(n), () -> check(configs.get(n), n)));
    }

    private static void check(RnnConfig config, long seed) {
        for (int attempt = 0; attempt < 500; attempt++) {
            Loss loss = new Loss(config, new Random(seed + 1_000_003L * attempt));
            if (loss.kinkMargin() > KINK_MARGIN) {
                loss.check();
                return;
            }
        }
        throw new IllegalStateException(config + ": every draw comes near a point without derivative");
    }

    /** {@code Σ y·dy + Σ hN·dhN + Σ cN·dcN} as a function of everything that goes in. */
    private static final class Loss {
        private final RnnConfig config;
        private final RnnWeights layout;
        private final RnnMasks masks;
        private final double[] values;
        private final double[][][] x;
        private final double[][][] h0;
        private final double[][][] c0;
        private final double[][][] dy;
        private final double[][][] dhN;
        private final double[][][] dcN;

        Loss(RnnConfig config, Random random) {
            int steps = 4;
            int[] lengths = {steps, random.nextInt(steps + 1)};
            int layers = config.numLayers() * config.numDirections();
            boolean lstm = config.cell() == CellType.LSTM;
            this.config = config;
            layout = RnnWeights.zeros(config);
            masks = config.stochastic() ? new RnnMasks(config, steps, lengths.length).draw(random.nextLong(), 0) : null;
            values = random.doubles(layout.data().length, -0.8, 0.8).toArray();
            x = sequences(random, lengths, config.inputSize());
            dy = sequences(random, lengths, config.numDirections() * config.outputSize());
            h0 = states(random, layers, lengths.length, config.outputSize());
            dhN = states(random, layers, lengths.length, config.outputSize());
            c0 = lstm ? states(random, layers, lengths.length, config.hiddenSize()) : null;
            dcN = lstm ? states(random, layers, lengths.length, config.hiddenSize()) : null;
        }

        double kinkMargin() {
            return Kinks.margin(config, forward(true).stack);
        }

        void check() {
            Stack stack = forward(true).stack;
            Stack.Gradients g = stack.backward(dy, dhN, dcN);
            double[] dValues = stack.weightGradients(values.length);
            layout.parameters().forEach(p -> check(p.name(), values, p.offset(), p.size(), dValues));
            check("x", x, g.dx());
            check("h0", h0, g.dh0());
            if (c0 != null) {
                check("c0", c0, g.dc0());
            }
        }

        private record Evaluation(Stack stack, double loss) {
        }

        private Evaluation forward(boolean keep) {
            Stack stack = new Stack(config, layout, values, masks, Activations.EXACT);
            Stack.Output out = stack.forward(x, h0, c0, keep);
            return new Evaluation(stack,
                    dot(out.y(), dy) + dot(out.hN(), dhN) + (c0 == null ? 0 : dot(out.cN(), dcN)));
        }

        private void check(String name, double[][][] input, double[][][] gradient) {
            for (int i = 0; i < input.length; i++) {
                for (int j = 0; j < input[i].length; j++) {
                    check(name + "[" + i + "][" + j + "]", input[i][j], 0, input[i][j].length, gradient[i][j]);
                }
            }
        }

        private void check(String name, double[] input, int start, int size, double[] gradient) {
            DoubleSupplier loss = () -> forward(false).loss;
            for (int i = start; i < start + size; i++) {
                if (agrees(derivative(loss, input, i, STEP), gradient[i])) {
                    continue;
                }
                double expected = derivative(loss, input, i, SMALLER_STEP);
                double error = Math.abs(gradient[i] - expected);
                int index = i - start;
                assertTrue(agrees(expected, gradient[i]), () -> name + "[" + index + "]: differences"
                        + " give " + expected + ", backward gave " + error + " beside it");
            }
        }

        private static boolean agrees(double expected, double gradient) {
            return Math.abs(gradient - expected) <= RTOL * Math.max(1, Math.abs(expected));
        }

        /** Five-point formula. */
        private static double derivative(DoubleSupplier loss, double[] input, int i, double step) {
            double at = input[i];
            double[] f = new double[5];
            for (int k = -2; k <= 2; k++) {
                input[i] = at + k * step;
                f[k + 2] = loss.getAsDouble();
            }
            input[i] = at;
            return (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * step);
        }

        private static double[][][] sequences(Random random, int[] lengths, int width) {
            double[][][] rows = new double[lengths.length][][];
            for (int b = 0; b < lengths.length; b++) {
                rows[b] = new double[lengths[b]][];
                for (int t = 0; t < lengths[b]; t++) {
                    rows[b][t] = random.doubles(width, -1, 1).toArray();
                }
            }
            return rows;
        }

        private static double[][][] states(Random random, int layers, int batch, int width) {
            double[][][] states = new double[layers][batch][];
            for (double[][] layer : states) {
                for (int b = 0; b < batch; b++) {
                    layer[b] = random.doubles(width, -1, 1).toArray();
                }
            }
            return states;
        }

        private static double dot(double[][][] a, double[][][] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                for (int j = 0; j < a[i].length; j++) {
                    for (int k = 0; k < a[i][j].length; k++) {
                        sum += a[i][j][k] * b[i][j][k];
                    }
                }
            }
            return sum;
        }
    }
}
