package dev.gateloom.cuda.model;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;

/** The products of {@code gemm.cu} and {@code gemm_thin.cu}, with their orders of sums. */
final class GemmModels {
    private GemmModels() {
    }

    /** Elements of A and B by row and k. */
    private record Factors(Piece a, int lda, boolean aByRows, Piece b, int ldb, boolean bByRows) {
        float a(int m, long k) {
            return a.get(aByRows ? (long) m * lda + k : k * lda + m);
        }

        float b(int n, long k) {
            return b.get(bByRows ? (long) n * ldb + k : k * ldb + n);
        }
    }

    private interface Sum {
        /** Of the products for k from the first to before the end. */
        float of(Factors factors, int m, int n, long first, long end);
    }

    static void wide(Launch launch, Parameters p, boolean aByRows, boolean bByRows) {
        gemm(launch, p, aByRows, bByRows, 64, 64, GemmModels::ascending);
    }

    static void thin(Launch launch, Parameters p, boolean aByRows, boolean bByRows) {
        gemm(launch, p, aByRows, bByRows, 8, 32, GemmModels::byWarps);
    }

    private static void gemm(Launch launch, Parameters p, boolean aByRows, boolean bByRows, int tileRows, int tileColumns,
            Sum sum) {
        Piece c = p.pointer();
        Piece a = p.pointer();
        Piece b = p.pointer();
        Piece bias = p.pointer();
        int rows = p.int32();
        int columns = p.int32();
        int k = p.int32();
        int ldc = p.int32();
        Factors factors = new Factors(a, p.int32(), aByRows, b, p.int32(), bByRows);
        boolean accumulate = p.flag();
        int depth = p.int32();
        p.end();
        long slices = depth >= k ? 1 : KernelModels.blocks(k, depth);
        KernelModels.geometry(launch, KernelModels.blocks(rows, tileRows) * KernelModels.blocks(columns, tileColumns) * slices,
                256, 1);
        for (long s = 0; s < slices; s++) {
            for (int m = 0; m < rows; m++) {
                for (int n = 0; n < columns; n++) {
                    float value = sum.of(factors, m, n, s * depth, Math.min(k, (s + 1) * depth));
                    value += bias == null ? 0 : bias.get(n);
                    long at = (s * rows + m) * ldc + n;
                    c.set(at, accumulate ? c.get(at) + value : value);
                }
            }
        }
    }

    private static float ascending(Factors x, int m, int n, long first, long end) {
        float sum = 0;
        for (long k = first; k < end; k++) {
            sum = Math.fma(x.a(m, k), x.b(n, k), sum);
        }
        return sum;
    }

    /** Chunks of 16 go to eight warps in turn. */
    private static float byWarps(Factors x, int m, int n, long first, long end) {
        float[] sums = new float[8];
        for (long k = first; k < end; k++) {
            int warp = (int) ((k - first) / 16 % 8);
            sums[warp] = Math.fma(x.a(m, k), x.b(n, k), sums[warp]);
        }
        float total = 0;
        for (float sum : sums) {
            total += sum;
        }
        return total;
    }

    static void sumSlices(Launch launch, Parameters p) {
        Piece c = p.pointer();
        Piece partial = p.pointer();
        int rows = p.int32();
        int columns = p.int32();
        int ldc = p.int32();
        int slices = p.int32();
        boolean accumulate = p.flag();
        p.end();
        KernelModels.geometry(launch, KernelModels.blocks((long) rows * columns, 256), 256, 1);
        for (int m = 0; m < rows; m++) {
            for (int n = 0; n < columns; n++) {
                float sum = 0;
                for (int s = 0; s < slices; s++) {
                    sum += partial.get(((long) s * rows + m) * columns + n);
                }
                long at = (long) m * ldc + n;
                c.set(at, accumulate ? c.get(at) + sum : sum);
            }
        }
    }
}
