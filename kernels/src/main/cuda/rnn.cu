// Plain RNN, one step: forward after the products, h_t = φ(z) with φ = tanh or max(0, ·); backward before them,
// dz = (dy_t + dh)⊙φ'(h_t), dh <- 0, to which the caller adds dz · W_hh.
//
//   gates    [B, H]       forward in: z = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh; backward out: dz
//   h        [T+1, B, H]  hidden states, see slot_before
//   y, dy    [B, ldy]     output of step t and its gradient (null for zeros), at the direction's own columns
//   dh       [B, H]       carried from step to step
//   lengths  [B]          past a sequence's end: state kept, y and dz are 0, dh carried unchanged
//
// Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"
#include "rnn.cuh"

extern "C" __global__ void __launch_bounds__(256)
rnn_forward(const float *gates, float *h, float *y, const int *lengths, int t, int B, int H, int ldy, int reverse,
            int relu) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    bool valid = t < lengths[b];
    float h_t = rnn_activation(gates[index], relu);
    float h_before = h[(long long) slot_before(t, reverse) * B * H + index];                     // [t-1, b, u]
    h[(long long) slot_after(t, reverse) * B * H + index] = valid ? h_t : h_before;              // [t, b, u]
    y[(long long) b * ldy + u] = valid ? h_t : 0.0f;
}

extern "C" __global__ void __launch_bounds__(256)
rnn_backward(float *gates, const float *h, const float *dy, float *dh, const int *lengths, int t, int B, int H, int ldy,
             int reverse, int relu) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    int b = index / H;
    int u = index % H;
    if (t >= lengths[b]) {
        gates[index] = 0.0f;
        return;
    }
    float h_t = h[(long long) slot_after(t, reverse) * B * H + index];                           // [t, b, u]
    float dh_t = dh[index] + (dy ? dy[(long long) b * ldy + u] : 0.0f);
    gates[index] = dh_t * rnn_slope(h_t, relu);
    dh[index] = 0.0f;
}
