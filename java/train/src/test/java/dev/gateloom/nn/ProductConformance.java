package dev.gateloom.nn;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of matrices. */
abstract class ProductConformance extends OperationsChecks {

    /** Sizes around tiles, slices of a long k, an empty sum; matrices at offsets. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 3, 4", "5, 7, 9", "3, 1, 33", "31, 32, 33", "65, 17, 0", "40, 33, 20", "5, 9, 520"})
    void gemm(int m, int n, int k) {
        for (int flags = 0; flags < 8; flags++) {
            boolean ta = (flags & 1) > 0;
            boolean tb = (flags & 2) > 0;
            boolean add = (flags & 4) > 0;
            check(g -> {
                Tensor a = g.input(3 + m * k);
                Tensor b = g.input(5 + k * n);
                Tensor c = add ? g.changed(7 + m * n + 4) : g.written(7 + m * n + 4);
                Arrays.fill(c.values(), 0, 7, 0.5f);
                Arrays.fill(c.values(), 7 + m * n, c.size(), 0.5f);
                double[] before = exact(c);
                for (int i = 7; i < 7 + m * n && !add; i++) {
                    before[i] = 0;
                }
                operations().gemm(ta, tb, m, n, k, a, 3, b, 5, add, c, 7);
                same(ExactOperations.gemm(ta, tb, m, n, k, exact(a), 3, exact(b), 5, before, 7), c, ofSums(k));
            });
        }
    }
}
