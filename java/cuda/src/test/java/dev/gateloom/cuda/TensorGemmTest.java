package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The products of a plan on tensor cores against their models: which tile, what is rounded, slices and their sum. */
class TensorGemmTest {
    private static ModelComparison emulator;

    @BeforeAll
    static void open() {
        emulator = new ModelComparison();
    }

    @AfterAll
    static void close() {
        emulator.close();
    }

    @ParameterizedTest
    @EnumSource(value = Precision.class, names = "FP32", mode = EnumSource.Mode.EXCLUDE)
    void productsOfAnySize(Precision precision) {
        int n = 22 * 128 - 3;
        for (int[] mk : new int[][] {{33, 21}, {3, 40}}) {          // wide and thin
            int m = mk[0];
            int k = mk[1];
            assertEquals(m == 33 ? MmaTile.WIDE : MmaTile.THIN, MmaTile.of(m, n));
            emulator.same(0, t -> {
                TensorGemm gemm = gemm(t, precision, 200_000);
                long a = t.eighths(m * k);
                gemm.hold(a);
                gemm.nt(t.stream, t.eighths(m * n), n, a, k, t.eighths(n * k), k, t.eighths(n), m, n, k, true);
                gemm.nn(t.stream, t.eighths(m * n), n, a, k, t.eighths(k * n), n, m, n, k, false);
                gemm.release();
            });
        }
        for (int[] mnk : new int[][] {{40, 33, 600}, {20, 33, 520}, {40, 33, 100}}) {
            int m = mnk[0];
            int cols = mnk[1];
            int k = mnk[2];
            emulator.same(0, t -> gemm(t, precision, 40_000).tn(t.stream, t.eighths(m * cols), cols, t.eighths(k * m), m,
                    t.eighths(k * cols), cols, m, cols, k, true));
        }
    }

    private static TensorGemm gemm(Tensors t, Precision precision, int words) {
        RoundedFactors rounded = precision == Precision.TF32 ? new RoundedFactors(null, 0, 0, 0, 0, 0)
                : new RoundedFactors(new RoundedRows(t.device, precision), t.words(words), words, t.words(words), words, 0);
        return new TensorGemm(t.device, precision, new PartialSums(t.device, t.words(words), words), rounded);
    }
}
