package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolution's columns and pooling. */
abstract class WindowConformance extends ProductConformance {

    /** The sum's rounding and the division's; what the roundings on the way add up to may not show, however many they are. */
    private static final double OF_A_MEAN = 4 * HALF_ULP;

    /** Windows of one to three axes, with each padding, that overlap, touch or leave gaps; they also stick out. */
    @ParameterizedTest
    @CsvSource({"VALID, 3, 1, 8, 2", "VALID, 2, 3, 9, 1", "SAME, 3, 2, 10, 3", "CAUSAL, 4, 1, 6, 2", "SAME, 3:2, 1:2, 5:6, 2",
        "VALID, 2:3, 2, 7:8, 1", "SAME, 2:3:2, 2:1:1, 3:4:5, 2", "SAME, 1, 1, 1, 1"})
    void windows(Padding padding, String kernel, String stride, String in, int channels) {
        int[] size = numbers(in);
        int[] shape = new int[size.length + 2];
        int batch = 2;
        shape[0] = batch;
        System.arraycopy(size, 0, shape, 1, size.length);
        shape[shape.length - 1] = channels;
        Window w = new Window(size.length, padding, numbers(kernel), numbers(stride)).over(new Tensor(shape));
        int[] pooled = {batch, w.positions(), channels};
        columns(w, shape, batch - 1);
        maxPool(w, batch, shape, pooled);
        averagePool(w, batch, shape, pooled);
    }

    /** 65,536 equal values, which added one by one in float32 are 6 · 10⁻⁴ off; and some that have no finite sum. */
    @Test
    void averageOfMany() {
        int[] shape = {1, 256, 256, 4};
        Window w = new Window(2, Padding.VALID, new int[] {256, 256}, new int[] {1}).over(new Tensor(shape));
        check(g -> {
            Tensor values = new Tensor(shape);
            for (int i = 0; i < values.size(); i++) {
                values.values()[i] = i % 4 == 1 ? -0.3f : 0.1f;
            }
            values.values()[4 * 1000 + 2] = Float.NEGATIVE_INFINITY;
            values.values()[4 * 1000 + 3] = Float.NEGATIVE_INFINITY;
            values.values()[4 * 2000 + 3] = Float.POSITIVE_INFINITY;
            Tensor x = g.input(values);
            Tensor y = g.written(1, 1, 4);
            operations().averagePool(w, x, y);
            assertEquals(0.1f, y.values()[0], OF_A_MEAN * 0.1);
            assertEquals(-0.3f, y.values()[1], OF_A_MEAN * 0.3);
            assertEquals(Float.NEGATIVE_INFINITY, y.values()[2]);
            assertEquals(Float.NaN, y.values()[3]);
        });
    }

    private static int[] numbers(String of) {
        return Arrays.stream(of.split(":")).mapToInt(Integer::parseInt).toArray();
    }

    private void columns(Window w, int[] shape, int sample) {
        int c = w.channels();
        int first = sample * w.positions();                                 // window
        check(g -> {
            Tensor x = g.input(shape);
            Tensor columns = g.written(w.positions(), w.taps() * c);
            double[] expected = new double[columns.size()];
            ExactOperations.windows(w, sample + 1, (window, tap, value) -> {
                for (int j = 0; j < c && window >= first && value >= 0; j++) {
                    expected[((window - first) * w.taps() + tap) * c + j] = x.values()[value * c + j];
                }
            });
            operations().im2col(w, x, sample, columns);
            same(expected, columns, NONE);
        });
        check(g -> {
            Tensor columns = g.input(w.positions(), w.taps() * c);
            Tensor x = g.changed(shape);
            double[] expected = exact(x);
            ExactOperations.windows(w, sample + 1, (window, tap, value) -> {
                for (int j = 0; j < c && window >= first && value >= 0; j++) {
                    expected[value * c + j] += columns.values()[((window - first) * w.taps() + tap) * c + j];
                }
            });
            operations().col2im(w, columns, sample, x);
            same(expected, x, ofSums(w.taps()));
        });
    }

    /** Values of few, so that several are the largest: the first one counts. One is no number, and comes before all. */
    private void maxPool(Window w, int batch, int[] shape, int[] pooled) {
        int c = w.channels();
        check(g -> {
            Tensor values = g.wholeNumbers(3, shape);
            Tensor some = new Tensor().like(values).set(values);
            some.values()[some.size() / 2] = Float.NaN;
            Tensor x = g.input(some);
            Tensor y = g.written(pooled);
            int[] from = new int[y.size() + 2];
            Arrays.fill(from, -7);
            int[] expected = from.clone();
            ExactOperations.windows(w, batch, (window, tap, value) -> {
                for (int j = 0; j < c && value >= 0; j++) {
                    int best = expected[window * c + j];
                    if (best < 0 || !(x.values()[value * c + j] <= x.values()[best]) && !Float.isNaN(x.values()[best])) {
                        expected[window * c + j] = value * c + j;
                    }
                }
            });
            operations().maxPool(w, x, y, from);
            assertArrayEquals(expected, from);
            for (int i = 0; i < y.size(); i++) {
                assertEquals(x.values()[from[i]], y.values()[i]);
            }
            Tensor dy = g.input(pooled);
            Tensor dx = g.changed(shape);
            double[] sums = exact(dx);
            for (int i = 0; i < dy.size(); i++) {
                sums[from[i]] += dy.values()[i];
            }
            operations().maxPoolGradient(w, dy, from, dx);
            same(sums, dx, ofSums(w.taps()));
        });
    }

    private void averagePool(Window w, int batch, int[] shape, int[] pooled) {
        int c = w.channels();
        check(g -> {
            Tensor x = g.input(shape);
            Tensor y = g.written(pooled);
            Tensor dy = g.input(pooled);
            Tensor dx = g.changed(shape);
            int[] count = new int[batch * w.positions()];
            double[] means = new double[y.size()];
            double[] sums = exact(dx);
            ExactOperations.windows(w, batch, (window, tap, value) -> count[window] += value >= 0 ? 1 : 0);
            ExactOperations.windows(w, batch, (window, tap, value) -> {
                for (int j = 0; j < c && value >= 0; j++) {
                    means[window * c + j] += (double) x.values()[value * c + j] / count[window];
                    sums[value * c + j] += (double) dy.values()[window * c + j] / count[window];
                }
            });
            operations().averagePool(w, x, y);
            same(means, y, OF_A_MEAN);
            operations().averagePoolGradient(w, dy, dx);
            same(sums, dx, ofSums(w.taps()));
        });
    }
}
