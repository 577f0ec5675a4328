// Products of matrices in fp32, for every size: where cuBLAS is absent, and where bits must not depend on its version.
//
//   sgemm_nt   C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]     input projection, recurrent product
//   sgemm_nn   C[M, N] (+)= A[M, K] · B[K, N]                gradient of x and h
//   sgemm_tn   C[M, N] (+)= A[K, M]ᵀ · B[K, N]               gradient of weights: K runs over all rows of all steps
//
// accumulate: 0 overwrites C, 1 adds to it. bias may be null; so may A and B if K = 0. Sums run over k in ascending order in
// one thread: the same bits on every device and at every grid.
//
// A tile of 64 x 64 elements of C per block, 4 x 4 per thread. Tiles of a row of tiles follow each other: their blocks run
// at about the same time and share the rows of A in L2, while B, the smaller matrix of an RNN, stays there.
//
// Launch: ceil(M / 64) · ceil(N / 64) blocks of 256, or more; grid of one or two dimensions, since tiles are counted over x,
// then y (where a grid ends at 65535). Shared memory 8.5 KB, static.
#include "common.cuh"

namespace {

constexpr int TILE_M = 64;
constexpr int TILE_N = 64;
constexpr int TILE_K = 16;
constexpr int THREADS = 256;
constexpr int BLOCKS = 4;               // of a multiprocessor: 64 registers each; unasked, sm_86 spills to fit a fifth
constexpr int PER_THREAD = 4;           // rows and columns of C per thread
constexpr int PAD = 4;                  // rows of a tile start 4 banks apart, and stay aligned for loads of 4 floats

static_assert(TILE_M / PER_THREAD * (TILE_N / PER_THREAD) == THREADS, "one 4x4 piece of C for each thread");
static_assert(TILE_M == TILE_N, "load_tile serves both operands");
static_assert(TILE_M * TILE_K % THREADS == 0, "all threads load equally often");
static_assert((TILE_M + PAD) % 4 == 0 && PER_THREAD % 4 == 0, "a thread's piece of a tile's row is aligned to 16 bytes");

// tile[k, line] of X, read as X[line, k] (k_inside) or X[k, line]; zeros past the edges.
template <bool k_inside>
__device__ __forceinline__ void load_tile(float (*tile)[TILE_M + PAD], const float *x, int ldx, int line0, int lines, int k0,
                                          int K) {
    for (int i = threadIdx.x; i < TILE_M * TILE_K; i += THREADS) {
        int line = k_inside ? i / TILE_K : i % TILE_M;          // neighbours in memory go to neighbouring threads
        int k = k_inside ? i % TILE_K : i / TILE_M;
        bool inside = line0 + line < lines && k0 + k < K;
        long long at = k_inside ? (long long) (line0 + line) * ldx + k0 + k : (long long) (k0 + k) * ldx + line0 + line;
        tile[k][line] = inside ? x[at] : 0.0f;
    }
}

template <bool a_k_inside, bool b_k_inside>
__device__ __forceinline__ void sgemm(float *C, const float *A, const float *B, const float *bias, int M, int N, int K,
                                      int ldc, int lda, int ldb, int accumulate) {
    __shared__ __align__(16) float a_tile[TILE_K][TILE_M + PAD];             // [k, m]
    __shared__ __align__(16) float b_tile[TILE_K][TILE_N + PAD];             // [k, n]
    int n_tiles = (N + TILE_N - 1) / TILE_N;
    int tile = blockIdx.y * gridDim.x + blockIdx.x;
    int m0 = tile / n_tiles * TILE_M;
    int n0 = tile % n_tiles * TILE_N;
    if (m0 >= M) {
        return;                                                         // a whole block, before any barrier
    }
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
                long long at = (long long) m * ldc + n;                      // C[m, n]
                float value = sum[i][j] + (bias ? bias[n] : 0.0f);
                C[at] = accumulate ? C[at] + value : value;
            }
        }
    }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_nt(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate) {
    sgemm<true, true>(C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate);
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_nn(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate) {
    sgemm<true, false>(C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate);
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_tn(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate) {
    sgemm<false, false>(C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate);
}
