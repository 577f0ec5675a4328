// What follows a cell with rare options: zoneout of its new hidden state h' (Krueger et al. 2016), one step.
//
//   forward    h_t = k⊙h_{t-1} + (1-k)⊙h'
//   backward   d = dy_t + dh     dh' = (1-k)⊙d     dh <- k⊙d, to which the caller adds what comes back through the cell
//
//   h_new, dh_new [B, R]     h' and its gradient; zeros past a sequence's end
//   h        [T+1, B, R]     hidden states, see slot_before; this step's slot is written
//   y, dy    [B, ldy]        output of step t, at the direction's own columns, and its gradient (null for zeros)
//   dh       [B, R]          carried from step to step
//   mask     [B, R]          k of this step, 0 or 1; null if k is `rate` everywhere: 0 without zoneout, in inference the expectation
//   lengths  [B]             past a sequence's end: state kept, y 0, dh carried unchanged
//
// Launch: ceil(B·R / 256) blocks of 256.
#include "common.cuh"
#include "options.cuh"

extern "C" __global__ void __launch_bounds__(256)
zoneout_forward(const float *h_new, float *h, float *y, const float *mask, float rate, const int *lengths, int t, int B, int R,
                int ldy, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * R) {
        return;
    }
    int b = index / R;
    int u = index % R;
    bool valid = t < lengths[b];
    float h_before = h[(long long) slot_before(t, reverse) * B * R + index];                     // [t-1, b, u]
    float h_t = zoned_out(masked(mask, index, rate), h_before, h_new[index]);
    h[(long long) slot_after(t, reverse) * B * R + index] = valid ? h_t : h_before;              // [t, b, u]
    y[(long long) b * ldy + u] = valid ? h_t : 0.0f;
}

extern "C" __global__ void __launch_bounds__(256)
zoneout_backward(float *dh_new, float *dh, const float *dy, const float *mask, float rate, const int *lengths, int t, int B,
                 int R, int ldy) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * R) {
        return;
    }
    int b = index / R;
    int u = index % R;
    if (t >= lengths[b]) {
        dh_new[index] = 0.0f;
        return;
    }
    float k = masked(mask, index, rate);
    float d = dh[index] + (dy ? dy[(long long) b * ldy + u] : 0.0f);
    dh_new[index] = (1.0f - k) * d;
    dh[index] = k * d;
}
