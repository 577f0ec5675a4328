// Products of matrices on tensor cores: what gemm_tf32.cu, gemm_bf16.cu and gemm_fp16.cu are made of. gemm.cuh has the
// arguments and what is stored; sums are fp32 throughout.
//
//   gemm_nt_*, gemm_nn_*, gemm_tn_*                  tiles of 128 x 128, for large matrices
//   gemm_nt_thin_*, gemm_nn_thin_*, gemm_tn_thin_*   tiles of 32 x 32, for a step's products, whose rows are the batch
//
// What a factor is in memory:
//
//              large tiles                     thin tiles
//   tf32       fp32, any stride and address    the same
//   16 bits    16 bits, from round_rows:       A as fp32, any stride and address; B as 16 bits in nt and nn, where it is
//              rows start at 16 bytes          the weights, and as fp32 in tn
//
// So weights, which each step reads, take 16 bits; the batch's few rows of h or dz are rounded on their way into the matrix
// unit, which saves a launch in each step; and large matrices are rounded once, not by each block that reads them.
//
// magnitude: where it is given, A is the gradient of something whose largest magnitude is stored there as a float's bits. fp16
// has 5 bits of exponent, so A is multiplied by a power of two, such that this magnitude lies in [1, 2), and C by its inverse:
// both are exact. Null for no scale; tf32 and bf16 have fp32's exponent and take none.
//
// Of k a block has STAGES tiles in shared memory: cp.async fills those to come while one is multiplied. The large tile has
// 2 x 4 warps of 64 x 32 elements each. In the thin tile four warps divide k, as the loads of weights are all that takes time
// there, and their sums are added in order at the end. The order of every sum depends on K alone.
//
// Chunks of 16 bytes change places in a row of a tile (swizzle), so that neither copies nor reads meet in a bank.
//
// Launch: ceil(M / 128) · ceil(N / 128) · slices blocks of 256, shared memory 48 KB, static;
// thin: ceil(M / 32) · ceil(N / 32) · slices blocks of 128, shared memory 36 KB in 16 bits (nt, nn), else 48 KB, static.
//
// Before sm_80 there are no asynchronous copies (loads and stores take their place), and the matrix unit has fp16 alone:
// kernels of tf32 and bf16 are empty there but for a trap, which no launcher meets.
#pragma once
#include "gemm.cuh"
#include "mma.cuh"

namespace {

constexpr int STAGES = 3;
constexpr int CHUNK = 16;               // bytes

// ---- Copies to shared memory; zeros where there is nothing to read.

__device__ __forceinline__ void copy_chunk(char *to, const void *from, bool there) {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
                 :: "r"(shared_address(to)), "l"(from), "r"(there ? 16 : 0) : "memory");
#else
    *(uint4 *) to = there ? *(const uint4 *) from : uint4 {};
#endif
}

__device__ __forceinline__ void copy_word(char *to, const void *from, bool there) {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;"
                 :: "r"(shared_address(to)), "l"(from), "r"(there ? 4 : 0) : "memory");
#else
    *(unsigned *) to = there ? *(const unsigned *) from : 0;
#endif
}

__device__ __forceinline__ void commit_copies() {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Until all copies have come but those of the last so many groups.
template <int groups>
__device__ __forceinline__ void wait_for_copies() {
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;" :: "n"(groups) : "memory");
#endif
}

// ---- LINES x DEPTH elements of a factor in shared memory. Lines are m or n; rows run along k (k_inside) or along lines.

template <class Math, class Element, bool k_inside, int LINES, int DEPTH>
struct Tile {
    static constexpr int PER_CHUNK = CHUNK / sizeof(Element);
    static constexpr int ROWS = k_inside ? LINES : DEPTH;
    static constexpr int CHUNKS = (k_inside ? DEPTH : LINES) / PER_CHUNK;        // of a row
    static constexpr int BYTES = ROWS * CHUNKS * CHUNK;
    static constexpr bool FLOATS = sizeof(Element) == sizeof(float);
    static constexpr bool PAIRS = sizeof(typename Math::Stored) == 2;           // of k in a register
    // ldmatrix moves 16 bytes of eight rows, whatever they hold; elements that must be turned or rounded to 16 bits are
    // loaded one by one.
    static constexpr bool BY_MATRIX = !FLOATS || (!PAIRS && k_inside);

    static_assert(CHUNKS >= (BY_MATRIX ? 4 : 8) && (CHUNKS & (CHUNKS - 1)) == 0, "chunks change places within 64 or 128 bytes");

    // Where a chunk lies. Those that are read at once: by ldmatrix one of each of eight rows, of 64 bytes or more; by single
    // loads two neighbours of each of four rows, which are next to each other, or every second one if k runs down in pairs.
    static __device__ __forceinline__ int place(int row, int chunk) {
        int turn = BY_MATRIX ? (CHUNKS == 4 ? row >> 1 : row) : PAIRS && !k_inside ? row & ~1 : row << 1;
        return (row * CHUNKS + (chunk ^ (turn & ((CHUNKS < 8 ? CHUNKS : 8) - 1)))) * CHUNK;
    }

    // Whether rows can be copied by chunks: what round_rows wrote can, floats only if rows and the matrix end at 16 bytes.
    static __device__ __forceinline__ bool by_chunks(const Element *x, int ldx, int lines, int K) {
        return !FLOATS || ((unsigned long long) x % CHUNK == 0 && ldx % PER_CHUNK == 0 && (k_inside ? K : lines) % PER_CHUNK == 0);
    }

    // Starts the copies of the elements from x[line0, k0] on.
    template <int THREADS>
    static __device__ __forceinline__ void fetch(char *tile, const Element *x, int ldx, int line0, int lines, int k0, int K,
                                                 bool chunks) {
        static_assert(ROWS * CHUNKS % THREADS == 0, "all threads copy equally");
        if (chunks) {
#pragma unroll
            for (int i = 0; i < ROWS * CHUNKS / THREADS; i++) {
                int row = (threadIdx.x + i * THREADS) / CHUNKS;
                int chunk = (threadIdx.x + i * THREADS) % CHUNKS;
                int line = line0 + (k_inside ? row : chunk * PER_CHUNK);
                int k = k0 + (k_inside ? chunk * PER_CHUNK : row);
                bool there = line < lines && k < K;
                copy_chunk(tile + place(row, chunk), there ? at(x, ldx, line, k) : x, there);
            }
        } else if constexpr (FLOATS) {
#pragma unroll 1
            for (int i = 0; i < ROWS * CHUNKS * PER_CHUNK / THREADS; i++) {
                int row = (threadIdx.x + i * THREADS) / (CHUNKS * PER_CHUNK);
                int column = (threadIdx.x + i * THREADS) % (CHUNKS * PER_CHUNK);
                int line = line0 + (k_inside ? row : column);
                int k = k0 + (k_inside ? column : row);
                bool there = line < lines && k < K;
                copy_word(tile + word(row, column), there ? at(x, ldx, line, k) : x, there);
            }
        }
    }

    // The register block of 16 lines and a step of k that starts at [line0, k0].
    static __device__ __forceinline__ void read(unsigned (&block)[4], const char *tile, int line0, int k0, float scale) {
        int lane = threadIdx.x % WARP;
        if constexpr (BY_MATRIX) {
            int half_of_lines = lane / 8 % 2;
            int half_of_k = lane / 16;
            int row = lane % 8 + (k_inside ? line0 + 8 * half_of_lines : k0 + 8 * half_of_k);
            int chunk = k_inside ? k0 / PER_CHUNK + half_of_k : line0 / PER_CHUNK + half_of_lines;
            load_matrices<!k_inside>(block, shared_address(tile + place(row, chunk)));
            if constexpr (!PAIRS) {
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    block[i] = Math::rounded(block[i]);
                }
            }
        } else {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int line = line0 + lane / 4 + i % 2 * 8;
                int k = k0 + (PAIRS ? lane % 4 * 2 : lane % 4) + i / 2 * (Math::STEP / 2);
                if constexpr (!PAIRS) {
                    block[i] = Math::rounded(*(const unsigned *) (tile + word(k, line)));
                } else if constexpr (k_inside) {
                    float2 two = *(const float2 *) (tile + word(line, k));
                    block[i] = Math::pair(two.x * scale, two.y * scale);
                } else {
                    block[i] = Math::pair(*(const float *) (tile + word(k, line)) * scale,
                                          *(const float *) (tile + word(k + 1, line)) * scale);
                }
            }
        }
    }

private:
    static __device__ __forceinline__ const Element *at(const Element *x, int ldx, int line, int k) {
        return x + (k_inside ? (long long) line * ldx + k : (long long) k * ldx + line);
    }

    static __device__ __forceinline__ int word(int row, int column) {
        return place(row, column / PER_CHUNK) + column % PER_CHUNK * (int) sizeof(Element);
    }
};

// ---- The product.

// The tile of C of a block, and how its warps divide it.
template <class Math>
struct Wide {
    static constexpr int M = 128, N = 128, DEPTH = 64 / sizeof(typename Math::Stored);
    static constexpr int WARPS_M = 2, WARPS_N = 4, WARPS_K = 1;
    static constexpr int THREADS = WARP * WARPS_M * WARPS_N * WARPS_K;
    // Of a multiprocessor, as its shared memory has room for; for sm_120 the compiler would spill in tf32.
    static constexpr int BLOCKS = AMPERE && !(__CUDA_ARCH__ >= 1200 && sizeof(typename Math::Stored) == 4) ? 2 : 1;
};

template <class Math>
struct Thin {
    static constexpr int M = 32, N = 32, DEPTH = 64;
    static constexpr int WARPS_M = 1, WARPS_N = 1, WARPS_K = 4;
    static constexpr int THREADS = WARP * WARPS_M * WARPS_N * WARPS_K;
    static constexpr int BLOCKS = AMPERE ? 4 : 1;
};

// C[m, n] and C[m, n + 1], n even, from their sums with the bias; both at once if two says that they lie so.
template <class P>
__device__ __forceinline__ void store_two(const P &p, int m, int n, float first, float second, bool two) {
    if (m >= p.M || n >= p.N) {
        return;
    }
    float *c = p.C + (long long) m * p.ldc + n;
    if (two && n + 1 < p.N) {
        float2 before = p.accumulate ? *(const float2 *) c : float2 {0.0f, 0.0f};
        *(float2 *) c = p.accumulate ? float2 {before.x + first, before.y + second} : float2 {first, second};
        return;
    }
    c[0] = p.accumulate ? c[0] + first : first;
    if (n + 1 < p.N) {
        c[1] = p.accumulate ? c[1] + second : second;
    }
}

template <class Math, class S, bool a_k_inside, bool b_k_inside, class Left, class Right>
__device__ __forceinline__ void multiply(Product<Left, Right> p, int depth, const unsigned *magnitude) {
    using A = Tile<Math, Left, a_k_inside, S::M, S::DEPTH>;
    using B = Tile<Math, Right, b_k_inside, S::N, S::DEPTH>;
    constexpr int STAGE = A::BYTES + B::BYTES;
    constexpr int BLOCKS_M = S::M / S::WARPS_M / 16;                    // register blocks of a warp
    constexpr int BLOCKS_N = S::N / S::WARPS_N / 16;
    constexpr int PADDED_N = S::N + 8;                                  // four rows of sums are 8 banks apart
    static_assert(S::WARPS_K == 1 || S::WARPS_K * S::M * PADDED_N * (int) sizeof(float) <= STAGES * STAGE, "sums take the tiles' place");
    __shared__ __align__(128) char memory[STAGES * STAGE];

    int n_tiles = (p.N + S::N - 1) / S::N;
    int tile = p.template take_slice<a_k_inside, b_k_inside>((p.M + S::M - 1) / S::M * n_tiles, depth);
    int m0 = tile / n_tiles * S::M;
    int n0 = tile % n_tiles * S::N;
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    int warp_k = warp / (S::WARPS_M * S::WARPS_N);
    int warp_m = warp / S::WARPS_N % S::WARPS_M * (16 * BLOCKS_M);      // first row and column of the warp's part
    int warp_n = warp % S::WARPS_N * (16 * BLOCKS_N);
    float scale = Math::SCALED && magnitude ? scale_of(*magnitude) : 1.0f;
    float unscale = Math::SCALED && magnitude ? inverse_scale_of(*magnitude) : 1.0f;
    bool a_chunks = A::by_chunks(p.A, p.lda, p.M, p.K);
    bool b_chunks = B::by_chunks(p.B, p.ldb, p.N, p.K);
    float sum[BLOCKS_M][2 * BLOCKS_N][4] = {};

    int tiles = (p.K + S::DEPTH - 1) / S::DEPTH;
    auto fetch = [&](int n, int stage) {
        char *to = memory + stage * STAGE;
        A::template fetch<S::THREADS>(to, p.A, p.lda, m0, p.M, n * S::DEPTH, p.K, a_chunks);
        B::template fetch<S::THREADS>(to + A::BYTES, p.B, p.ldb, n0, p.N, n * S::DEPTH, p.K, b_chunks);
    };
#pragma unroll 1
    for (int n = 0; n < STAGES - 1; n++) {
        if (n < tiles) {
            fetch(n, n);
        }
        commit_copies();
    }
    for (int n = 0, stage = 0; n < tiles; n++) {
        wait_for_copies<STAGES - 2>();
        __syncthreads();                                    // tile n has come; all are done with n - 1, whose place is next
        int free = stage == 0 ? STAGES - 1 : stage - 1;
        if (n + STAGES - 1 < tiles) {
            fetch(n + STAGES - 1, free);
        }
        commit_copies();                                    // a group for each tile, be it empty: so many are waited for
        const char *a_tile = memory + stage * STAGE;
        const char *b_tile = a_tile + A::BYTES;
#pragma unroll 1                                            // a second step in flight would make some architectures spill
        for (int i = 0; i < S::DEPTH / Math::STEP / S::WARPS_K; i++) {
            int k = (i * S::WARPS_K + warp_k) * Math::STEP;
            unsigned b[BLOCKS_N][4];
#pragma unroll
            for (int block = 0; block < BLOCKS_N; block++) {
                B::read(b[block], b_tile, warp_n + 16 * block, k, 1.0f);
            }
#pragma unroll
            for (int block = 0; block < BLOCKS_M; block++) {
                unsigned a[4];
                A::read(a, a_tile, warp_m + 16 * block, k, scale);
#pragma unroll
                for (int j = 0; j < 2 * BLOCKS_N; j++) {
                    Math::multiply(sum[block][j], a, b[j / 2][j % 2], b[j / 2][j % 2 + 2]);
                }
            }
        }
        stage = stage == STAGES - 1 ? 0 : stage + 1;
    }

    if constexpr (S::WARPS_K == 1) {
        bool two = (unsigned long long) p.C % sizeof(float2) == 0 && p.ldc % 2 == 0;
#pragma unroll
        for (int j = 0; j < 2 * BLOCKS_N; j++) {
            int n = n0 + warp_n + 8 * j + lane % 4 * 2;
            float first = p.bias && n < p.N ? p.bias[n] : 0.0f;
            float second = p.bias && n + 1 < p.N ? p.bias[n + 1] : 0.0f;
#pragma unroll
            for (int block = 0; block < BLOCKS_M; block++) {
                int m = m0 + warp_m + 16 * block + lane / 4;
                const float (&c)[4] = sum[block][j];
                store_two(p, m, n, c[0] * unscale + first, c[1] * unscale + second, two);
                store_two(p, m + 8, n, c[2] * unscale + first, c[3] * unscale + second, two);
            }
        }
    } else {
        static_assert(S::WARPS_M * S::WARPS_N == 1 && S::N == WARP, "each warp has all of C's tile, and a column for each lane");
        float (*sums)[S::M][PADDED_N] = (float (*)[S::M][PADDED_N]) memory;      // [warp, m, n]
        __syncthreads();                                    // all are done with the tiles
#pragma unroll
        for (int block = 0; block < BLOCKS_M; block++) {
#pragma unroll
            for (int j = 0; j < 2 * BLOCKS_N; j++) {
                float *to = &sums[warp_k][16 * block + lane / 4][8 * j + lane % 4 * 2];
                *(float2 *) to = float2 {sum[block][j][0], sum[block][j][1]};
                *(float2 *) (to + 8 * PADDED_N) = float2 {sum[block][j][2], sum[block][j][3]};
            }
        }
        __syncthreads();
#pragma unroll
        for (int m = warp_k; m < S::M; m += S::WARPS_K) {
            float total = sums[0][m][lane];
#pragma unroll
            for (int w = 1; w < S::WARPS_K; w++) {
                total += sums[w][m][lane];
            }
            p.store(m0 + m, n0 + lane, total * unscale);
        }
    }
}

template <class Math, template <class> class S, bool a_k_inside, bool b_k_inside, class Left, class Right>
__device__ __forceinline__ void gemm_mma(Product<Left, Right> p, int depth, const unsigned *magnitude) {
    if constexpr (Math::AVAILABLE) {
        multiply<Math, S<Math>, a_k_inside, b_k_inside>(p, depth, magnitude);
    } else {
        asm volatile("trap;");
    }
}

// dst[rows, ldd] = src[rows, columns] times the scale, rounded to 16 bits; zeros from columns to ldd, a multiple of 8. A thread
// for two elements.
template <class Math>
__device__ __forceinline__ void round_rows(unsigned *dst, const float *src, int rows, int columns, int lds, int ldd,
                                           const unsigned *magnitude) {
    long long index = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    int pairs = ldd / 2;
    if (index >= (long long) rows * pairs) {
        return;
    }
    long long row = index / pairs;
    int column = (int) (index - row * pairs) * 2;
    const float *from = src + row * lds + column;
    float scale = Math::SCALED && magnitude ? scale_of(*magnitude) : 1.0f;
    float2 two = {0.0f, 0.0f};
    if (column + 1 < columns && (unsigned long long) from % sizeof(float2) == 0) {
        two = *(const float2 *) from;
    } else {
        two.x = column < columns ? from[0] : 0.0f;
        two.y = column + 1 < columns ? from[1] : 0.0f;
    }
    if constexpr (Math::AVAILABLE) {
        dst[index] = Math::pair(two.x * scale, two.y * scale);
    } else {
        asm volatile("trap;");
    }
}

}  // namespace

// A kernel: what it is called, its tile, whether rows of A and of B run along k, and what they hold.
#define GEMM_MMA(NAME, MATH, TILE, A_K_INSIDE, B_K_INSIDE, LEFT, RIGHT)                                                        \
    extern "C" __global__ void __launch_bounds__(TILE<MATH>::THREADS, TILE<MATH>::BLOCKS)                                      \
    NAME(float *C, const LEFT *A, const RIGHT *B, const float *bias, int M, int N, int K, int ldc, int lda, int ldb,           \
         int accumulate, int depth, const unsigned *magnitude) {                                                               \
        gemm_mma<MATH, TILE, A_K_INSIDE, B_K_INSIDE>(Product<LEFT, RIGHT> {C, A, B, bias, M, N, K, ldc, lda, ldb, accumulate}, \
                                                     depth, magnitude);                                                        \
    }
