// Products on tensor cores in tf32: fp32 in memory, its mantissa rounded to 10 bits on the way into the matrix unit.
// gemm_mma.cuh has the rest.
#include "gemm_mma.cuh"

GEMM_MMA(gemm_nt_tf32, Tf32, Wide, true, true, float, float)
GEMM_MMA(gemm_nn_tf32, Tf32, Wide, true, false, float, float)
GEMM_MMA(gemm_tn_tf32, Tf32, Wide, false, false, float, float)

GEMM_MMA(gemm_nt_thin_tf32, Tf32, Thin, true, true, float, float)
GEMM_MMA(gemm_nn_thin_tf32, Tf32, Thin, true, false, float, float)
GEMM_MMA(gemm_tn_thin_tf32, Tf32, Thin, false, false, float, float)
