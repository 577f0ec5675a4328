package dev.gateloom.cuda;

import static dev.gateloom.cuda.ModelComparison.GATES;
import static dev.gateloom.cuda.ModelComparison.SAME_BITS;

import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each kernel from the PTX that ships against its model in plain Java, at sizes around warps, blocks and tiles. All
 * memory is compared, what a kernel must leave alone included.
 */
class EmulatedKernelsTest {
    private static ModelComparison comparison;

    @BeforeAll
    static void open() {
        comparison = new ModelComparison();
    }

    @AfterAll
    static void close() {
        comparison.close();
    }

    static Stream<Arguments> productSizes() {
        int[][] sizes = {{1, 1, 1}, {1, 1, 0}, {7, 31, 15}, {8, 32, 16}, {9, 33, 17}, {31, 33, 128}, {64, 64, 129},
            {65, 63, 32}, {3, 207, 300}, {130, 5, 70}};
        return Stream.of(GemmTile.values()).flatMap(tile -> Stream.of(sizes).map(mnk -> Arguments.of(tile, mnk[0], mnk[1],
                mnk[2])));
    }

    /** C[M, N] from a depth of K, with row strides larger than the rows. */
    @ParameterizedTest
    @MethodSource("productSizes")
    void products(GemmTile tile, int m, int n, int k) {
        for (boolean accumulate : new boolean[] {false, true}) {
            same(SAME_BITS, t -> new GemmKernels(t.device, tile).nt(t.stream, t.of(m * (n + 3)), n + 3, t.of(m * (k + 1)),
                    k + 1, t.of(n * (k + 2)), k + 2, accumulate ? 0 : t.of(n), m, n, k, accumulate, k));
            same(SAME_BITS, t -> new GemmKernels(t.device, tile).nn(t.stream, t.of(m * (n + 3)), n + 3, t.of(m * (k + 1)),
                    k + 1, t.of(k * (n + 2) + 1), n + 2, m, n, k, accumulate, k));
            same(SAME_BITS, t -> new GemmKernels(t.device, tile).tn(t.stream, t.of(m * (n + 3)), n + 3,
                    t.of(k * (m + 1) + 1), m + 1, t.of(k * (n + 2) + 1), n + 2, m, n, k, accumulate, k));
        }
    }

    /** Each slice of K has its place; the last one may be short. */
    @ParameterizedTest
    @EnumSource(GemmTile.class)
    void slicesOfProducts(GemmTile tile) {
        int m = 9;
        int n = 66;
        int k = 85;
        for (int depth : new int[] {16, 48, 84, 85, 200}) {
            int slices = SplitK.count(k, depth);
            same(SAME_BITS, t -> new GemmKernels(t.device, tile).nt(t.stream, t.of(slices * m * n), n, t.of(m * k), k,
                    t.of(n * k), k, 0, m, n, k, false, depth));
            same(SAME_BITS, t -> new GemmKernels(t.device, tile).nn(t.stream, t.of(slices * m * n), n, t.of(m * k), k,
                    t.of(k * n), n, m, n, k, false, depth));
            same(SAME_BITS, t -> new GemmKernels(t.device, tile).tn(t.stream, t.of(slices * m * n), n, t.of(k * m), m,
                    t.of(k * n), n, m, n, k, false, depth));
        }
    }

    /** From and to where the block of a call says, whatever the other tensors are; the last one too. */
    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 1000})
    void tensorsOfACall(int count) {
        same(SAME_BITS, t -> {
            DeviceCall call = new DeviceCall().set(Tensor.X, t.of(count + 1)).set(Tensor.WEIGHTS, t.of(3))
                    .set(Tensor.GRADIENTS, t.of(count + 1));
            CallBlock block = t.block().set(t.stream, call);
            block.load(Tensor.X, count, t.of(count + 1));
            block.store(t.of(count + 1), Tensor.GRADIENTS, count);
            block.set(t.stream, call.set(Tensor.GRADIENTS, t.of(count + 1)));
            block.store(t.of(count), Tensor.GRADIENTS, count);
        });
    }

    static Stream<int[]> longSums() {
        return Stream.of(new int[] {3, 5, 511}, new int[] {3, 5, 512}, new int[] {33, 40, 777}, new int[] {20, 70, 1300});
    }

    /** The sums of slices, and the whole product around them. */
    @ParameterizedTest
    @MethodSource("longSums")
    void longSumsAreDivided(int[] mnk) {
        int m = mnk[0];
        int n = mnk[1];
        int k = mnk[2];
        for (boolean accumulate : new boolean[] {false, true}) {
            same(SAME_BITS, t -> {
                int room = (int) Math.max(1, SplitK.words(GemmTile.ofLongSums(m, n).tiles(m, n), m, n, k));
                new FfmaGemm(t.device, new PartialSums(t.device, t.of(room), room)).tn(t.stream, t.of(m * (n + 1)), n + 1, t.of(k * (m + 1)), m + 1,
                        t.of(k * (n + 2)), n + 2, m, n, k, accumulate);
            });
        }
    }

    static Stream<int[]> stepSizes() {
        return IntStream.of(1, 2, 31, 32, 33, 207).boxed().flatMap(h -> Stream.of(new int[] {1, h}, new int[] {5, h}));
    }

    /** Sequences of any length, the first and a later step, both ways, with and without dy. */
    @ParameterizedTest
    @MethodSource("stepSizes")
    void steps(int[] batchAndHidden) {
        int b = batchAndHidden[0];
        int h = batchAndHidden[1];
        int steps = 3;
        int slots = (steps + 1) * b * h;
        int ldy = 2 * h;
        for (int step = 0; step < steps; step++) {
            int t = step;
            for (boolean reverse : new boolean[] {false, true}) {
                same(GATES, x -> new LstmForward(x.device).launch(x.stream, x.of(b * 4 * h), x.of(slots), x.of(slots),
                        x.of(b * ldy), x.lengths(b, steps), t, b, h, ldy, reverse));
                same(GATES, x -> new GruForward(x.device).launch(x.stream, x.of(b * 3 * h), x.of(b * 3 * h), x.of(slots),
                        x.of(b * ldy), x.lengths(b, steps), t, b, h, ldy, reverse));
                for (boolean dy : new boolean[] {false, true}) {
                    same(GATES, x -> new LstmBackward(x.device).launch(x.stream, x.of(b * 4 * h), x.of(slots),
                            dy ? x.of(b * ldy) : 0, x.of(b * h), x.of(b * h), x.lengths(b, steps), t, b, h, ldy, reverse));
                    same(GATES, x -> new GruBackward(x.device).launch(x.stream, x.of(b * 3 * h), x.of(b * 3 * h),
                            x.of(slots), dy ? x.of(b * ldy) : 0, x.of(b * h), x.lengths(b, steps), t, b, h, ldy, reverse));
                }
                for (boolean relu : new boolean[] {false, true}) {
                    same(GATES, x -> new Rnn(x.device, relu).forward(x.stream, x.of(b * h), x.of(slots), x.of(b * ldy),
                            x.lengths(b, steps), t, b, h, ldy, reverse));
                    same(GATES, x -> new Rnn(x.device, relu).backward(x.stream, x.of(b * h), x.of(slots), x.of(b * ldy),
                            x.of(b * h), x.lengths(b, steps), t, b, h, ldy, reverse));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("stepSizes")
    void rows(int[] batchAndWidth) {
        int b = batchAndWidth[0];
        int w = batchAndWidth[1];
        int steps = 4;
        int all = steps * b * w;
        for (boolean batchFirst : new boolean[] {false, true}) {
            same(SAME_BITS, t -> new Rows(t.device).load(t.stream, t.of(all), t.of(all), t.lengths(b, steps), steps, b, w,
                    batchFirst));
            same(SAME_BITS, t -> new Rows(t.device).store(t.stream, t.of(all), t.of(all), t.lengths(b, steps), steps, b, w,
                    batchFirst));
        }
        same(SAME_BITS, t -> new Rows(t.device).multiply(t.stream, t.of(all), t.of(all), t.of(all), all));
        same(SAME_BITS, t -> new Rows(t.device).add(t.stream, t.of(all), t.of(all), t.of(all), all));
        same(SAME_BITS, t -> new Rows(t.device).columnSums(t.stream, t.of(w), t.of(all + steps * b), steps * b, w, w + 1));
        same(SAME_BITS, t -> new Rows(t.device).columnProducts(t.stream, t.of(w), t.of(all + steps * b), t.of(all), steps * b, w,
                w + 1, w));
    }

    /** As the planner applies a mask to a gradient. */
    @Test
    void aProductMayReplaceItsFactor() {
        same(SAME_BITS, t -> {
            long a = t.of(300);
            new Rows(t.device).multiply(t.stream, a, a, t.of(300), 300);
        });
    }

    private static void same(float tolerance, Consumer<Tensors> launch) {
        comparison.same(tolerance, launch);
    }
}
