// Products of matrices in fp32, for every size: where cuBLAS is absent, and where bits must not depend on its version.
// gemm.cuh has the arguments. These are for large matrices; gemm_thin.cu is for the others.
//
//   sgemm_nt, sgemm_nn, sgemm_tn
//   sum_slices     C[M, N] (+)= Σ_s partial[s, M, N], s ascending; M·N < 2^31
//
// A tile of 64 x 64 elements of C per block, 4 x 4 per thread. Sums run over k in ascending order in one thread: the same
// bits on every device and at every grid.
//
// Launch: ceil(M / 64) · ceil(N / 64) · slices blocks of 256, shared memory 8.5 KB, static; sum_slices ceil(M·N / 256)
// blocks of 256.
#include "common.cuh"
#include "gemm.cuh"

namespace {

constexpr int TILE_M = 64;
constexpr int TILE_N = 64;
constexpr int TILE_K = 16;
constexpr int THREADS = 256;
constexpr int BLOCKS = 3;               // of a multiprocessor: 80 registers each; a fourth would make some architectures spill
constexpr int PER_THREAD = 4;           // rows and columns of C per thread
constexpr int LOADS = 4;                // elements of each operand's tile per thread
constexpr int PAD = 4;                  // rows of a tile start 4 banks apart, and stay aligned for loads of 4 floats

static_assert(TILE_M / PER_THREAD * (TILE_N / PER_THREAD) == THREADS, "one 4x4 piece of C for each thread");
static_assert(TILE_M == TILE_N, "the same loads serve both operands");
static_assert(LOADS * THREADS == TILE_M * TILE_K && THREADS % TILE_K == 0 && THREADS % TILE_M == 0, "all threads load equally");
static_assert((TILE_M + PAD) % 4 == 0 && PER_THREAD % 4 == 0, "a thread's piece of a tile's row is aligned to 16 bytes");

// Which element of an operand's tile a thread loads at its i-th load: neighbours in memory go to neighbouring threads.
template <bool k_inside>
__device__ __forceinline__ int line_of(int i) {
    return k_inside ? threadIdx.x / TILE_K + i * (THREADS / TILE_K) : threadIdx.x % TILE_M;
}

template <bool k_inside>
__device__ __forceinline__ int k_of(int i) {
    return k_inside ? threadIdx.x % TILE_K : threadIdx.x / TILE_M + i * (THREADS / TILE_M);
}

// A thread's share of a tile of X, read as X[line, k] (k_inside) or X[k, line]; zeros past the edges.
template <bool k_inside>
__device__ __forceinline__ void fetch(float (&share)[LOADS], const float *x, int ldx, int line0, int lines, int k0, int K) {
#pragma unroll
    for (int i = 0; i < LOADS; i++) {
        int line = line0 + line_of<k_inside>(i);
        int k = k0 + k_of<k_inside>(i);
        long long at = k_inside ? (long long) line * ldx + k : (long long) k * ldx + line;
        share[i] = line < lines && k < K ? x[at] : 0.0f;
    }
}

template <bool k_inside>
__device__ __forceinline__ void put(float (*tile)[TILE_M + PAD], const float (&share)[LOADS]) {
#pragma unroll
    for (int i = 0; i < LOADS; i++) {
        tile[k_of<k_inside>(i)][line_of<k_inside>(i)] = share[i];
    }
}

template <bool a_k_inside, bool b_k_inside>
__device__ __forceinline__ void sgemm(Product<> p, int depth) {
    __shared__ __align__(16) float a_tile[TILE_K][TILE_M + PAD];             // [k, m]
    __shared__ __align__(16) float b_tile[TILE_K][TILE_N + PAD];             // [k, n]
    int n_tiles = (p.N + TILE_N - 1) / TILE_N;
    int tile = p.take_slice<a_k_inside, b_k_inside>((p.M + TILE_M - 1) / TILE_M * n_tiles, depth);
    int m0 = tile / n_tiles * TILE_M;
    int n0 = tile % n_tiles * TILE_N;
    int row = threadIdx.x / (TILE_N / PER_THREAD) * PER_THREAD;
    int column = threadIdx.x % (TILE_N / PER_THREAD) * PER_THREAD;
    float sum[PER_THREAD][PER_THREAD] = {};
    float a_next[LOADS];
    float b_next[LOADS];

    fetch<a_k_inside>(a_next, p.A, p.lda, m0, p.M, 0, p.K);
    fetch<b_k_inside>(b_next, p.B, p.ldb, n0, p.N, 0, p.K);
    for (int k0 = 0; k0 < p.K; k0 += TILE_K) {
        put<a_k_inside>(a_tile, a_next);
        put<b_k_inside>(b_tile, b_next);
        __syncthreads();
        if (k0 + TILE_K < p.K) {                                        // on its way while this tile is multiplied
            fetch<a_k_inside>(a_next, p.A, p.lda, m0, p.M, k0 + TILE_K, p.K);
            fetch<b_k_inside>(b_next, p.B, p.ldb, n0, p.N, k0 + TILE_K, p.K);
        }
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
            p.store(m0 + row + i, n0 + column + j, sum[i][j]);
        }
    }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_nt(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate, int depth) {
    sgemm<true, true>({C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, depth);
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_nn(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate, int depth) {
    sgemm<true, false>({C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, depth);
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_tn(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
         int accumulate, int depth) {
    sgemm<false, false>({C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, depth);
}

extern "C" __global__ void __launch_bounds__(THREADS)
sum_slices(float *C, const float *partial, int M, int N, int ldc, int slices, int accumulate) {
    long long index = (long long) blockIdx.x * THREADS + threadIdx.x;
    if (index >= (long long) M * N) {
        return;
    }
    float sum = 0.0f;
    for (int s = 0; s < slices; s++) {
        sum += partial[(long long) s * M * N + index];                       // partial[s, m, n]
    }
    int m = (int) index / N;
    long long at = (long long) m * ldc + (int) index - m * N;                // C[m, n]
    C[at] = accumulate ? C[at] + sum : sum;
}
