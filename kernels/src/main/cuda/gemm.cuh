// What the products of gemm.cu and gemm_thin.cu have in common, and those of gemm_mma.cuh with them.
//
//   sgemm_nt   C[M, N] (+)= A[M, K] · B[N, K]ᵀ + bias[N]     input projection, recurrent product
//   sgemm_nn   C[M, N] (+)= A[M, K] · B[K, N]                gradient of x and h
//   sgemm_tn   C[M, N] (+)= A[K, M]ᵀ · B[K, N]               gradient of weights: K runs over all rows of all steps
//
// accumulate: 0 overwrites C, 1 adds to it. bias may be null; so may A and B if K = 0.
//
// depth: how much of K a block takes. K, or less where C has too few tiles to keep a GPU busy and K is long: then slice s
// multiplies k in [s·depth, (s+1)·depth), writes C + s·M·ldc, and sum_slices of gemm.cu adds the slices up.
//
// Launch: one block for each tile of each slice, tiles of a slice after each other, rows of tiles after each other: blocks
// that run at about the same time share rows of A in L2, while B, the smaller matrix of an RNN, stays there.
#pragma once

template <class Left = float, class Right = float>
struct Product {
    float *C;
    const Left *A;
    const Right *B;
    const float *bias;
    int M, N, K;
    int ldc, lda, ldb;
    int accumulate;

    // Narrows the product to the slice of this block. Returns the block's number in it.
    template <bool a_k_inside, bool b_k_inside>
    __device__ __forceinline__ int take_slice(int tiles, int depth) {
        int slice = (int) blockIdx.x / tiles;
        long long k0 = (long long) slice * depth;
        A += a_k_inside ? k0 : k0 * lda;                                     // A[:, k0:]
        B += b_k_inside ? k0 : k0 * ldb;                                     // B[k0:, :]
        C += (long long) slice * M * ldc;
        K = K - k0 < depth ? (int) (K - k0) : depth;
        return (int) blockIdx.x - slice * tiles;
    }

    // C[m, n], from its sum over k; nothing outside of C.
    __device__ __forceinline__ void store(int m, int n, float sum) const {
        if (m < M && n < N) {
            long long at = (long long) m * ldc + n;
            float value = sum + (bias ? bias[n] : 0.0f);
            C[at] = accumulate ? C[at] + value : value;
        }
    }
};
