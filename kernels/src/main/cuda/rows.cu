// What lies between the caller's tensors and the steps.
//
//   load_rows      dst[T, B, W] = src, time-major or [B, T, W] batch-first; zeros past each sequence's end, whatever src
//                  holds there
//   store_rows     the way back; dst is zero past each sequence's end
//   multiply       dst[i] = a[i]·b[i]: dropout masks; dst may be a or b
//   add            dst[i] = a[i] + b[i]: the two biases; dst may be a or b
//   column_sums    sums[n] += Σ_row d[row, n], in an order that depends on the number of rows alone: bias gradients
//   column_products  sums[n] += Σ_row d[row, n]·e[row, n], the same: gradients of gains and peepholes
//
// Launch: ceil(count / 256) blocks of 256; column_sums and column_products ceil(N / 32) blocks of (32, 8), shared memory 1 KB,
// static.
#include "common.cuh"

namespace {

constexpr int COLUMNS = 32;
constexpr int LANES = 8;                // rows that one column's threads take in turn

// Element [t, b, w] of a time-major tensor, and where the caller has it.
struct Element {
    int t, b, w;

    __device__ __forceinline__ Element(long long index, int B, int W) {
        int row = index / W;                                            // the one 64-bit division: it costs like three of 32
        w = (int) (index - (long long) row * W);
        t = row / B;
        b = row - t * B;
    }

    __device__ __forceinline__ long long caller_index(int T, int B, int W, int batch_first) const {
        return (batch_first ? (long long) b * T + t : (long long) t * B + b) * W + w;
    }
};

// sums[n] += Σ_row d[row, n], or of d[row, n]·e[row, n].
template <bool product>
__device__ __forceinline__ void add_columns(float *sums, const float *d, int ldd, const float *e, int lde, int rows, int N) {
    __shared__ float partial[LANES][COLUMNS];
    int n = blockIdx.x * COLUMNS + threadIdx.x;
    float sum = 0.0f;
    for (int row = threadIdx.y; row < rows && n < N; row += LANES) {
        float value = d[(long long) row * ldd + n];
        sum = product ? fmaf(value, e[(long long) row * lde + n], sum) : sum + value;
    }
    partial[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y == 0 && n < N) {
        for (int lane = 1; lane < LANES; lane++) {
            sum += partial[lane][threadIdx.x];
        }
        sums[n] += sum;
    }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
load_rows(float *dst, const float *src, const int *lengths, int T, int B, int W, int batch_first) {
    long long index = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= (long long) T * B * W) {
        return;
    }
    Element e(index, B, W);
    dst[index] = e.t < lengths[e.b] ? src[e.caller_index(T, B, W, batch_first)] : 0.0f;
}

extern "C" __global__ void __launch_bounds__(256)
store_rows(float *dst, const float *src, const int *lengths, int T, int B, int W, int batch_first) {
    long long index = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= (long long) T * B * W) {
        return;
    }
    Element e(index, B, W);
    dst[e.caller_index(T, B, W, batch_first)] = e.t < lengths[e.b] ? src[index] : 0.0f;
}

extern "C" __global__ void __launch_bounds__(256)
multiply(float *dst, const float *a, const float *b, long long count) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        dst[i] = a[i] * b[i];
    }
}

extern "C" __global__ void __launch_bounds__(256)
add(float *dst, const float *a, const float *b, long long count) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        dst[i] = a[i] + b[i];
    }
}

extern "C" __global__ void __launch_bounds__(COLUMNS * LANES)
column_sums(float *sums, const float *d, int rows, int N, int ldd) {
    add_columns<false>(sums, d, ldd, nullptr, 0, rows, N);
}

extern "C" __global__ void __launch_bounds__(COLUMNS * LANES)
column_products(float *sums, const float *d, const float *e, int rows, int N, int ldd, int lde) {
    add_columns<true>(sums, d, ldd, e, lde, rows, N);
}
