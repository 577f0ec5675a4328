// Tensor cores: what a product of 16 x 16 by 16 x 8 elements multiplies in tf32, bf16 and fp16, with fp32 sums; how its factors
// get there; and the power of two that keeps gradients in the range of fp16.
//
// Before sm_80 the matrix unit has fp16 alone, with half of the k: kernels of tf32 and bf16 are empty there but for a trap,
// which no launcher meets.
#pragma once
#include "shared.cuh"

namespace {

constexpr int WARP = 32;
constexpr bool AMPERE = __CUDA_ARCH__ >= 800;

// A power of two that brings a magnitude, given as a float's bits, into [1, 2), and its inverse; 1 for zero and infinity.
__device__ __forceinline__ float scale_of(unsigned magnitude) {
    unsigned exponent = magnitude >> 23;
    return exponent > 0 && exponent < 254 ? __uint_as_float((254 - exponent) << 23) : 1.0f;
}

__device__ __forceinline__ float inverse_scale_of(unsigned magnitude) {
    unsigned exponent = magnitude >> 23;
    return exponent > 0 && exponent < 254 ? __uint_as_float(exponent << 23) : 1.0f;
}

// ---- What the matrix unit multiplies. step: k of a register block, which has 16 lines and four registers of a thread:
// lines 0-7 and 8-15 of the first half of its k, then those of the second. That is how mma takes A; of B it takes two
// registers for 8 columns, so that a block serves twice.

struct Tf32 {
    using Stored = float;
    static constexpr int STEP = 8;
    static constexpr bool AVAILABLE = AMPERE;
    static constexpr bool SCALED = false;

    static __device__ __forceinline__ unsigned rounded(unsigned fp32) {
        unsigned tf32;
        asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(tf32) : "f"(__uint_as_float(fp32)));
        return tf32;
    }

    static __device__ __forceinline__ void multiply(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
        asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    }
};

struct Bf16 {
    using Stored = unsigned short;
    static constexpr int STEP = 16;
    static constexpr bool AVAILABLE = AMPERE;
    static constexpr bool SCALED = false;

    static __device__ __forceinline__ unsigned pair(float low, float high) {
        unsigned both;
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
        return both;
    }

    static __device__ __forceinline__ void multiply(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    }
};

struct Fp16 {
    using Stored = unsigned short;
    static constexpr int STEP = 16;
    static constexpr bool AVAILABLE = true;
    static constexpr bool SCALED = true;
    static constexpr float LARGEST = 65504.0f;

    // What fp16 cannot hold becomes the largest that it can: an infinity times a zero would be no number. NaN stays, as it compares
    // with nothing.
    static __device__ __forceinline__ float held(float x) {
        return x > LARGEST ? LARGEST : x < -LARGEST ? -LARGEST : x;
    }

    static __device__ __forceinline__ unsigned pair(float low, float high) {
        low = held(low);
        high = held(high);
        unsigned both;
#if __CUDA_ARCH__ >= 800
        asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
#else
        unsigned short halves[2];
        asm("cvt.rn.f16.f32 %0, %1;" : "=h"(halves[0]) : "f"(low));
        asm("cvt.rn.f16.f32 %0, %1;" : "=h"(halves[1]) : "f"(high));
        both = halves[0] | (unsigned) halves[1] << 16;
#endif
        return both;
    }

    static __device__ __forceinline__ void multiply(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
#if __CUDA_ARCH__ >= 800
        asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
        asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a[0]), "r"(a[1]), "r"(b0));
        asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a[2]), "r"(a[3]), "r"(b1));
#endif
    }
};

// Four matrices of eight rows of 16 bytes; lanes 8i to 8i + 7 give the addresses of the rows of the i-th. Of each a lane
// gets the pair of elements [lane / 4, lane % 4], or of the transposed one.
template <bool transposed>
__device__ __forceinline__ void load_matrices(unsigned (&block)[4], unsigned row) {
    if constexpr (transposed) {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(block[0]), "=r"(block[1]), "=r"(block[2]), "=r"(block[3]) : "r"(row) : "memory");
    } else {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(block[0]), "=r"(block[1]), "=r"(block[2]), "=r"(block[3]) : "r"(row) : "memory");
    }
}

}  // namespace
