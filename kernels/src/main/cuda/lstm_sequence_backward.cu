// LSTM, all steps of a layer and direction back in one launch:
//
//   dh   = dy_t + W_hhᵀ dz_{t+1}                dc  = dc + dh⊙o⊙(1 - tanh²(c_t))
//   dz_o = dh⊙tanh(c_t)⊙o⊙(1-o)                 dz_i = dc⊙g⊙i⊙(1-i)
//   dz_f = dc⊙c_{t-1}⊙f⊙(1-f)                   dz_g = dc⊙i⊙(1-g²)
//   dc  <- dc⊙f
//
//   lstm_sequence_backward_1, _4, _8        rows of a tile
//   lstm_sequence_backward_cluster_1, _4, _8    the same in clusters of 8 blocks (sm_90 and later), without flags, status, polls
//
//   gates    [T, B, 4H]   in: activated gates of the forward; out: dz, which is what blocks hand over
//   c        [T+1, B, H]  cell states of the forward
//   dy       [T, B, ldy]  gradient of the output, at the direction's own columns; null for zeros
//   dh, dc   [B, H]       in: gradients of the final state; out: of the initial one
//   W_hh     [4H, H]
//   lengths  [B]
//   flags    [ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// Past a sequence's end dz is 0, as forward left the gates, and dh, dc are carried unchanged.
// Launch: ceil(H / units) · groups blocks of at most 256, all at once (cooperative) if H > units.
#include "lstm_sequence.cuh"
#include "sequence.cuh"

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_1(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                         const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                         int units, int groups, int polls) {
    run_sequence<1, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, ldy}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_4(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                         const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                         int units, int groups, int polls) {
    run_sequence<4, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, ldy}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_8(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                         const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                         int units, int groups, int polls) {
    run_sequence<8, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, ldy}, W_hh);
}

extern "C" __global__ void CLUSTER __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_cluster_1(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                                 const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                                 int units, int groups, int polls) {
    run_sequence<1, true>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, ldy}, W_hh);
}

extern "C" __global__ void CLUSTER __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_cluster_4(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                                 const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                                 int units, int groups, int polls) {
    run_sequence<4, true>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, ldy}, W_hh);
}

extern "C" __global__ void CLUSTER __launch_bounds__(MOST_THREADS, 1)
lstm_sequence_backward_cluster_8(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,
                                 const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse,
                                 int units, int groups, int polls) {
    run_sequence<8, true>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    LstmBackward{gates, c, dy, dh, dc, ldy}, W_hh);
}
