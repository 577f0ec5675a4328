// Plain RNN with rare options, one step: h' = φ(a) with φ = tanh or max(0, ·) after the products, to be zoned out;
// da = dh'⊙φ'(a) before them.
//
//   gates    [B, H]   in: a = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh; then h', saved for backward; then da
//   dh_new   [B, H]   gradient of h', zeros past a sequence's end
//   relu              0 for tanh
//
// Launch: ceil(B·H / 256) blocks of 256.
#include "common.cuh"
#include "rnn.cuh"

extern "C" __global__ void __launch_bounds__(256)
rnn_general_forward(float *gates, int B, int H, int relu) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    gates[index] = rnn_activation(gates[index], relu);
}

extern "C" __global__ void __launch_bounds__(256)
rnn_general_backward(float *gates, const float *dh_new, int B, int H, int relu) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= B * H) {
        return;
    }
    gates[index] = dh_new[index] * rnn_slope(gates[index], relu);
}
