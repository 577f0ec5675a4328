// Plain RNN, all steps of a layer, in one direction or both, back in one launch:
//
//   dz = (dy_t + dh)⊙φ'(h_t)        dh <- W_hhᵀ dz
//
//   rnn_sequence_backward_1, _4, _8         rows of a tile
//
//   gates    [T, B, H]    out: dz, gradient of the products; zeros past a sequence's end
//   h        [T+1, B, H]  hidden states of the forward
//   dy       [T, B, ldy]  gradient of the output, at the (first) direction's own columns; null for zeros
//   dh       [D, B, H]    in: gradient of the final state; out: of the initial one
//   W_hh     [H, H]
//   lengths  [B]
//   flags, status, polls  not used: blocks wait for nobody
//   *_reverse  of the second direction; not used if the grid has one, which reads backward if reverse is set
//   units    H; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//   relu     0 for tanh
//
// Past a sequence's end dh is carried unchanged.
// Launch: (tiles of rows, D) blocks of at most 256: strategy A.
#include "rnn_sequence.cuh"
#include "sequence.cuh"

#define RNN_SEQUENCE_BACKWARD(ROWS)                                                                                            \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    rnn_sequence_backward_##ROWS(float *gates, const float *h, const float *dy, float *dh, const float *W_hh,                  \
                                 const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,          \
                                 int reverse, int units, int groups, int polls, int relu, float *gates_reverse,                \
                                 const float *h_reverse, const float *W_hh_reverse) {                                          \
        run_sequence<ROWS, false>(                                                                                             \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            RnnBackward{own(gates, gates_reverse), own(h, h_reverse), own_columns(dy, H),                                      \
                        own_part(dh, (long long) B * H), ldy, relu},                                                           \
            own(W_hh, W_hh_reverse));                                                                                          \
    }

RNN_SEQUENCE_BACKWARD(1)
RNN_SEQUENCE_BACKWARD(4)
RNN_SEQUENCE_BACKWARD(8)
