// Layer normalisation of rows (Ba, Kiros and Hinton 2016):
//
//   forward    n = (v - mean(v))·scale     scale = 1 / sqrt(var(v) + eps)     out (+)= γ⊙n + offset
//   backward   e = γ⊙d                     dv (+)= scale·(e - mean(e) - n⊙mean(e⊙n))
//
//   v, n     [rows, W]   n may be v; saved for backward
//   scale    [rows]      saved for backward
//   out      [rows, W]   may be n, which is lost then
//   d, dv    [rows, W]   gradient of out and of v; dv may be d or n
//   gamma, offset [W]    offset may be null
//
// accumulate: 0 overwrites the result, 1 adds to it. The variance is biased and comes from the deviations: a second pass over
// the row, which is in L1 then. The order of a sum depends on W alone.
//
// Launch: one block of 256 for each row. Shared memory, static: 64 bytes.
#include "common.cuh"

namespace {

constexpr int WARP = 32;
constexpr int WARPS = 8;
constexpr int THREADS = WARP * WARPS;

// Sum over the block, the same in all threads: neighbours in a warp first, then the warps, first to last. `partial` belongs to
// this sum alone, so one barrier is enough.
__device__ __forceinline__ float block_sum(float value, float (&partial)[WARPS]) {
#pragma unroll
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(0xffffffff, value, distance);
    }
    if (threadIdx.x % WARP == 0) {
        partial[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    float sum = 0.0f;
#pragma unroll
    for (int warp = 0; warp < WARPS; warp++) {
        sum += partial[warp];
    }
    return sum;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS)
layer_norm_forward(const float *v, float *n, float *scale, float *out, const float *gamma, const float *offset, int W, float eps,
                   int accumulate) {
    __shared__ float sums[WARPS];
    __shared__ float squares[WARPS];
    long long row = (long long) blockIdx.x * W;                              // [row, 0]

    float sum = 0.0f;
    for (int j = threadIdx.x; j < W; j += THREADS) {
        sum += v[row + j];
    }
    float mean = block_sum(sum, sums) / W;

    float square = 0.0f;
    for (int j = threadIdx.x; j < W; j += THREADS) {
        float deviation = v[row + j] - mean;
        square = fmaf(deviation, deviation, square);
    }
    float row_scale = 1.0f / sqrtf(block_sum(square, squares) / W + eps);

    for (int j = threadIdx.x; j < W; j += THREADS) {
        float normal = (v[row + j] - mean) * row_scale;
        float value = fmaf(gamma[j], normal, offset ? offset[j] : 0.0f);
        n[row + j] = normal;
        out[row + j] = accumulate ? out[row + j] + value : value;
    }
    if (threadIdx.x == 0) {
        scale[blockIdx.x] = row_scale;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS)
layer_norm_backward(float *dv, const float *d, const float *n, const float *scale, const float *gamma, int W, int accumulate) {
    __shared__ float sums[WARPS];
    __shared__ float products[WARPS];
    long long row = (long long) blockIdx.x * W;                              // [row, 0]

    float sum = 0.0f;
    float product = 0.0f;
    for (int j = threadIdx.x; j < W; j += THREADS) {
        float e = gamma[j] * d[row + j];
        sum += e;
        product = fmaf(e, n[row + j], product);
    }
    float mean = block_sum(sum, sums) / W;
    float mean_product = block_sum(product, products) / W;

    for (int j = threadIdx.x; j < W; j += THREADS) {
        float value = scale[blockIdx.x] * (gamma[j] * d[row + j] - mean - n[row + j] * mean_product);
        dv[row + j] = accumulate ? dv[row + j] + value : value;
    }
}
