// Windows that slide over the axes between batch and channels, always three of them: depth, height, width.
//
//   im2col                  columns[o, k, c] = x[o·stride + k - before, c], 0 outside of x
//   col2im                  x[p, c] += Σ columns[o, k, c] over all o, k with o·stride + k - before = p
//   max_pool                y[b, o, c] = the largest x under window o, from = its index in x; of equal ones the first, a NaN before all
//   max_pool_gradient       dx[i] += Σ dy[j] over all j with from[j] = i
//   average_pool            y[b, o, c] = the mean of x under window o; what lies outside of x does not count
//   average_pool_gradient   dx[b, p, c] += Σ dy[b, o, c] / (values under window o) over all windows o above p
//
//   x, dx      [B, in, C]       of im2col and col2im one sample [in, C]
//   y, dy      [B, out, C]
//   from       [B, out, C]      int32
//   columns    [out, kernel, C]
//
// Gradients are gathered: a thread has a value of x and visits the windows above it, by ascending place in the window. So there are
// no atomics, and the order of a sum depends on the window alone. A mean's sum is compensated, since a global pool adds whole images;
// a gradient's is not: it has a value for each window that overlaps there.
//
// Loops over a window are not unrolled: what a place needs, divisions by sizes only known then, would fill the code many times over.
//
// count is the number of elements that threads have: of columns, y, and in gradients x. Launch: ceil(count / 256) blocks of 256.

constexpr int AXES = 3;

// These structs are in no namespace of the file's own: with a parameter of such a type kernels have internal linkage, and the compiler then
// puts the process's number into names, so that two builds differ.
struct Place {
    int d, h, w;

    // Place number `index` of a box, row by row.
    __device__ __forceinline__ Place(int index, const int (&size)[AXES]) {
        w = index % size[2];
        index /= size[2];
        h = index % size[1];
        d = index / size[1];
    }
};

struct Window {
    int kernel[AXES];
    int stride[AXES];
    int in[AXES];
    int out[AXES];
    int before[AXES];           // zeros in front of the first value
    int C;

    __device__ __forceinline__ int positions() const {
        return out[0] * out[1] * out[2];
    }

    __device__ __forceinline__ int taps() const {
        return kernel[0] * kernel[1] * kernel[2];
    }

    __device__ __forceinline__ int inputs() const {
        return in[0] * in[1] * in[2];
    }

    // Number of the place in x under a window's place k; -1 outside.
    __device__ __forceinline__ int under(Place o, Place k) const {
        int d = o.d * stride[0] + k.d - before[0];
        int h = o.h * stride[1] + k.h - before[1];
        int w = o.w * stride[2] + k.w - before[2];
        bool inside = d >= 0 && d < in[0] && h >= 0 && h < in[1] && w >= 0 && w < in[2];
        return inside ? (d * in[1] + h) * in[2] + w : -1;
    }

    // The window along an axis whose place k lies on p; -1 if there is none.
    __device__ __forceinline__ int above(int axis, int p, int k) const {
        int start = p + before[axis] - k;
        int o = start / stride[axis];
        return start >= 0 && o * stride[axis] == start && o < out[axis] ? o : -1;
    }

    // Calls visit(number of the window, number of the place in it) for all windows above a place of x.
    template <class Visit>
    __device__ __forceinline__ void above(Place p, Visit visit) const {
        int tap = 0;
#pragma unroll 1
        for (int kd = 0; kd < kernel[0]; kd++) {
            int od = above(0, p.d, kd);
#pragma unroll 1
            for (int kh = 0; kh < kernel[1]; kh++) {
                int oh = above(1, p.h, kh);
#pragma unroll 1
                for (int kw = 0; kw < kernel[2]; kw++, tap++) {
                    int ow = above(2, p.w, kw);
                    if (od >= 0 && oh >= 0 && ow >= 0) {
                        visit((od * out[1] + oh) * out[2] + ow, tap);
                    }
                }
            }
        }
    }

    // How many of a window's places along an axis lie in x.
    __device__ __forceinline__ int extent(int axis, int o) const {
        int start = o * stride[axis] - before[axis];
        return min(start + kernel[axis], in[axis]) - max(start, 0);
    }

    __device__ __forceinline__ int values_under(Place o) const {
        return extent(0, o.d) * extent(1, o.h) * extent(2, o.w);
    }
};

namespace {

// A sum whose roundings are made up for by the values that follow (Kahan).
struct CompensatedSum {
    float sum = 0.0f;
    float excess = 0.0f;        // what the sum has too much

    __device__ __forceinline__ void add(float value) {
        float wanted = value - excess;
        float next = sum + wanted;
        float over = (next - sum) - wanted;
        excess = over - over == 0.0f ? over : 0.0f;                         // once the sum is infinite, over is not finite
        sum = next;
    }
};

__device__ __forceinline__ long long thread_index() {
    return (long long) blockIdx.x * blockDim.x + threadIdx.x;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
im2col(float *columns, const float *x, Window window, int count) {
    long long index = thread_index();
    if (index >= count) {
        return;
    }
    int i = (int) index;                                                    // [o, k, c]
    int c = i % window.C;
    int k = i / window.C % window.taps();
    int o = i / window.C / window.taps();
    int place = window.under(Place(o, window.out), Place(k, window.kernel));
    columns[i] = place < 0 ? 0.0f : x[place * window.C + c];
}

extern "C" __global__ void __launch_bounds__(256)
col2im(float *x, const float *columns, Window window, int count) {
    long long index = thread_index();
    if (index >= count) {
        return;
    }
    int i = (int) index;                                                    // [p, c]
    int c = i % window.C;
    int taps = window.taps();
    float sum = 0.0f;
    window.above(Place(i / window.C, window.in), [&](int o, int k) {
        sum += columns[(o * taps + k) * window.C + c];
    });
    x[i] += sum;
}

extern "C" __global__ void __launch_bounds__(256)
max_pool(float *y, int *from, const float *x, Window window, int count) {
    long long index = thread_index();
    if (index >= count) {
        return;
    }
    int i = (int) index;                                                    // [b, o, c]
    int c = i % window.C;
    int o = i / window.C % window.positions();
    int sample = i / window.C / window.positions() * window.inputs();
    Place at(o, window.out);
    int best = -1;
    float largest = 0.0f;
#pragma unroll 1
    for (int k = 0; k < window.taps(); k++) {
        int place = window.under(at, Place(k, window.kernel));
        if (place < 0) {
            continue;
        }
        int candidate = (sample + place) * window.C + c;
        float value = x[candidate];
        if (best < 0 || value > largest || value != value) {
            best = candidate;
            largest = value;
        }
    }
    y[i] = largest;
    from[i] = best;
}

extern "C" __global__ void __launch_bounds__(256)
max_pool_gradient(float *dx, const float *dy, const int *from, Window window, int count) {
    long long index = thread_index();
    if (index >= count) {
        return;
    }
    int i = (int) index;                                                    // [b, p, c]
    int c = i % window.C;
    int p = i / window.C % window.inputs();
    int sample = i / window.C / window.inputs() * window.positions();
    float sum = 0.0f;
    window.above(Place(p, window.in), [&](int o, int) {
        int j = (sample + o) * window.C + c;
        sum += from[j] == i ? dy[j] : 0.0f;
    });
    dx[i] += sum;
}

extern "C" __global__ void __launch_bounds__(256)
average_pool(float *y, const float *x, Window window, int count) {
    long long index = thread_index();
    if (index >= count) {
        return;
    }
    int i = (int) index;                                                    // [b, o, c]
    int c = i % window.C;
    int o = i / window.C % window.positions();
    int sample = i / window.C / window.positions() * window.inputs();
    Place at(o, window.out);
    CompensatedSum sum;
#pragma unroll 1
    for (int k = 0; k < window.taps(); k++) {
        int place = window.under(at, Place(k, window.kernel));
        sum.add(place < 0 ? 0.0f : x[(sample + place) * window.C + c]);
    }
    y[i] = sum.sum / window.values_under(at);
}

extern "C" __global__ void __launch_bounds__(256)
average_pool_gradient(float *dx, const float *dy, Window window, int count) {
    long long index = thread_index();
    if (index >= count) {
        return;
    }
    int i = (int) index;                                                    // [b, p, c]
    int c = i % window.C;
    int p = i / window.C % window.inputs();
    int sample = i / window.C / window.inputs() * window.positions();
    float sum = 0.0f;
    window.above(Place(p, window.in), [&](int o, int) {
        sum += dy[(sample + o) * window.C + c] / window.values_under(Place(o, window.out));
    });
    dx[i] += sum;
}
