// LSTM, all steps of a layer, in one direction or both, in one launch, after the products with the input:
//
//   z_t = (W_ih x_t + b_ih + b_hh) + W_hh h_{t-1}
//   i = σ(z_i)   f = σ(z_f)   g = tanh(z_g)   o = σ(z_o)
//   c_t = f⊙c_{t-1} + i⊙g
//   h_t = o⊙tanh(c_t)
//
//   lstm_sequence_forward_1, _4, _8         rows of a tile
//   lstm_sequence_forward_cluster_1, _4, _8    the same in clusters of 8 blocks (sm_90 and later), without flags, status, polls
//
//   gates    [T, B, 4H]   in: W_ih x_t + b_ih + b_hh, order i, f, g, o; out, if keep: the activated gates, saved for
//                         backward; zeros in rows past a sequence's end
//   c        [T+1, B, H]  cell states, see slot_before; the initial one is there, all others are written
//   h        [T+1, B, H]  hidden states, the same; what blocks hand over
//   y        [T, B, ldy]  output, at the (first) direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [4H, H]
//   lengths  [B]
//   flags    [D · ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   *_reverse  of the second direction; not used if the grid has one, which reads backward if reverse is set
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: (ceil(H / units) · groups, D) blocks of at most 256, all at once (cooperative) if H > units.
#include "lstm_sequence.cuh"
#include "sequence.cuh"

#define LSTM_SEQUENCE_FORWARD(SUFFIX, ROWS, IN_CLUSTER, ATTRIBUTE)                                                             \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    lstm_sequence_forward_##SUFFIX(float *gates, float *c, float *h, float *y, const float *W_hh, const int *lengths,          \
                                   unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units,    \
                                   int groups, int polls, int keep, float *gates_reverse, float *c_reverse,                    \
                                   float *h_reverse, const float *W_hh_reverse) {                                              \
        run_sequence<ROWS, IN_CLUSTER>(                                                                                        \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            LstmForward{own(gates, gates_reverse), own(c, c_reverse), own(h, h_reverse), own_columns(y, H), ldy, keep},        \
            own(W_hh, W_hh_reverse));                                                                                          \
    }

LSTM_SEQUENCE_FORWARD(1, 1, false, )
LSTM_SEQUENCE_FORWARD(4, 4, false, )
LSTM_SEQUENCE_FORWARD(8, 8, false, )
LSTM_SEQUENCE_FORWARD(cluster_1, 1, true, CLUSTER)
LSTM_SEQUENCE_FORWARD(cluster_4, 4, true, CLUSTER)
LSTM_SEQUENCE_FORWARD(cluster_8, 8, true, CLUSTER)
