// Products of matrices in fp32 where the tiles of gemm.cu would be mostly empty or too few: the products of one step, whose
// rows are the batch, and narrow matrices. gemm.cuh has the arguments.
//
//   sgemm_nt_thin, sgemm_nn_thin, sgemm_tn_thin
//
// A tile of 8 x 32 elements of C per block, one column per lane. The block's 8 warps share K: warp w takes chunks w, w + 8,
// … of 16, so that all loads of a step are under way at once; it waits for memory, not for arithmetic. At the end the sums
// of the warps are added, first to last: the order of every sum depends on K alone.
//
// A chunk of A goes through shared memory, where all lanes read the same element at once. So does a chunk of B whose rows
// run along k, to turn it; else lanes read neighbours, straight from device memory. A warp meets itself only, until the end.
//
// Launch: ceil(M / 8) · ceil(N / 32) · slices blocks of 256. Shared memory, static: 14 KB, sgemm_nt_thin 31 KB.
#include "common.cuh"
#include "gemm.cuh"

namespace {

constexpr int TILE_M = 8;
constexpr int TILE_N = 32;
constexpr int WARP = 32;
constexpr int WARPS = 8;
constexpr int THREADS = WARP * WARPS;
constexpr int BLOCKS = 3;               // of a multiprocessor: 80 registers each; a fourth would make some architectures spill
constexpr int CHUNK = 16;               // k of a warp at a time
constexpr int A_PAD = 4;                // k and k + 8 share a bank, no others; stays aligned for loads of 4 floats
constexpr int B_PAD = 2;                // two lines of 16 k fill the 32 banks

static_assert(TILE_N == WARP, "a column for each lane");
static_assert(TILE_M == WARPS, "at the end a row of C for each warp");
static_assert(WARP % CHUNK == 0 && TILE_M * CHUNK % WARP == 0 && WARP % TILE_M == 0, "all lanes load equally often");
static_assert((TILE_M + A_PAD) % 4 == 0 && TILE_M % 4 == 0, "a column of A is aligned to 16 bytes");

// chunk[k, m] of A; zeros past K. Rows past the edge repeat the last one: their sums are dropped.
template <bool k_inside>
__device__ __forceinline__ void load_a(float (*chunk)[TILE_M + A_PAD], const Product<> &p, int m0, int k0, int lane) {
#pragma unroll
    for (int i = 0; i < TILE_M * CHUNK / WARP; i++) {
        int k = k_inside ? lane % CHUNK : lane / TILE_M + i * (WARP / TILE_M);
        int m = k_inside ? lane / CHUNK + i * (WARP / CHUNK) : lane % TILE_M;
        int row = min(m0 + m, p.M - 1);
        long long at = k_inside ? (long long) row * p.lda + k0 + k : (long long) (k0 + k) * p.lda + row;
        chunk[k][m] = k0 + k < p.K ? p.A[at] : 0.0f;
    }
}

// A lane's share of a chunk of B: if rows run along k, elements [n0 + lane/16 + 2i, k0 + lane%16], else its column of 16;
// zeros past K. Past the edge the last row or column is repeated.
template <bool k_inside>
__device__ __forceinline__ void load_b(float (&b)[CHUNK], const Product<> &p, int n0, int k0, int lane) {
    int k = k_inside ? k0 + lane % CHUNK : k0;
    int n = k_inside ? n0 + lane / CHUNK : n0 + lane;
    int line = min(n, p.N - 1);
    const float *at = p.B + (k_inside ? (long long) line * p.ldb + k : (long long) k * p.ldb + line);
#pragma unroll
    for (int i = 0; i < CHUNK; i++) {
        b[i] = k < p.K ? *at : 0.0f;
        if (k_inside) {
            n += WARP / CHUNK;
            at += n < p.N ? (long long) p.ldb * (WARP / CHUNK) : 0;
        } else {
            k++;
            at += p.ldb;
        }
    }
}

template <bool a_k_inside, bool b_k_inside>
__device__ __forceinline__ void sgemm_thin(Product<> p, int depth) {
    __shared__ __align__(16) float a_chunks[WARPS][CHUNK][TILE_M + A_PAD];                // [k, m] of each warp
    __shared__ float b_chunks[b_k_inside ? WARPS : 1][CHUNK][TILE_N + B_PAD];             // [k, n] of each warp
    __shared__ float sums[WARPS][TILE_M][TILE_N];                                         // [m, n] of each warp
    int n_tiles = (p.N + TILE_N - 1) / TILE_N;
    int tile = p.take_slice<a_k_inside, b_k_inside>((p.M + TILE_M - 1) / TILE_M * n_tiles, depth);
    int m0 = tile / n_tiles * TILE_M;
    int n0 = tile % n_tiles * TILE_N;
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    float (*a_chunk)[TILE_M + A_PAD] = a_chunks[warp];
    float (*b_chunk)[TILE_N + B_PAD] = b_chunks[b_k_inside ? warp : 0];
    float sum[TILE_M] = {};

    for (int k0 = warp * CHUNK; k0 < p.K; k0 += WARPS * CHUNK) {
        float b[CHUNK];
        load_b<b_k_inside>(b, p, n0, k0, lane);
        load_a<a_k_inside>(a_chunk, p, m0, k0, lane);
        if (b_k_inside) {
#pragma unroll
            for (int i = 0; i < CHUNK; i++) {
                b_chunk[lane % CHUNK][lane / CHUNK + i * (WARP / CHUNK)] = b[i];
            }
        }
        __syncwarp();                                                   // the chunks are complete
#pragma unroll
        for (int k = 0; k < CHUNK; k++) {
            float b_k = b_k_inside ? b_chunk[k][lane] : b[k];
#pragma unroll
            for (int m = 0; m < TILE_M; m++) {
                sum[m] = fmaf(a_chunk[k][m], b_k, sum[m]);
            }
        }
        __syncwarp();                                                   // and may be overwritten
    }

    if (warp * CHUNK < p.K) {                                           // the others had nothing to do
#pragma unroll
        for (int m = 0; m < TILE_M; m++) {
            sums[warp][m][lane] = sum[m];
        }
    }
    __syncthreads();
    float total = 0.0f;
    for (int w = 0; w < WARPS && w * CHUNK < p.K; w++) {
        total += sums[w][warp][lane];
    }
    p.store(m0 + warp, n0 + lane, total);
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_nt_thin(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
              int accumulate, int depth) {
    sgemm_thin<true, true>({C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, depth);
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_nn_thin(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
              int accumulate, int depth) {
    sgemm_thin<true, false>({C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, depth);
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)
sgemm_tn_thin(float *C, const float *A, const float *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,
              int accumulate, int depth) {
    sgemm_thin<false, false>({C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, depth);
}
