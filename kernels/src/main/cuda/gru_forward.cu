// GRU with the reset after the recurrent product, one step, after the products:
//
//   r = σ(x_r + h_r)   z = σ(x_z + h_z)   n = tanh(x_n + r⊙h_n)
//   h_t = (1-z)⊙n + z⊙h_{t-1}
//
//   xs       [B, 3H]      in: W_ih x_t + b_ih, order r, z, n; out: activated r, z, n, saved for backward
//   hs       [B, 3H]      W_hh h_{t-1} + b_hh; its third part h_n is kept for backward
//   h        [T+1, B, H]  hidden states, see slot_before; this step's slot is written
//   y        [B, ldy]     output of step t, at the direction's own columns; 0 past a sequence's end
//   lengths  [B]
//
// Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"

extern "C" __global__ void __launch_bounds__(256)
gru_forward(float *xs, const float *hs, float *h, float *y, const int *lengths, int t, int B, int H, int ldy, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    long long before = (long long) slot_before(t, reverse) * B * H + index;
    long long after = (long long) slot_after(t, reverse) * B * H + index;
    float *x = xs + (long long) b * 3 * H + u;                               // [b, gate, u], H apart
    const float *s = hs + (long long) b * 3 * H + u;
    bool valid = t < lengths[b];

    float r = sigmoid(x[0] + s[0]);
    float z = sigmoid(x[H] + s[H]);
    float n = tanhf(x[2 * H] + r * s[2 * H]);
    float h_t = n + z * (h[before] - n);

    x[0]     = r;
    x[H]     = z;
    x[2 * H] = n;
    h[after] = valid ? h_t : h[before];
    y[(long long) b * ldy + u] = valid ? h_t : 0.0f;
}
