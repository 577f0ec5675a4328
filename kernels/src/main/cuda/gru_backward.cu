// GRU with the reset after the recurrent product, one step of backward, before the products:
//
//   dh  = dy_t + (what step t+1 left)
//   dn  = dh⊙(1-z)⊙(1-n²)                   dz = dh⊙(h_{t-1} - n)⊙z⊙(1-z)
//   dr  = dn⊙h_n⊙r⊙(1-r)                    dh_n = dn⊙r
//   dh <- dh⊙z, to which the caller adds (dr, dz, dh_n) · W_hh
//
//   xs       [B, 3H]      in: activated r, z, n; out: dr, dz, dn: gradient of W_ih x + b_ih
//   hs       [B, 3H]      in: h_n in its third part; out: dr, dz, dh_n: gradient of W_hh h + b_hh
//   h        [T+1, B, H]  hidden states of the forward
//   dy       [B, ldy]     gradient of this step's output; null for zeros
//   dh       [B, H]       carried from step to step
//   lengths  [B]
//
// Past a sequence's end the gradients are 0 and dh is carried unchanged. Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"

extern "C" __global__ void __launch_bounds__(256)
gru_backward(float *xs, float *hs, const float *h, const float *dy, float *dh, const int *lengths, int t, int B, int H,
             int ldy, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    float *x = xs + (long long) b * 3 * H + u;                               // [b, gate, u], H apart
    float *s = hs + (long long) b * 3 * H + u;
    bool valid = t < lengths[b];
    float r = x[0];
    float z = x[H];
    float n = x[2 * H];
    float h_before = h[(long long) slot_before(t, reverse) * B * H + index];

    float dh_t = dh[index] + (dy && valid ? dy[(long long) b * ldy + u] : 0.0f);
    float dn = dh_t * (1.0f - z) * (1.0f - n * n);
    float dz = dh_t * (h_before - n) * (z * (1.0f - z));
    float dr = dn * s[2 * H] * (r * (1.0f - r));

    x[0]     = valid ? dr : 0.0f;
    x[H]     = valid ? dz : 0.0f;
    x[2 * H] = valid ? dn : 0.0f;
    s[0]     = valid ? dr : 0.0f;
    s[H]     = valid ? dz : 0.0f;
    s[2 * H] = valid ? dn * r : 0.0f;
    dh[index] = valid ? dh_t * z : dh_t;
}
