// Products on tensor cores in IEEE half precision: 11 significant bits, 5 of exponent. gemm_mma.cuh has the rest.
//
//   round_rows_fp16     dst[rows, ldd] in fp16 = src[rows, columns] in fp32, times the scale; zeros from columns to ldd, a
//                       multiple of 8
//   largest_magnitude   magnitude = max(magnitude, |x[i]|), as a float's bits: in them non-negative floats have the order of
//                       unsigned integers, so the result does not depend on who comes first
//
//   product_scalars     scalars = {inverse of the scale, 0, 1}: what a library multiplies a product of scaled gradients by, and
//                       C before it adds that
//
// Launch: round_rows ceil(rows · ldd / 512), largest_magnitude ceil(count / 2048) blocks of 256; product_scalars a block of 3.
#include "gemm_mma.cuh"

namespace {

constexpr int THREADS = 256;
constexpr int PER_THREAD = 8;
constexpr int SCALARS = 3;
constexpr unsigned ALL_LANES = 0xffffffffu;
constexpr unsigned MAGNITUDE = 0x7fffffffu;             // all but the sign

}  // namespace

GEMM_MMA(gemm_nt_fp16, Fp16, Wide, true, true, unsigned short, unsigned short)
GEMM_MMA(gemm_nn_fp16, Fp16, Wide, true, false, unsigned short, unsigned short)
GEMM_MMA(gemm_tn_fp16, Fp16, Wide, false, false, unsigned short, unsigned short)

GEMM_MMA(gemm_nt_thin_fp16, Fp16, Thin, true, true, float, unsigned short)
GEMM_MMA(gemm_nn_thin_fp16, Fp16, Thin, true, false, float, unsigned short)
GEMM_MMA(gemm_tn_thin_fp16, Fp16, Thin, false, false, float, float)

extern "C" __global__ void __launch_bounds__(THREADS)
round_rows_fp16(unsigned *dst, const float *src, int rows, int columns, int lds, int ldd, const unsigned *magnitude) {
    round_rows<Fp16>(dst, src, rows, columns, lds, ldd, magnitude);
}

extern "C" __global__ void __launch_bounds__(THREADS)
largest_magnitude(unsigned *magnitude, const float *x, long long count) {
    unsigned largest = 0;
#pragma unroll
    for (int i = 0; i < PER_THREAD; i++) {
        long long index = ((long long) blockIdx.x * PER_THREAD + i) * THREADS + threadIdx.x;
        unsigned bits = index < count ? __float_as_uint(x[index]) & MAGNITUDE : 0;
        largest = max(largest, bits);
    }
#pragma unroll
    for (int apart = WARP / 2; apart > 0; apart /= 2) {
        largest = max(largest, __shfl_xor_sync(ALL_LANES, largest, apart));
    }
    if (threadIdx.x % WARP == 0) {
        atomicMax(magnitude, largest);
    }
}

extern "C" __global__ void __launch_bounds__(SCALARS)
product_scalars(float *scalars, const unsigned *magnitude) {
    int i = threadIdx.x;
    scalars[i] = i == 0 ? inverse_scale_of(*magnitude) : i - 1.0f;
}
