// Shared by the kernels of the rare options: h' and c' are a cell's new state before zoneout, k is how much of the old one stays.
#pragma once

// An element of a mask [B, W] of one step; `without` where nothing is masked.
__device__ __forceinline__ float masked(const float *mask, int index, float without) {
    return mask ? mask[index] : without;
}

// k⊙before + (1-k)⊙fresh: exactly one of them where k is 0 or 1, as in training.
__device__ __forceinline__ float zoned_out(float k, float before, float fresh) {
    return k * before + (1.0f - k) * fresh;
}
