// GRU with the reset after the recurrent product, all steps of a layer, in one direction or both, in one launch, after the
// products with the input:
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
//   y        [T, B, ldy]  output, at the (first) direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [3H, H]
//   b_hh     [3H]; null for zeros
//   lengths  [B]
//   flags    [D · ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   *_reverse  of the second direction; not used if the grid has one, which reads backward if reverse is set
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: (ceil(H / units) · groups, D) blocks of at most 256, all at once (cooperative) if H > units.
#include "gru_sequence.cuh"
#include "sequence.cuh"

#define GRU_SEQUENCE_FORWARD(SUFFIX, ROWS, IN_CLUSTER, ATTRIBUTE)                                                              \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    gru_sequence_forward_##SUFFIX(float *xs, float *hs, float *h, float *y, const float *W_hh, const float *b_hh,              \
                                  const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,         \
                                  int reverse, int units, int groups, int polls, int keep, float *xs_reverse,                  \
                                  float *hs_reverse, float *h_reverse, const float *W_hh_reverse,                              \
                                  const float *b_hh_reverse) {                                                                 \
        run_sequence<ROWS, IN_CLUSTER>(                                                                                        \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            GruForward{own(xs, xs_reverse), own(hs, hs_reverse), own(h, h_reverse), own_columns(y, H),                         \
                       own(b_hh, b_hh_reverse), ldy, keep},                                                                    \
            own(W_hh, W_hh_reverse));                                                                                          \
    }

GRU_SEQUENCE_FORWARD(1, 1, false, )
GRU_SEQUENCE_FORWARD(4, 4, false, )
GRU_SEQUENCE_FORWARD(8, 8, false, )
GRU_SEQUENCE_FORWARD(cluster_1, 1, true, CLUSTER)
GRU_SEQUENCE_FORWARD(cluster_4, 4, true, CLUSTER)
GRU_SEQUENCE_FORWARD(cluster_8, 8, true, CLUSTER)
