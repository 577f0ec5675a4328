package dev.gateloom.cuda;

import static dev.gateloom.cuda.ModelComparison.GATES;
import static dev.gateloom.cuda.ModelComparison.SAME_BITS;

import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels of the rare options, as {@link EmulatedKernelsTest} has the others: with and without each optional tensor. */
class EmulatedGeneralKernelsTest {
    private static final int T = 3;
    /** Keeps 1 / deviation below 32 where a row of two has equal values: float32 then has this much left. */
    private static final float EPS = 1e-3f;
    private static final float NORMAL = 1e-5f;

    private static ModelComparison comparison;

    @BeforeAll
    static void open() {
        comparison = new ModelComparison();
    }

    @AfterAll
    static void close() {
        comparison.close();
    }

    /** Sequences of any length; for each size one step and direction, so that all of them come up. */
    static Stream<int[]> sizes() {
        return IntStream.of(1, 2, 31, 32, 33, 207).boxed().flatMap(h -> IntStream.of(1, 5).mapToObj(b -> new int[] {b, h}));
    }

    private record Size(int b, int h) {
        int t() {
            return (b + h) % T;
        }

        boolean reverse() {
            return h % 2 == 0;
        }

        int state() {
            return b * h;
        }

        int slots() {
            return (T + 1) * b * h;
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void zoneout(int[] batchAndSize) {
        Size s = new Size(batchAndSize[0], batchAndSize[1]);
        int ldy = 2 * s.h;
        for (boolean mask : new boolean[] {false, true}) {
            same(GATES, x -> new Zoneout(x.device).forward(x.stream, x.of(s.state()), x.of(s.slots()), x.of(s.b * ldy),
                    mask ? x.of(s.state()) : 0, 0.3f, x.lengths(s.b, T), s.t(), s.b, s.h, ldy, s.reverse()));
            same(GATES, x -> new Zoneout(x.device).backward(x.stream, x.of(s.state()), x.of(s.state()),
                    mask ? x.of(s.b * ldy) : 0, mask ? x.of(s.state()) : 0, 0, x.lengths(s.b, T), s.t(), s.b, s.h, ldy));
        }
    }

    /** Peepholes, the candidate's mask, a clip that limits about half of the cells; and none of them. */
    @ParameterizedTest
    @MethodSource("sizes")
    void lstm(int[] batchAndHidden) {
        Size s = new Size(batchAndHidden[0], batchAndHidden[1]);
        for (boolean option : new boolean[] {false, true}) {
            float clip = option ? 0.25f : Float.POSITIVE_INFINITY;
            same(GATES, x -> new LstmGeneral(x.device).gates(x.stream, x.of(4 * s.state()), x.of(s.slots()), x.of(s.state()),
                    option ? x.of(3 * s.h) : 0, option ? x.of(s.state()) : 0, clip, s.t(), s.b, s.h, s.reverse()));
            same(GATES, x -> new LstmGeneral(x.device).output(x.stream, x.of(4 * s.state()), x.of(s.state()), x.of(s.state()),
                    x.of(s.slots()), x.of(s.state()), option ? x.of(s.state()) : 0, 0.3f, x.lengths(s.b, T), s.t(), s.b, s.h,
                    s.reverse()));
            same(GATES, x -> new LstmGeneral(x.device).outputBackward(x.stream, x.of(4 * s.state()), x.of(s.state()),
                    x.of(s.state()), x.of(s.state()), option ? x.of(s.state()) : 0, x.of(s.state()),
                    option ? x.of(s.state()) : 0, 0, x.lengths(s.b, T), s.t(), s.b, s.h));
            same(GATES, x -> new LstmGeneral(x.device).gatesBackward(x.stream, x.of(4 * s.state()), x.of(s.slots()),
                    x.of(s.state()), x.of(s.state()), option ? x.of(3 * s.h) : 0, option ? x.of(s.state()) : 0, clip,
                    x.lengths(s.b, T), s.t(), s.b, s.h, s.reverse()));
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void gru(int[] batchAndHidden) {
        Size s = new Size(batchAndHidden[0], batchAndHidden[1]);
        int gates = 3 * s.state();
        for (boolean mask : new boolean[] {false, true}) {
            same(GATES, x -> new GruGeneral(x.device).forward(x.stream, x.of(gates), x.of(gates), x.of(s.slots()),
                    x.of(s.state()), mask ? x.of(s.state()) : 0, s.t(), s.b, s.h, s.reverse()));
            same(GATES, x -> new GruGeneral(x.device).backward(x.stream, x.of(gates), x.of(gates), x.of(s.slots()),
                    x.of(s.state()), x.of(s.state()), mask ? x.of(s.state()) : 0, s.t(), s.b, s.h, s.reverse()));
            same(GATES, x -> new GruResetBefore(x.device).candidateForward(x.stream, x.of(gates), x.of(s.slots()),
                    x.of(s.state()), mask ? x.of(s.state()) : 0, s.t(), s.b, s.h, s.reverse()));
            same(GATES, x -> new GruResetBefore(x.device).candidateBackward(x.stream, x.of(gates), x.of(s.slots()),
                    x.of(s.state()), x.of(s.state()), mask ? x.of(s.state()) : 0, s.t(), s.b, s.h, s.reverse()));
        }
        same(GATES, x -> new GruResetBefore(x.device).resetForward(x.stream, x.of(gates), x.of(s.slots()), x.of(s.state()),
                s.t(), s.b, s.h, s.reverse()));
        same(GATES, x -> new GruResetBefore(x.device).resetBackward(x.stream, x.of(gates), x.of(s.slots()), x.of(s.state()),
                x.of(s.state()), s.t(), s.b, s.h, s.reverse()));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void plain(int[] batchAndHidden) {
        Size s = new Size(batchAndHidden[0], batchAndHidden[1]);
        for (boolean relu : new boolean[] {false, true}) {
            same(GATES, x -> new RnnGeneral(x.device, relu).forward(x.stream, x.of(s.state()), s.b, s.h));
            same(GATES, x -> new RnnGeneral(x.device, relu).backward(x.stream, x.of(s.state()), x.of(s.state()), s.b, s.h));
        }
    }

    /** Rows around a warp and a block, results in every place that is allowed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 33, 255, 256, 257, 828})
    void layerNormalisation(int width) {
        int rows = 3;
        int all = rows * width;
        for (boolean accumulate : new boolean[] {false, true}) {
            same(NORMAL, x -> new LayerNormKernels(x.device).forward(x.stream, x.of(all), x.of(all), x.of(rows), x.of(all),
                    x.of(width), accumulate ? 0 : x.of(width), rows, width, EPS, accumulate));
            same(NORMAL, x -> new LayerNormKernels(x.device).backward(x.stream, x.of(all), x.of(all), x.of(all), x.of(rows),
                    x.of(width), rows, width, accumulate));
        }
        same(NORMAL, x -> {
            long v = x.of(all);
            new LayerNormKernels(x.device).forward(x.stream, v, v, x.of(rows), x.of(all), x.of(width), 0, rows, width, EPS, true);
        });
        same(NORMAL, x -> {
            long v = x.of(all);
            new LayerNormKernels(x.device).forward(x.stream, v, v, x.of(rows), v, x.of(width), x.of(width), rows, width, EPS,
                    false);
        });
        same(NORMAL, x -> {
            long n = x.of(all);
            new LayerNormKernels(x.device).backward(x.stream, n, x.of(all), n, x.of(rows), x.of(width), rows, width, false);
        });
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void masks(int[] batchAndSize) {
        int period = batchAndSize[0] * batchAndSize[1];
        for (int gates = 1; gates <= 4; gates++) {
            int g = gates;
            same(SAME_BITS, x -> new Dropout(x.device).rows(x.stream, x.of(g * period), x.of(g * period), x.of(period),
                    g * period, period));
            for (boolean accumulate : new boolean[] {false, true}) {
                same(SAME_BITS, x -> new Dropout(x.device).sums(x.stream, x.of(period), x.of(g * period), x.of(g * period), g,
                        period, accumulate));
            }
        }
    }

    private static void same(float tolerance, Consumer<Tensors> launch) {
        comparison.same(tolerance, launch);
    }
}
