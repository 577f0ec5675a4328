package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Precision;
import dev.gateloom.cuda.TensorProducts.Form;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The products on tensor cores from the PTX that ships against their models in plain Java, all checks on. Where factors are
 * eighths no sum has any rounding, so that the bits are the same whatever the order.
 */
class MmaKernelsTest {
    private static ModelComparison emulator;
    private static ModelComparison turing;

    @BeforeAll
    static void open() {
        emulator = new ModelComparison();
        turing = new ModelComparison(new EmulatorDevice(EmulatorOptions.defaults().architecture(75)));
    }

    @AfterAll
    static void close() {
        emulator.close();
        turing.close();
    }

    static Stream<Arguments> kernels() {
        return Factor.precisions(80).stream().flatMap(p -> Stream.of(MmaTile.values()).map(tile -> Arguments.of(p, tile)));
    }

    static Stream<Arguments> productSizes() {
        int[][] sizes = {{1, 1, 1}, {1, 1, 0}, {7, 31, 15}, {16, 8, 16}, {33, 9, 17}, {32, 32, 64}, {31, 33, 65}, {130, 5, 70},
            {3, 70, 200}, {65, 129, 40}};
        return kernels().flatMap(kernel -> Stream.of(sizes).map(mnk -> Arguments.of(kernel.get()[0], kernel.get()[1], mnk[0],
                mnk[1], mnk[2])));
    }

    /** Every edge of tiles, blocks and chunks, with rows that end anywhere. */
    @ParameterizedTest
    @MethodSource("productSizes")
    void products(Precision precision, MmaTile tile, int m, int n, int k) {
        sameBits(emulator, precision, tile, m, n, k);
    }

    /** Before sm_80 there are other instructions for copies and products. */
    @ParameterizedTest
    @EnumSource(MmaTile.class)
    void productsOfFp16OnTuring(MmaTile tile) {
        sameBits(turing, Precision.FP16, tile, 33, 41, 330);
    }

    private static void sameBits(ModelComparison device, Precision precision, MmaTile tile, int m, int n, int k) {
        for (boolean accumulate : new boolean[] {false, true}) {
            for (Form form : Form.values()) {
                device.same(0, t -> {
                    TensorProducts products = new TensorProducts(t, precision, tile);
                    Factor a = products.left(form, Factor::eighths, m, k);
                    Factor b = products.right(form, Factor::eighths, n, k);
                    long c = t.eighths(m * (n + 3));
                    switch (form) {
                        case NT -> products.nt(c, n + 3, a, b, accumulate ? 0 : t.eighths(n), m, n, k, accumulate, k);
                        case NN -> products.nn(c, n + 3, a, b, m, n, k, accumulate, 0);
                        default -> products.tn(c, n + 3, a, b, m, n, k, accumulate, k, 0);
                    }
                });
            }
        }
    }

    /** Rows that start and end at 16 bytes are copied 16 bytes at a time, also of fp32; C takes two floats at a time. */
    @ParameterizedTest
    @MethodSource("kernels")
    void alignedProducts(Precision precision, MmaTile tile) {
        int m = 36;
        int n = 44;
        int k = 72;
        emulator.same(0, t -> {
            long a = t.eighths(m * k);
            long b = t.eighths(n * k);
            MmaKernels kernels = new MmaKernels(t.device, precision, tile);
            boolean wide = tile == MmaTile.WIDE;
            kernels.nt(t.stream, t.eighths(m * n), n, dense(t, precision, a, m, k, wide), k, dense(t, precision, b, n, k, true), k,
                    t.eighths(n), m, n, k, true, k);
            int ld = RoundedRows.stride(n);
            long c = dense(t, precision, t.eighths(k * ld), k, ld, true);
            kernels.nn(t.stream, t.eighths(m * n), n, dense(t, precision, a, m, k, wide), k, c, ld, m, n, k, false, k, 0);
            long d = t.eighths(k * 40);
            kernels.tn(t.stream, t.eighths(m * ld), ld, dense(t, precision, d, k, 40, wide), 40, wide ? c : t.eighths(k * ld), ld, m,
                    n, k, true, k, 0);
        });
    }

    /** Without room between rows. */
    private static long dense(Tensors t, Precision precision, long floats, int rows, int columns, boolean halves) {
        if (!halves || precision == Precision.TF32) {
            return floats;
        }
        long rounded = t.words(RoundedRows.words(rows, columns));
        new RoundedRows(t.device, precision).round(t.stream, rounded, floats, rows, columns, columns, 0);
        return rounded;
    }

    /** Each slice of K has its place; the last one may be short. */
    @ParameterizedTest
    @MethodSource("kernels")
    void slicesOfProducts(Precision precision, MmaTile tile) {
        int m = 9;
        int n = 66;
        int k = 85;
        for (int depth : new int[] {16, 48, 80, 85, 200}) {
            int slices = SplitK.count(k, depth);
            for (Form form : new Form[] {Form.NT, Form.TN}) {
                emulator.same(0, t -> {
                    TensorProducts products = new TensorProducts(t, precision, tile);
                    Factor a = products.left(form, Factor::eighths, m, k);
                    Factor b = products.right(form, Factor::eighths, n, k);
                    long c = t.eighths(slices * m * n);
                    if (form == Form.NT) {
                        products.nt(c, n, a, b, 0, m, n, k, false, depth);
                    } else {
                        products.tn(c, n, a, b, m, n, k, false, depth, 0);
                    }
                });
            }
        }
    }

    /**
     * Factors are rounded as the format says. What is left is the rounding of fp32 sums: of at most K terms of magnitude 1, each
     * of at most K / 8 + 8 partial sums loses half a unit in the last place of K.
     */
    @ParameterizedTest
    @MethodSource("kernels")
    void factorsAreRounded(Precision precision, MmaTile tile) {
        int m = 20;
        int n = 35;
        int k = 150;
        float bound = (float) Math.scalb((k / 8.0 + 8) * k, -24);
        emulator.same(bound, t -> {
            TensorProducts products = new TensorProducts(t, precision, tile);
            products.nt(t.of(m * n), n, products.left(Form.NT, Factor::of, m, k), products.right(Form.NT, Factor::of, n, k), t.of(n),
                    m, n, k, false, k);
            products.nn(t.of(m * n), n, products.left(Form.NN, Factor::of, m, k), products.right(Form.NN, Factor::of, n, k), m, n, k,
                    true, 0);
            products.tn(t.of(m * n), n, products.left(Form.TN, Factor::of, m, k), products.right(Form.TN, Factor::of, n, k), m, n, k,
                    false, k, 0);
        });
    }

    /** What is no number spoils the sums it belongs to, and no others: zeros fill up tiles, never NaN times zero. */
    @ParameterizedTest
    @MethodSource("kernels")
    void nonFiniteFactorsSpoilTheirSums(Precision precision, MmaTile tile) {
        int m = 35;
        int n = 20;
        int k = 37;
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] a = ones(m * (k + 1) + 1);
            float[] b = ones(n * (k + 1) + 1);
            a[1 + (m - 1) * (k + 1) + k - 1] = bad;             // the last element of the last row
            b[1 + 7 * (k + 1)] = bad;                           // the first of row 7
            emulator.same(0, t -> {
                TensorProducts products = new TensorProducts(t, precision, tile);
                products.nt(t.of(m * n), n, Factor.of(t, precision, t.of(a), m, k, products.halves()),
                        Factor.of(t, precision, t.of(b), n, k, true), 0, m, n, k, false, k);
            });
            float[] c = ones(k * (m + 1) + 1);
            float[] d = ones(k * (n + 1) + 1);
            c[1 + (k - 1) * (m + 1) + m - 1] = bad;
            d[1 + 2 * (n + 1) + n - 1] = bad;
            emulator.same(0, t -> {
                TensorProducts products = new TensorProducts(t, precision, tile);
                products.tn(t.of(m * n), n, Factor.of(t, precision, t.of(c), k, m, products.halves()),
                        Factor.of(t, precision, t.of(d), k, n, products.halves()), m, n, k, false, k, 0);
            });
        }
    }

    private static float[] ones(int size) {
        float[] values = new float[size];
        Arrays.fill(values, 1);
        return values;
    }

    /** Of gradients far below what fp16 has, no digit is lost: the scale is a power of two. */
    @ParameterizedTest
    @EnumSource(MmaTile.class)
    void tinyGradientsAreScaled(MmaTile tile) {
        int m = 20;
        int n = 12;
        int k = 40;
        boolean wide = tile == MmaTile.WIDE;
        for (float magnitude : new float[] {0x1p-60f, 0x1.8p-3f, 0x1p40f, 0, Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
            float factor = magnitude > 0 && magnitude < 0x1p100f ? magnitude : 1;
            emulator.same(0, t -> {
                float[] values = new float[m * k];
                for (int i = 0; i < values.length; i++) {
                    values[i] = factor * (i % 15 - 7) / 8;
                }
                long a = t.of(values);
                long b = t.eighths(Math.max(k, m) * 16);
                long known = t.of(new float[] {magnitude});
                RoundedRows rows = new RoundedRows(t.device, Precision.FP16);
                long left = a;
                if (wide) {
                    left = t.words(RoundedRows.words(m, k));
                    rows.round(t.stream, left, a, m, k, k, known);
                }
                long right = t.words(RoundedRows.words(Math.max(k, m), 16));
                rows.round(t.stream, right, b, Math.max(k, m), 16, 16, 0);
                MmaKernels kernels = new MmaKernels(t.device, Precision.FP16, tile);
                kernels.nn(t.stream, t.of(m * n), n, left, k, right, 16, m, n, k, false, k, known);
                kernels.tn(t.stream, t.of(k * n), n, left, k, wide ? right : b, 16, k, n, m, false, m, known);
            });
        }
    }

    /** What undoes the scale, for products that are not ours. */
    @Test
    void theScaleIsUndone() {
        for (float magnitude : new float[] {0x1p-60f, 0x1.8p-3f, 1, 0x1p40f, 0, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NaN}) {
            emulator.same(0, t -> new RoundedRows(t.device, Precision.FP16).scalars(t.stream, t.of(RoundedRows.SCALARS),
                    t.of(new float[] {magnitude})));
        }
    }

    @Test
    void theLargestMagnitudeOfManyBlocks() {
        for (int count : new int[] {1, 31, 2048, 5000}) {
            for (float first : new float[] {0, 0.5f, 7, Float.NaN}) {
                emulator.same(0, t -> new RoundedRows(t.device, Precision.FP16).largest(t.stream, t.of(new float[] {first}),
                        t.of(count), count));
            }
        }
    }

    /** Two elements at a time where they lie so, and zeros to the next 16 bytes. */
    @ParameterizedTest
    @EnumSource(value = Precision.class, names = {"BF16", "FP16"})
    void rowsAreRounded(Precision precision) {
        for (int[] size : new int[][] {{1, 1, 1}, {3, 8, 8}, {5, 7, 9}, {4, 33, 34}, {2, 600, 601}}) {
            emulator.same(0, t -> new RoundedRows(t.device, precision).round(t.stream,
                    t.of((int) RoundedRows.words(size[0], size[1])), t.of(size[0] * size[2]), size[0], size[1], size[2], 0));
        }
    }

    /** The order of k is all that a tile's sums depend on, so these launches do what those of a whole training step do. */
    @ParameterizedTest
    @MethodSource("kernels")
    void noBankConflictsAndNoBytesForNothing(Precision precision, MmaTile tile) {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults());
        int m = 128;
        int n = 128;
        int k = 256;
        boolean wide = tile == MmaTile.WIDE;
        try (Tensors t = new Tensors(device)) {
            MmaKernels kernels = new MmaKernels(device, precision, tile);
            long a = t.of(m * k);
            long b = t.of(n * k);
            kernels.nt(t.stream, t.of(m * n), n, dense(t, precision, a, m, k, wide), k, dense(t, precision, b, n, k, true), k, 0, m, n,
                    k, false, k);
            kernels.nn(t.stream, t.of(m * n), n, dense(t, precision, a, m, k, wide), k, dense(t, precision, b, k, n, true), n, m, n,
                    k, false, k, 0);
            kernels.tn(t.stream, t.of(m * n), n, dense(t, precision, a, k, m, wide), m, dense(t, precision, b, k, n, wide), n, m, n,
                    k, false, k, 0);
            t.read();
        }
        List<KernelCounters> products = device.counters().stream().filter(c -> c.kernel().startsWith("gemm_")).toList();
        assertEquals(3, products.size());
        for (KernelCounters c : products) {
            double conflicts = c.sharedPasses() / (double) (c.sharedPasses() - c.sharedConflicts());
            assertTrue(conflicts <= 1.1, () -> c.kernel() + ": " + conflicts + " passes over shared memory for each needed");
            boolean halves = precision != Precision.TF32;
            int bytesOfA = halves && wide ? 2 : 4;
            int bytesOfB = halves && (wide || !c.kernel().contains("_tn_")) ? 2 : 4;
            int side = wide ? 128 : 32;
            long factors = tile.tiles(m, n) * side * k * (bytesOfA + bytesOfB);
            assertEquals(factors + 4L * m * n, c.sectorBytes(), () -> c.kernel() + ": bytes in sectors");
            assertEquals(2L * m * n * k, c.tensorFlops());
        }
        device.close();
    }
}
