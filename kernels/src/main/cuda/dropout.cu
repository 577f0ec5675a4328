// Masks of the recurrent product: recurrent dropout, where gate g sees m_g⊙h (Gal and Ghahramani 2016), and DropConnect, where
// W_hh is masked itself (Merity et al. 2018).
//
//   masked_rows    dst[i] = a[i]·b[i % period]: one h [B, R] under the masks of all gates [G, B, R]; the h of all steps
//                  [T, B, R] under the mask of one gate [B, R]
//   masked_sums    dst[i] (+)= Σ_g mask[g, i]·d[g, i], g ascending: gradient of h from those of the gates' m_g⊙h; of W_hh from
//                  that of m⊙W_hh, with G = 1
//
// accumulate: 0 overwrites dst, 1 adds to it. Launch: ceil(count / 256) blocks of 256.
#include "common.cuh"

extern "C" __global__ void __launch_bounds__(256)
masked_rows(float *dst, const float *a, const float *b, int count, int period) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        dst[i] = a[i] * b[(int) i % period];
    }
}

extern "C" __global__ void __launch_bounds__(256)
masked_sums(float *dst, const float *mask, const float *d, int G, int count, int accumulate) {
    long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count) {
        return;
    }
    float sum = 0.0f;
    for (int g = 0; g < G; g++) {
        long long at = (long long) g * count + i;                            // [g, i]
        sum = fmaf(mask[at], d[at], sum);
    }
    dst[i] = accumulate ? dst[i] + sum : sum;
}
