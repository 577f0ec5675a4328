// Products of matrices in fp32, for every size: where cuBLAS is absent, and where bits must not depend on its version.
//
//   sgemm_nt   C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]     input projection, recurrent product
//   sgemm_nn   C[M, N] (+)= A[M, K] · B[K, N]                gradient of x and h
//   sgemm_tn   C[M, N] (+)= A[K, M]ᵀ · B[K, N]               gradient of weights: K runs over all rows of all steps
//
// accumulate: 0 overwrites C, 1 adds to it. bias may be null. Sums run over k in ascending order in one thread: the same
// bits on every device and at every grid.
//
// Launch: grid (ceil(N / 64), ceil(M / 64)), block 256; shared memory 8.5 KB, static.
#include "common.cuh"

namespace {

constexpr int TILE_M = 64;
constexpr int TILE_N = 64;
constexpr int TILE_K = 16;
constexpr int THREADS = 256;
constexpr int PER_THREAD = 4;           // rows and columns of C per thread
constexpr int PAD = 4;                  // keeps columns of a tile in different banks

static_assert(TILE_M / PER_THREAD * (TILE_N / PER_THREAD) == THREADS, "one 4x4 piece of C for each thread");
static_assert(TILE_M * TILE_K % THREADS == 0 && TILE_N * TILE_K % THREADS == 0, "whole loads");

// A tile [TILE_K][64] of X, read as X[line, k] (k_inside) or X[k, line]; zeros past the edges.
template <bool k_inside>
__device__ void load_tile(float (*tile)[TILE_M + PAD], const float *x, int ldx, int line0, int lines, int k0, int K) {
    for (int i = threadIdx.x; i < TILE_M * TILE_K; i += THREADS) {
        int line = k_inside ? i / TILE_K : i % TILE_M;          // neighbours in memory go to neighbouring threads
        int k = k_inside ? i % TILE_K : i / TILE_M;
        bool inside = line0 + line < lines && k0 + k < K;
        long long at = k_inside ? (long long) (line0 + line) * ldx + k0 + k : (long long) (k0 + k) * ldx + line0 + line;
        tile[k][line] = inside ? x[at] : 0.0f;
    }
}

template <bool a_k_inside, bool b_k_inside>
__device__ void sgemm(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda,
                      int ldb, int accumulate) {
    __shared__ float a_tile[TILE_K][TILE_M + PAD];
    __shared__ float b_tile[TILE_K][TILE_N + PAD];
    int m0 = blockIdx.y * TILE_M;
    int n0 = blockIdx.x * TILE_N;
    int row = threadIdx.x / (TILE_N / PER_THREAD) * PER_THREAD;
    int column = threadIdx.x % (TILE_N / PER_THREAD) * PER_THREAD;
    float sum[PER_THREAD][PER_THREAD] = {};

    for (int k0 = 0; k0 < K; k0 += TILE_K) {
        load_tile<a_k_inside>(a_tile, A, lda, m0, M, k0, K);
        load_tile<b_k_inside>(b_tile, B, ldb, n0, N, k0, K);
        __syncthreads();
#pragma unroll
        for (int k = 0; k < TILE_K; k++) {
#pragma unroll
            for (int i = 0; i < PER_THREAD; i++) {
#pragma unroll
                for (int j = 0; j < PER_THREAD; j++) {
                    sum[i][j] = fmaf(a_tile[k][row + i], b_tile[k][column + j], sum[i][j]);
                }
            }
        }
        __syncthreads();
    }

#pragma unroll
    for (int i = 0; i < PER_THREAD; i++) {
#pragma unroll
        for (int j = 0; j < PER_THREAD; j++) {
            int m = m0 + row + i;
            int n = n0 + column + j;
            if (m < M && n < N) {
                long long at = (long long) m * ldc + n;
                float value = sum[i][j] + (bias ? bias[n] : 0.0f);
                C[at] = accumulate ? C[at] + value : value;
            }
        }
    }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS)
sgemm_nt(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate) {
    sgemm<true, true>(C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate);
}

extern "C" __global__ void __launch_bounds__(THREADS)
sgemm_nn(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate) {
    sgemm<true, false>(C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate);
}

extern "C" __global__ void __launch_bounds__(THREADS)
sgemm_tn(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate) {
    sgemm<false, false>(C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate);
}
