// What a trainer's layers do value by value, beside multiply of rows.cu.
//
//   bias_activation       y = f(y + bias)
//   activation_gradient   dz = dy·f'(z), from y = f(z); dz may be dy
//   drop                  y[i] = x[i]·keep, or 0 where draw(seed, d(i)) < rate; y may be x
//   add_scaled            y[i] += factor·x[i]
//
//   y, dy, dz   [rows, W]
//   bias        [W]                    null for none
//   f           one of Function below
//   x of drop   [groups, repeat, W]    the repeats of a group share what was drawn: d(g, r, w) = g·W + w
//   keep        1 / (1 - rate)
//
// Launch: ceil(count / 256) blocks of 256, count being the number of values.
#include "common.cuh"

namespace {

enum Function { LINEAR, RELU, TANH, SIGMOID };

__device__ __forceinline__ long long thread_index() {
    return (long long) blockIdx.x * blockDim.x + threadIdx.x;
}

// Value `index` of a random stream, uniform in [0, 1) with 24 bits: SplitMix64 (Steele, Lea and Flood 2014) by counter.
__device__ __forceinline__ float draw(unsigned long long seed, unsigned long long index) {
    unsigned long long z = seed + (index + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    z ^= z >> 31;
    return (float) (unsigned) (z >> 40) * 0x1p-24f;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
bias_activation(float *y, const float *bias, int f, int W, int count) {
    long long i = thread_index();
    if (i >= count) {
        return;
    }
    float z = y[i] + (bias ? bias[(int) i % W] : 0.0f);
    switch (f) {
        case RELU:    z = z > 0.0f ? z : z != z ? z : 0.0f; break;          // NaN stays NaN
        case TANH:    z = tanhf(z); break;
        case SIGMOID: z = sigmoid(z); break;
        default:      break;
    }
    y[i] = z;
}

extern "C" __global__ void __launch_bounds__(256)
activation_gradient(float *dz, const float *y, const float *dy, int f, int count) {
    long long i = thread_index();
    if (i >= count) {
        return;
    }
    float v = y[i];
    float d = dy[i];
    switch (f) {
        case RELU:    d = v > 0.0f ? d : 0.0f; break;
        case TANH:    d *= 1.0f - v * v; break;
        case SIGMOID: d *= v * (1.0f - v); break;
        default:      break;
    }
    dz[i] = d;
}

extern "C" __global__ void __launch_bounds__(256)
drop(float *y, const float *x, float rate, float keep, unsigned long long seed, int repeat, int W, int count) {
    long long i = thread_index();
    if (i < count) {
        long long drawn = i / ((long long) repeat * W) * W + i % W;
        y[i] = draw(seed, drawn) < rate ? 0.0f : x[i] * keep;
    }
}

extern "C" __global__ void __launch_bounds__(256)
add_scaled(float *y, const float *x, float factor, int count) {
    long long i = thread_index();
    if (i < count) {
        y[i] = fmaf(factor, x[i], y[i]);
    }
}
