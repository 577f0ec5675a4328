// LSTM, one step of backward, before the products:
//
//   dh   = dy_t + (what step t+1 left)          dc  = dc + dh⊙o⊙(1 - tanh²(c_t))
//   dz_o = dh⊙tanh(c_t)⊙o⊙(1-o)                 dz_i = dc⊙g⊙i⊙(1-i)
//   dz_f = dc⊙c_{t-1}⊙f⊙(1-f)                   dz_g = dc⊙i⊙(1-g²)
//   dc  <- dc⊙f                                 dh  <- 0, to which the caller adds dz · W_hh
//
//   gates    [B, 4H]      in: activated gates of the forward; out: dz
//   c        [T+1, B, H]  cell states of the forward
//   dy       [B, ldy]     gradient of this step's output; null for zeros
//   dh, dc   [B, H]       carried from step to step
//   lengths  [B]
//
// Past a sequence's end dz is 0 and dh, dc are carried unchanged. Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"

extern "C" __global__ void __launch_bounds__(256)
lstm_backward(float *gates, const float *c, const float *dy, float *dh, float *dc, const int *lengths, int t, int B, int H,
              int ldy, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    if (t >= lengths[b]) {
        return;                                                         // its gates are zeros already
    }
    float *z = gates + (long long) b * 4 * H + u;                            // [b, gate, u], H apart
    float i = z[0];
    float f = z[H];
    float g = z[2 * H];
    float o = z[3 * H];
    float c_before = c[(long long) slot_before(t, reverse) * B * H + index];
    float tanh_c = tanhf(c[(long long) slot_after(t, reverse) * B * H + index]);

    float dh_t = dh[index] + (dy ? dy[(long long) b * ldy + u] : 0.0f);
    float dc_t = dc[index] + dh_t * o * (1.0f - tanh_c * tanh_c);

    z[0]     = dc_t * g * (i * (1.0f - i));
    z[H]     = dc_t * c_before * (f * (1.0f - f));
    z[2 * H] = dc_t * i * (1.0f - g * g);
    z[3 * H] = dh_t * tanh_c * (o * (1.0f - o));
    dc[index] = dc_t * f;
    dh[index] = 0.0f;
}
