// Products on tensor cores in bfloat16: fp32's exponent, 8 significant bits. gemm_mma.cuh has the rest.
//
//   round_rows_bf16   dst[rows, ldd] in bf16 = src[rows, columns] in fp32; zeros from columns to ldd, a multiple of 8
//
// Launch of round_rows: ceil(rows · ldd / 512) blocks of 256.
#include "gemm_mma.cuh"

GEMM_MMA(gemm_nt_bf16, Bf16, Wide, true, true, unsigned short, unsigned short)
GEMM_MMA(gemm_nn_bf16, Bf16, Wide, true, false, unsigned short, unsigned short)
GEMM_MMA(gemm_tn_bf16, Bf16, Wide, false, false, unsigned short, unsigned short)

GEMM_MMA(gemm_nt_thin_bf16, Bf16, Thin, true, true, float, unsigned short)
GEMM_MMA(gemm_nn_thin_bf16, Bf16, Thin, true, false, float, unsigned short)
GEMM_MMA(gemm_tn_thin_bf16, Bf16, Thin, false, false, float, float)

extern "C" __global__ void __launch_bounds__(256)
round_rows_bf16(unsigned *dst, const float *src, int rows, int columns, int lds, int ldd, const unsigned *magnitude) {
    round_rows<Bf16>(dst, src, rows, columns, lds, ldd, magnitude);
}
