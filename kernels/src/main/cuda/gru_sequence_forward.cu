// GRU with the reset after the recurrent product, all steps of a layer and direction in one launch, after the products with
// the input:
//
//   x = W_ih x_t + b_ih        s = W_hh h_{t-1} + b_hh
//   r = σ(x_r + s_r)   z = σ(x_z + s_z)   n = tanh(x_n + r⊙s_n)
//   h_t = (1-z)⊙n + z⊙h_{t-1}
//
//   gru_sequence_forward_1, _4, _8          rows of a tile
//   gru_sequence_forward_cluster_1, _4, _8    the same in clusters of 8 blocks (sm_90 and later), without flags, status, polls
//
//   xs       [T, B, 3H]   in: W_ih x_t + b_ih, order r, z, n; out, if keep: activated r, z, n, saved for backward; zeros in
//                         rows past a sequence's end
//   hs       [T, B, 3H]   out, if keep: its third part s_n, saved for backward; zeros past a sequence's end
//   h        [T+1, B, H]  hidden states, see slot_before; the initial one is there, all others are written; what blocks
//                         hand over
//   y        [T, B, ldy]  output, at the direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [3H, H]
//   b_hh     [3H]; null for zeros
//   lengths  [B]
//   flags    [ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: ceil(H / units) · groups blocks of at most 256, all at once (cooperative) if H > units.
#include "gru_sequence.cuh"
#include "sequence.cuh"

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_1(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                       unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                       int polls, int keep) {
    run_sequence<1, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_4(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                       unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                       int polls, int keep) {
    run_sequence<4, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_8(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                       unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                       int polls, int keep) {
    run_sequence<8, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh);
}

extern "C" __global__ void CLUSTER __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_cluster_1(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                               unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                               int polls, int keep) {
    run_sequence<1, true>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh);
}

extern "C" __global__ void CLUSTER __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_cluster_4(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                               unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                               int polls, int keep) {
    run_sequence<4, true>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh);
}

extern "C" __global__ void CLUSTER __launch_bounds__(MOST_THREADS, 1)
gru_sequence_forward_cluster_8(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh, const int *lengths,
                               unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units, int groups,
                               int polls, int keep) {
    run_sequence<8, true>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},
                    GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh);
}
