package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Precision;
import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.Device;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link Gemm} must do, whoever multiplies: all memory after its products is compared with what our own kernels' models
 * in plain Java leave. Where factors are eighths no sum has any rounding, so that the bits are the same whatever the order.
 */
abstract class GemmConformance {
    /** Room for the rounded factors and the partial sums of every product here, in 32-bit words. */
    private static final int ROOM = 200_000;

    abstract Device device();

    /** The one that is tested, for tensors of the device. */
    abstract Gemm gemm(Tensors t, Precision precision, RoundedFactors rounded, PartialSums sums);

    static Stream<Arguments> sizes() {
        int[][] sizes = {{1, 1, 1}, {1, 1, 0}, {7, 31, 15}, {33, 9, 17}, {64, 40, 24}, {3, 70, 200}, {130, 5, 70}, {20, 33, 600}};
        return Stream.of(Precision.values()).flatMap(p -> Stream.of(sizes).map(mnk -> Arguments.of(p, mnk[0], mnk[1], mnk[2])));
    }

    /** With and without a bias, into C and onto it; rows of all matrices lie apart, and what lies between them stays. */
    @ParameterizedTest
    @MethodSource("sizes")
    void products(Precision precision, int m, int n, int k) {
        for (boolean accumulate : new boolean[] {false, true}) {
            for (boolean bias : new boolean[] {false, true}) {
                same(0, t -> make(t, precision, 0).nt(t.stream, t.eighths(m * (n + 3)), n + 3, t.eighths(m * (k + 1)), k + 1,
                        t.eighths(n * (k + 2)), k + 2, bias ? t.eighths(n) : 0, m, n, k, accumulate));
            }
            same(0, t -> make(t, precision, 0).nn(t.stream, t.eighths(m * (n + 3)), n + 3, t.eighths(m * (k + 1)), k + 1,
                    t.eighths(k * (n + 2) + 1), n + 2, m, n, k, accumulate));
            same(0, t -> make(t, precision, 0).tn(t.stream, t.eighths(m * (n + 3)), n + 3, t.eighths(k * (m + 1) + 1), m + 1,
                    t.eighths(k * (n + 2) + 1), n + 2, m, n, k, accumulate));
        }
    }

    /** Nothing of what C held is left where it is overwritten, be it no number. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void overwritesWhatIsNoNumber(Precision precision) {
        int m = 5;
        int n = 6;
        int k = 7;
        float[] nan = new float[m * n];
        Arrays.fill(nan, Float.NaN);
        same(0, t -> make(t, precision, 0).nt(t.stream, t.of(nan), n, t.eighths(m * k), k, t.eighths(n * k), k, t.eighths(n), m, n,
                k, false));
        same(0, t -> make(t, precision, 0).nn(t.stream, t.of(nan), n, t.eighths(m * k), k, t.eighths(k * n), n, m, n, k, false));
        same(0, t -> make(t, precision, 0).tn(t.stream, t.of(nan), n, t.eighths(k * m), m, t.eighths(k * n), n, m, n, k, false));
    }

    /** A that is held may serve several products. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void heldFactors(Precision precision) {
        int m = 40;
        int n = 24;
        int k = 16;
        same(0, t -> {
            Gemm gemm = make(t, precision, 0);
            long a = t.eighths(m * k);
            gemm.hold(a);
            gemm.nt(t.stream, t.eighths(m * n), n, a, k, t.eighths(n * k), k, 0, m, n, k, false);
            gemm.nt(t.stream, t.eighths(m * n), n, a, k, t.eighths(n * k), k, 0, m, n, k, true);
            gemm.release();
            gemm.nn(t.stream, t.eighths(m * n), n, t.eighths(m * k), k, t.eighths(k * n), n, m, n, k, false);
        });
    }

    /**
     * Factors are rounded as the format says. What is left is the rounding of fp32 sums: of at most K terms of magnitude 1, each
     * of at most K partial sums loses half a unit in the last place of K.
     */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void factorsAreRounded(Precision precision) {
        int m = 40;
        int n = 35;
        int k = 150;
        float bound = (float) Math.scalb((double) k * k, -24);
        same(bound, t -> {
            Gemm gemm = make(t, precision, 0);
            gemm.nt(t.stream, t.of(m * n), n, t.of(m * k), k, t.of(n * k), k, t.of(n), m, n, k, false);
            gemm.nn(t.stream, t.of(m * n), n, t.of(m * k), k, t.of(k * n), n, m, n, k, true);
            gemm.tn(t.stream, t.of(m * n), n, t.of(k * m), m, t.of(k * n), n, m, n, k, false);
        });
    }

    /** Of gradients far below what fp16 has, no digit is lost; the product of those that are none has no scale. */
    @Test
    void tinyGradientsAreScaled() {
        int m = 40;
        int n = 12;
        int k = 16;
        for (float magnitude : new float[] {0x1p-60f, 0x1.8p-3f, 0x1p40f, 0}) {
            float[] values = new float[m * k];
            for (int i = 0; i < values.length; i++) {
                values[i] = magnitude * (i % 15 - 7) / 8;
            }
            for (boolean accumulate : new boolean[] {false, true}) {
                same(0, t -> {
                    Gemm gemm = make(t, Precision.FP16, t.words(1));
                    long a = t.of(values);
                    long states = t.of(new float[] {magnitude / 2, 0});
                    gemm.gradientsComeFrom(t.stream, a, m * k, states, 2, 0, 0);
                    gemm.nn(t.stream, t.of(new float[m * n]), n, a, k, t.eighths(k * n), n, m, n, k, accumulate);
                    gemm.tn(t.stream, t.of(new float[k * n]), n, a, k, t.eighths(m * n), n, k, n, m, accumulate);
                    gemm.nt(t.stream, t.eighths(m * n), n, t.eighths(m * k), k, t.eighths(n * k), k, 0, m, n, k, accumulate);
                });
            }
        }
    }

    private Gemm make(Tensors t, Precision precision, long magnitude) {
        boolean halves = precision == Precision.BF16 || precision == Precision.FP16;
        RoundedFactors rounded = halves
                ? new RoundedFactors(new RoundedRows(t.device, precision), t.words(ROOM), ROOM, t.words(ROOM), ROOM, magnitude)
                : new RoundedFactors(null, 0, 0, 0, 0, 0);
        PartialSums sums = new PartialSums(t.device, t.words(ROOM), ROOM);
        return t.device instanceof ModelDevice ? own(t, precision, rounded, sums) : gemm(t, precision, rounded, sums);
    }

    /** Our own kernels. */
    static Gemm own(Tensors t, Precision precision, RoundedFactors rounded, PartialSums sums) {
        return precision == Precision.FP32 ? new FfmaGemm(t.device, sums) : new TensorGemm(t.device, precision, sums, rounded);
    }

    private void same(float tolerance, Consumer<Tensors> products) {
        List<float[]> expected = run(new ModelDevice(), products);
        List<float[]> actual = run(device(), products);
        assertEquals(expected.size(), actual.size());
        for (int n = 0; n < expected.size(); n++) {
            if (tolerance == 0) {
                assertArrayEquals(expected.get(n), actual.get(n), "tensor " + n);
            } else {
                assertArrayEquals(expected.get(n), actual.get(n), tolerance, "tensor " + n);
            }
        }
    }

    private static List<float[]> run(Device device, Consumer<Tensors> products) {
        try (Tensors tensors = new Tensors(device)) {
            products.accept(tensors);
            return tensors.read();
        }
    }
}
