// LSTM, one step, after the products:
//
//   i = σ(z_i)   f = σ(z_f)   g = tanh(z_g)   o = σ(z_o)
//   c_t = f⊙c_{t-1} + i⊙g
//   h_t = o⊙tanh(c_t)
//
//   gates    [B, 4H]      in: z = W_ih x_t + b_ih + b_hh + W_hh h_{t-1}, order i, f, g, o; out: the activated gates,
//                         saved for backward; zeros in rows past a sequence's end
//   c        [T+1, B, H]  cell states, see slot_before; this step's slot is written
//   h        [T+1, B, H]  hidden states, the same
//   y        [B, ldy]     output of step t, at the direction's own columns: h_t, or 0 past a sequence's end
//   lengths  [B]
//
// A sequence that has ended, or reading backward has not begun, keeps its state. Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"

extern "C" __global__ void __launch_bounds__(256)
lstm_forward(float *gates, float *c, float *h, float *y, const int *lengths, int t, int B, int H, int ldy, int reverse) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    long long before = (long long) slot_before(t, reverse) * B * H + index;       // [t-1, b, u]
    long long after = (long long) slot_after(t, reverse) * B * H + index;         // [t, b, u]
    float *z = gates + (long long) b * 4 * H + u;                            // [b, gate, u], H apart
    bool valid = t < lengths[b];

    float i = sigmoid(z[0]);
    float f = sigmoid(z[H]);
    float g = tanhf(z[2 * H]);
    float o = sigmoid(z[3 * H]);
    float c_t = f * c[before] + i * g;
    float h_t = o * tanhf(c_t);

    z[0]     = valid ? i : 0.0f;
    z[H]     = valid ? f : 0.0f;
    z[2 * H] = valid ? g : 0.0f;
    z[3 * H] = valid ? o : 0.0f;
    c[after] = valid ? c_t : c[before];
    h[after] = valid ? h_t : h[before];
    y[(long long) b * ldy + u] = valid ? h_t : 0.0f;
}
