// GRU with the reset before the recurrent product (Cho et al. 2014; Keras's reset_after=False), one step. u is
// W_ih x_t + b_ih + b_hh, m the candidate's dropout. The caller adds W_hh h_{t-1} to a's first two parts before the first
// kernel, W_hn q to its third one before the second:
//
//   gru_reset_forward        r = σ(a_r)   z = σ(a_z)   q = r⊙h_{t-1}
//   gru_candidate_forward    n = tanh(a_n)   h' = (1-z)⊙m⊙n + z⊙h_{t-1}, to be zoned out
//   gru_candidate_backward   dn = dh'⊙(1-z)⊙m⊙(1-n²)   dz = dh'⊙(h_{t-1} - m⊙n)⊙z⊙(1-z)   dh <- dh + dh'⊙z
//   gru_reset_backward       dr = dq⊙h_{t-1}⊙r⊙(1-r)   dh <- dh + dq⊙r, with dq from dn · W_hn, to which the caller adds
//                            (dr, dz) · W_hh
//
//   gates    [B, 3H]      in: a, order r, z, n; then activated r, z, n, saved for backward; then dr, dz, dn
//   h        [T+1, B, H]  hidden states, see slot_before; read only
//   q, dq    [B, H]       q is saved for the gradient of W_hn
//   h_new    [B, H]       h'; dh_new its gradient, zeros past a sequence's end
//   dh       [B, H]       carried from step to step
//   candidate [B, H]      m of this step; null for ones
//
// Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"
#include "options.cuh"

namespace {

// What the thread works on.
struct Unit {
    int index;                                                          // [b, u]
    long long gate;                                                     // [b, r, u]; z and n follow H apart
    long long before;                                                   // [t-1, b, u]
    bool exists;

    __device__ __forceinline__ Unit(int t, int B, int H, int reverse) {
        index = blockIdx.x * blockDim.x + threadIdx.x;
        gate = (long long) (index / H) * 3 * H + index % H;
        before = (long long) slot_before(t, reverse) * B * H + index;
        exists = index < B * H;
    }
};

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
gru_reset_forward(float *gates, const float *h, float *q, int t, int B, int H, int reverse) {
    Unit unit(t, B, H, reverse);
    if (!unit.exists) {
        return;
    }
    float *a = gates + unit.gate;
    float r = sigmoid(a[0]);
    a[0] = r;
    a[H] = sigmoid(a[H]);
    q[unit.index] = r * h[unit.before];
}

extern "C" __global__ void __launch_bounds__(256)
gru_candidate_forward(float *gates, const float *h, float *h_new, const float *candidate, int t, int B, int H, int reverse) {
    Unit unit(t, B, H, reverse);
    if (!unit.exists) {
        return;
    }
    float *a = gates + unit.gate;
    float z = a[H];
    float n = tanhf(a[2 * H]);
    a[2 * H] = n;
    h_new[unit.index] = (1.0f - z) * masked(candidate, unit.index, 1.0f) * n + z * h[unit.before];
}

extern "C" __global__ void __launch_bounds__(256)
gru_candidate_backward(float *gates, const float *h, const float *dh_new, float *dh, const float *candidate, int t, int B, int H,
                       int reverse) {
    Unit unit(t, B, H, reverse);
    if (!unit.exists) {
        return;
    }
    float *a = gates + unit.gate;
    float z = a[H];
    float n = a[2 * H];
    float m = masked(candidate, unit.index, 1.0f);
    float d = dh_new[unit.index];
    a[H]     = d * (h[unit.before] - m * n) * (z * (1.0f - z));
    a[2 * H] = d * (1.0f - z) * m * (1.0f - n * n);
    dh[unit.index] += d * z;
}

extern "C" __global__ void __launch_bounds__(256)
gru_reset_backward(float *gates, const float *h, const float *dq, float *dh, int t, int B, int H, int reverse) {
    Unit unit(t, B, H, reverse);
    if (!unit.exists) {
        return;
    }
    float *a = gates + unit.gate;
    float r = a[0];
    a[0] = dq[unit.index] * h[unit.before] * (r * (1.0f - r));
    dh[unit.index] += dq[unit.index] * r;
}
