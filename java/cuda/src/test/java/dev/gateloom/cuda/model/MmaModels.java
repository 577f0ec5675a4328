package dev.gateloom.cuda.model;

import dev.gateloom.cuda.model.Words.Piece;
import dev.gateloom.device.Launch;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The kernels of {@code gemm_tf32.cu}, {@code gemm_bf16.cu} and {@code gemm_fp16.cu}; sums are formed in double precision. */
final class MmaModels {
    private static final int BLOCK = 256;

    private MmaModels() {
    }

    /** By program and name. */
    static Map<String, BiConsumer<Launch, Parameters>> all() {
        Map<String, BiConsumer<Launch, Parameters>> models = new TreeMap<>();
        for (Digits digits : Digits.values()) {
            String precision = digits.name().toLowerCase(Locale.ROOT);
            String program = "gemm_" + precision + "/";
            boolean halves = digits != Digits.TF32;
            for (boolean wide : new boolean[] {true, false}) {
                String suffix = (wide ? "_" : "_thin_") + precision;
                models.put(program + "gemm_nt" + suffix, (l, p) -> gemm(l, p, wide, digits,
                        new Side(true, halves && wide), new Side(true, halves)));
                models.put(program + "gemm_nn" + suffix, (l, p) -> gemm(l, p, wide, digits,
                        new Side(true, halves && wide), new Side(false, halves)));
                models.put(program + "gemm_tn" + suffix, (l, p) -> gemm(l, p, wide, digits,
                        new Side(false, halves && wide), new Side(false, halves && wide)));
            }
            if (halves) {
                models.put(program + "round_rows_" + precision, (l, p) -> roundRows(l, p, digits));
            }
        }
        models.put("gemm_fp16/largest_magnitude", MmaModels::largest);
        models.put("gemm_fp16/product_scalars", MmaModels::scalars);
        return models;
    }

    /** How a factor lies in memory. */
    private record Side(boolean kInside, boolean halves) {
        float at(Digits digits, Piece x, int ld, int line, long k, float scale) {
            long index = kInside ? (long) line * ld + k : k * ld + line;
            return halves ? digits.of(x.getHalf(index)) : digits.round(x.get(index) * scale);
        }
    }

    private static void gemm(Launch launch, Parameters p, boolean wide, Digits digits, Side left, Side right) {
        Piece c = p.pointer();
        Piece a = p.pointer();
        Piece b = p.pointer();
        Piece bias = p.pointer();
        int rows = p.int32();
        int columns = p.int32();
        int k = p.int32();
        int ldc = p.int32();
        int lda = p.int32();
        int ldb = p.int32();
        boolean accumulate = p.flag();
        int depth = p.int32();
        float scale = scale(p.pointer());
        p.end();
        long slices = depth >= k ? 1 : KernelModels.blocks(k, depth);
        int tile = wide ? 128 : 32;
        KernelModels.geometry(launch, KernelModels.blocks(rows, tile) * KernelModels.blocks(columns, tile) * slices,
                wide ? 256 : 128, 1);
        for (long s = 0; s < slices; s++) {
            long end = Math.min(k, (s + 1) * depth);
            for (int m = 0; m < rows; m++) {
                for (int n = 0; n < columns; n++) {
                    double sum = 0;
                    for (long i = s * depth; i < end; i++) {
                        sum += (double) left.at(digits, a, lda, m, i, scale) * right.at(digits, b, ldb, n, i, 1);
                    }
                    float value = (float) sum / scale + (bias == null ? 0 : bias.get(n));
                    long at = (s * rows + m) * ldc + n;
                    c.set(at, accumulate ? c.get(at) + value : value);
                }
            }
        }
    }

    private static void roundRows(Launch launch, Parameters p, Digits digits) {
        Piece dst = p.pointer();
        Piece src = p.pointer();
        int rows = p.int32();
        int columns = p.int32();
        int lds = p.int32();
        int ldd = p.int32();
        float scale = scale(p.pointer());
        p.end();
        KernelModels.geometry(launch, KernelModels.blocks((long) rows * ldd / 2, BLOCK), BLOCK, 1);
        for (long row = 0; row < rows; row++) {
            for (int n = 0; n < ldd; n++) {
                dst.setHalf(row * ldd + n, n < columns ? digits.bits(src.get(row * lds + n) * scale) : 0);
            }
        }
    }

    private static void largest(Launch launch, Parameters p) {
        Piece magnitude = p.pointer();
        Piece x = p.pointer();
        long count = p.int64();
        p.end();
        KernelModels.geometry(launch, KernelModels.blocks(count, 8 * BLOCK), BLOCK, 1);
        int largest = magnitude.getInt(0);
        for (long i = 0; i < count; i++) {
            largest = Math.max(largest, x.getInt(i) & Integer.MAX_VALUE);
        }
        magnitude.set(0, Float.intBitsToFloat(largest));
    }

    private static void scalars(Launch launch, Parameters p) {
        Piece scalars = p.pointer();
        float scale = scale(p.pointer());
        p.end();
        KernelModels.geometry(launch, 1, 3, 1);
        scalars.set(0, 1 / scale);
        scalars.set(1, 0);
        scalars.set(2, 1);
    }

    /** The power of two that brings a magnitude into [1, 2). */
    private static float scale(Piece magnitude) {
        float value = magnitude == null ? 1 : magnitude.get(0);
        int exponent = Math.getExponent(value);
        return exponent < Float.MIN_EXPONENT || exponent >= Float.MAX_EXPONENT ? 1 : Math.scalb(1f, -exponent);
    }
}
