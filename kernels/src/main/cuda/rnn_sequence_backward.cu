// Plain RNN, all steps of a layer and direction back in one launch:
//
//   dz = (dy_t + dh)⊙φ'(h_t)        dh <- W_hhᵀ dz
//
//   rnn_sequence_backward_1, _4, _8         rows of a tile
//
//   gates    [T, B, H]    out: dz, gradient of the products; zeros past a sequence's end
//   h        [T+1, B, H]  hidden states of the forward
//   dy       [T, B, ldy]  gradient of the output, at the direction's own columns; null for zeros
//   dh       [B, H]       in: gradient of the final state; out: of the initial one
//   W_hh     [H, H]
//   lengths  [B]
//   flags, status, polls  not used: blocks wait for nobody
//   units    H; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//   relu     0 for tanh
//
// Past a sequence's end dh is carried unchanged.
// Launch: a block of at most 256 for each tile of rows: strategy A.
#include "rnn_sequence.cuh"
#include "sequence.cuh"

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
rnn_sequence_backward_1(float *gates, const float *h, const float *dy, float *dh, const float *W_hh, const int *lengths,
                        unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                        int polls, int relu) {
    run_sequence<1, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                           RnnBackward{gates, h, dy, dh, ldy, relu}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
rnn_sequence_backward_4(float *gates, const float *h, const float *dy, float *dh, const float *W_hh, const int *lengths,
                        unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                        int polls, int relu) {
    run_sequence<4, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                           RnnBackward{gates, h, dy, dh, ldy, relu}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
rnn_sequence_backward_8(float *gates, const float *h, const float *dy, float *dh, const float *W_hh, const int *lengths,
                        unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                        int polls, int relu) {
    run_sequence<8, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                           RnnBackward{gates, h, dy, dh, ldy, relu}, W_hh);
}
