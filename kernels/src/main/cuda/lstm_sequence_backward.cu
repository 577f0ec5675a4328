// LSTM, all steps of a layer, in one direction or both, back in one launch:
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
//   dy       [T, B, ldy]  gradient of the output, at the (first) direction's own columns; null for zeros
//   dh, dc   [D, B, H]    in: gradients of the final state; out: of the initial one
//   W_hh     [4H, H]
//   lengths  [B]
//   flags    [D · ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   *_reverse  of the second direction; not used if the grid has one, which reads backward if reverse is set
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// Past a sequence's end dz is 0, as forward left the gates, and dh, dc are carried unchanged.
// Launch: (ceil(H / units) · groups, D) blocks of at most 256, all at once (cooperative) if H > units.
#include "lstm_sequence.cuh"
#include "sequence.cuh"

#define LSTM_SEQUENCE_BACKWARD(SUFFIX, ROWS, IN_CLUSTER, ATTRIBUTE)                                                            \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    lstm_sequence_backward_##SUFFIX(float *gates, const float *c, const float *dy, float *dh, float *dc, const float *W_hh,    \
                                    const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,       \
                                    int reverse, int units, int groups, int polls, float *gates_reverse,                       \
                                    const float *c_reverse, const float *W_hh_reverse) {                                       \
        long long state = (long long) B * H;                                                                                   \
        run_sequence<ROWS, IN_CLUSTER>(                                                                                        \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            LstmBackward{own(gates, gates_reverse), own(c, c_reverse), own_columns(dy, H), own_part(dh, state),                \
                         own_part(dc, state), ldy},                                                                            \
            own(W_hh, W_hh_reverse));                                                                                          \
    }

LSTM_SEQUENCE_BACKWARD(1, 1, false, )
LSTM_SEQUENCE_BACKWARD(4, 4, false, )
LSTM_SEQUENCE_BACKWARD(8, 8, false, )
LSTM_SEQUENCE_BACKWARD(cluster_1, 1, true, CLUSTER)
LSTM_SEQUENCE_BACKWARD(cluster_4, 4, true, CLUSTER)
LSTM_SEQUENCE_BACKWARD(cluster_8, 8, true, CLUSTER)
