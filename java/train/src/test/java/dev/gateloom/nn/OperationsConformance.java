package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Operations} must do, whatever the device: agree with {@link ExactOperations}, give the same bits twice, write
 * nothing else and read nothing that is not an operand's.
 */
public abstract class OperationsConformance extends WindowConformance {

    /** For tests. */
    protected OperationsConformance() {
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activations(Activation f) {
        for (int[] shape : new int[][] {{1, 1}, {7, 5}, {3, 31, 2}, {9, 33}, {2, 300}}) {
            for (boolean withBias : new boolean[] {false, true}) {
                check(g -> {
                    Tensor y = g.changed(shape);
                    for (int i = 0; i < y.size(); i++) {
                        y.values()[i] *= 8;
                    }
                    int n = y.features();
                    Tensor bias = withBias ? g.input(n) : null;
                    double[] z = exact(y);
                    for (int i = 0; i < z.length && withBias; i++) {
                        z[i] = (float) z[i] + bias.values()[i % n];
                    }
                    operations().biasActivation(y, bias, f);
                    same(ExactOperations.activation(z, n, f), y, FEW);
                });
            }
            check(g -> {
                Tensor y = g.input(shape);
                Tensor dy = g.input(shape);
                Tensor dz = g.written(shape);
                double[] expected = ExactOperations.activationGradient(exact(y), exact(dy), y.features(), f);
                operations().activationGradient(y, dy, f, dz);
                same(expected, dz, f == Activation.SOFTMAX ? ofSums(y.features()) : FEW);
                Tensor inPlace = g.changed(shape);
                inPlace.set(dy);
                operations().activationGradient(y, inPlace, f, inPlace);
                assertArrayEquals(Arrays.copyOf(dz.values(), dz.size()), Arrays.copyOf(inPlace.values(), dz.size()));
            });
        }
    }

    /** Far apart, so that exponentials would overflow; and what is no number stays none, in its row alone. */
    @Test
    void largeAndMissingValues() {
        Tensor y = Tensor.of(new float[] {200, -200, 199, 1, Float.NaN, 2}, 2, 3);
        operations().biasActivation(y, null, Activation.SOFTMAX);
        same(new double[] {1 / (1 + Math.exp(-1)), 0, 1 / (1 + Math.E)}, Tensor.of(Arrays.copyOf(y.values(), 3), 3), FEW);
        for (int i = 3; i < 6; i++) {
            assertTrue(Float.isNaN(y.values()[i]));
        }
        for (Activation f : new Activation[] {Activation.RELU, Activation.TANH, Activation.SIGMOID}) {
            Tensor z = Tensor.of(new float[] {Float.NaN, 1e30f, -1e30f}, 1, 3);
            operations().biasActivation(z, null, f);
            assertTrue(Float.isNaN(z.values()[0]), f.name());
            same(ExactOperations.activation(new double[] {1e30, -1e30}, 2, f), Tensor.of(Arrays.copyOfRange(z.values(), 1, 3), 2),
                    FEW);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "33, 7", "8, 32", "207, 33"})
    void addRows(int rows, int n) {
        check(g -> {
            Tensor x = g.input(rows, n);
            Tensor sum = g.changed(n);
            double[] expected = ExactOperations.addRows(exact(x), exact(sum));
            operations().addRows(x, sum);
            same(expected, sum, ofSums(rows));
        });
    }

    /** Ids more often than once and not at all, rows around a warp. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 3, 7", "31, 33, 40", "3, 65, 70"})
    void embedding(int entries, int width, int count) {
        check(g -> {
            Tensor ids = g.wholeNumbers(entries, count, 1);
            Tensor table = g.input(entries, width);
            Tensor y = g.written(count, 1, width);
            operations().embedding(ids, table, y);
            double[] expected = new double[y.size()];
            Arrays.setAll(expected, i -> table.values()[(int) ids.values()[i / width] * width + i % width]);
            same(expected, y, NONE);
        });
        check(g -> {
            Tensor ids = g.wholeNumbers(entries, count, 1);
            Tensor dy = g.input(count, 1, width);
            Tensor dTable = g.changed(entries, width);
            double[] sums = ExactOperations.embeddingGradient(exact(ids), exact(dy), exact(dTable), width);
            operations().embeddingGradient(ids, dy, dTable);
            same(sums, dTable, ofSums(count));
        });
    }

    /** Some rows do not count. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "17, 31", "9, 33", "2, 300"})
    void softmaxCrossEntropy(int rows, int n) {
        int[] classes = new int[rows + 3];                  // longer than it must be
        Arrays.setAll(classes, row -> row % 4 == 2 ? -1 : 7 * row % n);
        check(g -> {
            Tensor y = g.input(rows, n);
            Tensor dy = g.written(rows, n);
            double[] p = ExactOperations.activation(exact(y), n, Activation.SOFTMAX);
            double loss = 0;
            double[] gradient = new double[p.length];
            for (int row = 0; row < rows; row++) {
                loss -= classes[row] < 0 ? 0 : Math.log(p[row * n + classes[row]]);
                for (int j = 0; j < n && classes[row] >= 0; j++) {
                    gradient[row * n + j] = (p[row * n + j] - (j == classes[row] ? 1 : 0)) * 0.25;
                }
            }
            assertEquals(loss, operations().softmaxCrossEntropy(y, classes, 0.25, dy), rows * FEW);
            same(gradient, dy, FEW);
            assertEquals(loss, operations().softmaxCrossEntropy(y, classes, 0.25, null), rows * FEW);
        });
    }

    /** A single value has no deviation: eps alone keeps it finite. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 2", "5, 31", "2, 33", "3, 300"})
    void layerNorm(int rows, int n) {
        double eps = 1e-3;
        check(g -> {
            Tensor x = g.input(rows, n);
            Tensor gamma = g.input(n);
            Tensor beta = g.input(n);
            Tensor y = g.written(rows, n);
            Tensor normal = g.written(rows, n);
            Tensor scale = g.written(rows);
            double[][] exact = ExactOperations.normalise(exact(x), n, eps);
            operations().layerNorm(x, gamma, beta, eps, y, normal, scale);
            double tolerance = FEW * 1 / Math.sqrt(eps);                    // the scale at most: what an error of x becomes
            same(exact[0], normal, tolerance);
            same(exact[1], scale, tolerance);
            double[] expected = new double[y.size()];
            Arrays.setAll(expected, i -> gamma.values()[i % n] * exact[0][i] + beta.values()[i % n]);
            same(expected, y, tolerance);
        });
        for (boolean wanted : new boolean[] {true, false}) {
            check(g -> {
                Tensor normal = g.input(rows, n);
                Tensor scale = g.input(rows);
                Tensor gamma = g.input(n);
                Tensor dy = g.input(rows, n);
                Tensor dx = wanted ? g.written(rows, n) : null;
                Tensor dGamma = g.changed(n);
                Tensor dBeta = g.changed(n);
                double[] byNormal = ExactOperations.elementwise(exact(dy), exact(normal), (a, b) -> a * b);
                double[] dGammas = ExactOperations.addRows(byNormal, exact(dGamma));
                double[] dBetas = ExactOperations.addRows(exact(dy), exact(dBeta));
                operations().layerNormGradient(normal, scale, gamma, dy, dx, dGamma, dBeta);
                same(dGammas, dGamma, ofSums(rows));
                same(dBetas, dBeta, ofSums(rows));
                if (wanted) {
                    same(layerNormGradient(normal, scale, gamma, dy), dx, ofSums(n) / n);
                }
            });
        }
    }

    private static double[] layerNormGradient(Tensor normal, Tensor scale, Tensor gamma, Tensor dy) {
        int n = normal.features();
        double[] dx = new double[normal.size()];
        for (int row = 0; row < normal.rows(); row++) {
            double sum = 0;
            double dot = 0;
            for (int j = 0; j < n; j++) {
                double e = (double) dy.values()[row * n + j] * gamma.values()[j];
                sum += e;
                dot += e * normal.values()[row * n + j];
            }
            for (int j = 0; j < n; j++) {
                double e = (double) dy.values()[row * n + j] * gamma.values()[j];
                dx[row * n + j] = scale.values()[row] * (e - sum / n - normal.values()[row * n + j] * dot / n);
            }
        }
        return dx;
    }

    /** The stream's own numbers: the same masks on every device. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "7, 1, 1", "3, 5, 4", "9, 2, 33"})
    void dropout(int groups, int repeat, int width) {
        for (float rate : new float[] {0, 0.3f, 0.9f}) {
            check(g -> {
                Tensor x = g.input(groups, repeat, width);
                Tensor y = g.written(groups, repeat, width);
                operations().dropout(x, rate, 0x123456789abcdefL, repeat, width, y);
                for (int i = 0; i < x.size(); i++) {
                    int drawn = i / (repeat * width) * width + i % width;
                    boolean dropped = Draw.uniform(0x123456789abcdefL, drawn) < rate;
                    assertEquals(dropped ? 0 : x.values()[i] * (1 / (1 - rate)), y.values()[i]);
                }
                Tensor inPlace = g.changed(groups, repeat, width).set(x);
                operations().dropout(inPlace, rate, 0x123456789abcdefL, repeat, width, inPlace);
                assertArrayEquals(Arrays.copyOf(y.values(), y.size()), Arrays.copyOf(inPlace.values(), y.size()));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 33, 257})
    void elementwise(int count) {
        check(g -> {
            Tensor a = g.input(count);
            Tensor b = g.input(count);
            Tensor y = g.changed(count);
            double[] expected = ExactOperations.elementwise(exact(a), exact(y), (v, to) -> to - 0.7f * v);
            operations().addScaled(-0.7f, a, y);
            same(expected, y, FEW);
            double[] products = ExactOperations.elementwise(exact(a), exact(b), (v, w) -> v * w);
            expected = ExactOperations.elementwise(products, exact(y), Double::sum);
            operations().multiply(a, b, true, y);
            same(expected, y, FEW);
            Tensor fresh = g.written(count);
            operations().multiply(a, b, false, fresh);
            same(products, fresh, HALF_ULP);
        });
    }

    /** A batch may be empty. */
    @Test
    void nothingIsDoneToNothing() {
        check(g -> {
            Tensor none = g.input(0, 3);
            Tensor sum = g.changed(3);
            double[] before = exact(sum);
            operations().addRows(none, sum);
            operations().biasActivation(none, sum, Activation.TANH);
            operations().gemm(false, true, 0, 3, 4, none, 0, g.input(3, 4), 0, true, sum, 0);
            assertEquals(0, operations().softmaxCrossEntropy(none, new int[0], 1, g.written(0, 3)));
            same(before, sum, NONE);
        });
    }
}
