// Plain RNN, all steps of a layer and direction in one launch, after the products with the input:
//
//   h_t = φ(W_ih x_t + b_ih + b_hh + W_hh h_{t-1})      φ = tanh or max(0, ·)
//
//   rnn_sequence_forward_1, _4, _8          rows of a tile
//
//   gates    [T, B, H]    W_ih x_t + b_ih + b_hh; backward needs h alone
//   h        [T+1, B, H]  hidden states, see slot_before; the initial one is there, all others are written
//   y        [T, B, ldy]  output, at the direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [H, H]
//   lengths  [B]
//   flags, status, polls  not used: blocks wait for nobody
//   units    H; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//   relu     0 for tanh
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: a block of at most 256 for each tile of rows: strategy A.
#include "rnn_sequence.cuh"
#include "sequence.cuh"

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
rnn_sequence_forward_1(const float *gates, float *h, float *y, const float *W_hh, const int *lengths, unsigned *flags,
                       unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups, int polls, int relu) {
    run_sequence<1, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                           RnnForward{gates, h, y, ldy, relu}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
rnn_sequence_forward_4(const float *gates, float *h, float *y, const float *W_hh, const int *lengths, unsigned *flags,
                       unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups, int polls, int relu) {
    run_sequence<4, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                           RnnForward{gates, h, y, ldy, relu}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
rnn_sequence_forward_8(const float *gates, float *h, float *y, const float *W_hh, const int *lengths, unsigned *flags,
                       unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups, int polls, int relu) {
    run_sequence<8, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                           RnnForward{gates, h, y, ldy, relu}, W_hh);
}
