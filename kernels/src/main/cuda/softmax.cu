// Softmax of rows, p = exp(y) / Σ exp(y), its gradient, and the cross-entropy of rows that are given as logits.
//
//   softmax                  y <- p
//   softmax_gradient         dz = p⊙(dp - Σ p⊙dp); dz may be dp
//   softmax_cross_entropy    losses[row] = -log p[row, class]     dy = (p - onehot(class))·scale
//                            a row whose class is negative does not count: its loss and gradient are 0
//
//   y, p, dp, dz, dy   [rows, N]    dy may be null
//   classes            [rows]       int32, below N
//   losses             [rows]
//
// The largest value of a row is taken out, so that no exponential overflows. A sum adds a lane's values first and then the lanes by
// halves: its order depends on N alone. A row is a warp's, so there is neither shared memory nor a barrier; its later passes find it in L1.
//
// Loops with an exponential are not unrolled: other rows' warps hide its latency, and unrolled code takes long to compile.
//
// Launch: ceil(rows / 8) blocks of 256.

namespace {

constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffff;
constexpr int INFINITE = 0x7f800000;

// The row of this warp.
__device__ __forceinline__ long long warp_index() {
    return ((long long) blockIdx.x * blockDim.x + threadIdx.x) / WARP;
}

__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, distance);
    }
    return value;
}

__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, distance));
    }
    return value;
}

// The largest value of a row and Σ exp(y - largest), the same in all lanes. A NaN makes the sum NaN.
struct Row {
    float largest;
    float sum;

    __device__ __forceinline__ Row(const float *y, int N, int lane) {
        float mine = -__int_as_float(INFINITE);
        for (int j = lane; j < N; j += WARP) {
            mine = fmaxf(mine, y[j]);
        }
        largest = warp_max(mine);
        float part = 0.0f;
#pragma unroll 1
        for (int j = lane; j < N; j += WARP) {
            part += expf(y[j] - largest);
        }
        sum = warp_sum(part);
    }
};

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
softmax(float *y, int rows, int N) {
    long long index = warp_index();
    if (index >= rows) {
        return;
    }
    int lane = threadIdx.x % WARP;
    float *y_row = y + index * N;                                           // [row, :]
    Row row(y_row, N, lane);
#pragma unroll 1
    for (int j = lane; j < N; j += WARP) {
        y_row[j] = expf(y_row[j] - row.largest) / row.sum;
    }
}

extern "C" __global__ void __launch_bounds__(256)
softmax_gradient(float *dz, const float *p, const float *dp, int rows, int N) {
    long long index = warp_index();
    if (index >= rows) {
        return;
    }
    int lane = threadIdx.x % WARP;
    long long at = index * N;                                               // [row, 0]
    float part = 0.0f;
    for (int j = lane; j < N; j += WARP) {
        part = fmaf(p[at + j], dp[at + j], part);
    }
    float dot = warp_sum(part);
    for (int j = lane; j < N; j += WARP) {
        dz[at + j] = p[at + j] * (dp[at + j] - dot);
    }
}

extern "C" __global__ void __launch_bounds__(256)
softmax_cross_entropy(float *losses, float *dy, const float *y, const int *classes, float scale, int rows, int N) {
    long long index = warp_index();
    if (index >= rows) {
        return;
    }
    int lane = threadIdx.x % WARP;
    int label = classes[index];
    long long at = index * N;                                               // [row, 0]
    if (label < 0) {
        if (lane == 0) {
            losses[index] = 0.0f;
        }
        for (int j = lane; dy && j < N; j += WARP) {
            dy[at + j] = 0.0f;
        }
        return;
    }
    Row row(y + at, N, lane);
    if (lane == 0) {
        losses[index] = logf(row.sum) - (y[at + label] - row.largest);
    }
#pragma unroll 1
    for (int j = lane; dy && j < N; j += WARP) {
        float p = expf(y[at + j] - row.largest) / row.sum;
        dy[at + j] = (p - (j == label ? 1.0f : 0.0f)) * scale;
    }
}
