package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/**
 * Products of row-major fp32 matrices, by the kernels that suit their sizes: see {@link GemmTile} and {@link SplitK}. Row
 * strides are in floats. For one thread at a time.
 */
final class Gemm {
    private static final int THREADS = 256;

    private final GemmKernels wide;
    private final GemmKernels thin;
    private final Kernel sumSlices;
    private final long partial;                 // [slices, M, N]
    private final long room;                    // floats of it
    private final Arguments arguments = new Arguments();
    private final Geometries elements = new Geometries(THREADS, 1);

    /** For products whose sums are never divided. */
    Gemm(Device device) {
        this(device, 0, 0);
    }

    /**
     * Loads the kernels.
     *
     * @param partial where divided sums go; 0 to divide none
     * @param room floats there: the most that {@link SplitK#words} says of any product to come
     */
    Gemm(Device device, long partial, long room) {
        wide = new GemmKernels(device, GemmTile.WIDE);
        thin = new GemmKernels(device, GemmTile.THIN);
        sumSlices = device.kernel(Programs.GEMM, "sum_slices");
        this.partial = partial;
        this.room = room;
    }

    /** {@code C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]}; bias 0 for none. */
    void nt(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, long bias, int m, int n, int k,
            boolean accumulate) {
        kernels(GemmTile.of(m, n)).nt(stream, c, ldc, a, lda, b, ldb, bias, m, n, k, accumulate, k);
    }

    /** {@code C[M, N] (+)= A[M, K] · B[K, N]}. */
    void nn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        kernels(GemmTile.of(m, n)).nn(stream, c, ldc, a, lda, b, ldb, m, n, k, accumulate, k);
    }

    /** {@code C[M, N] (+)= A[K, M]ᵀ · B[K, N]}, for a long K. */
    void tn(Stream stream, long c, int ldc, long a, int lda, long b, int ldb, int m, int n, int k, boolean accumulate) {
        GemmTile tile = GemmTile.ofLongSums(m, n);
        int slices = partial == 0 || m < 1 || n < 1 ? 1 : SplitK.slices(tile, m, n, k);
        if (slices == 1) {
            kernels(tile).tn(stream, c, ldc, a, lda, b, ldb, m, n, k, accumulate, k);
            return;
        }
        if ((long) slices * m * n > room) {
            throw new IllegalStateException("partial sums: expected room for " + (long) slices * m * n + " floats, got " + room);
        }
        int depth = SplitK.depth(k, slices);
        kernels(tile).tn(stream, partial, n, a, lda, b, ldb, m, n, k, false, depth);
        sumSlices(stream, c, ldc, m, n, SplitK.count(k, depth), accumulate);
    }

    private GemmKernels kernels(GemmTile tile) {
        return tile == GemmTile.WIDE ? wide : thin;
    }

    private void sumSlices(Stream stream, long c, int ldc, int m, int n, int slices, boolean accumulate) {
        arguments.clear().address(Expect.address("C", c)).address(partial).int32(m).int32(n)
                .int32(Expect.atLeast("ldc", ldc, n)).int32(slices).int32(accumulate ? 1 : 0);
        stream.launch(sumSlices, elements.of(Expect.blocks("M·N", (long) m * n, THREADS)), arguments);
    }
}
