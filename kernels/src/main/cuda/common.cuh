// Shared by all kernels. Header-free: NVRTC brings no CUDA headers, and needs none.
//
// Sizes: T steps, B batch, I input size, H hidden size, G gates of the cell. Tensors are float32 and lengths int32, unless a
// kernel says otherwise. Matrices are row-major; ld* are row strides in elements. Rows of a sequence of length n are valid
// for t < n; what lies past that is never read from the caller. A kernel with one thread per unit has room for
// B·H < 2^31; offsets beyond that are 64 bits wide (long long: a long has 32 on Windows).
#pragma once

// 1 / (1 + exp(-x)); exact limits 0 and 1, NaN stays NaN.
__device__ __forceinline__ float sigmoid(float x) {
    return 1.0f / (1.0f + expf(-x));
}

// State before and after step t, among T + 1 slots of [B, H]: reading forward, slot t is the state before step t; reading
// backward, slot t + 1 is. So the states before all steps are T slots in a row either way.
__device__ __forceinline__ int slot_before(int t, int reverse) {
    return reverse ? t + 1 : t;
}

__device__ __forceinline__ int slot_after(int t, int reverse) {
    return reverse ? t : t + 1;
}
