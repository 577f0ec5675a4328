// What the kernels of a plain RNN share: φ = tanh or max(0, ·), and its derivative from what it gave.
#pragma once

__device__ __forceinline__ float rnn_activation(float z, int relu) {
    return !relu ? tanhf(z) : z > 0.0f ? z : z != z ? z : 0.0f;        // NaN stays NaN
}

// φ'(z) where h = φ(z).
__device__ __forceinline__ float rnn_slope(float h, int relu) {
    return relu ? (h > 0.0f ? 1.0f : 0.0f) : 1.0f - h * h;
}
