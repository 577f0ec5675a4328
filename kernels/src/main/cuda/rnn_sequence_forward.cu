// Plain RNN, all steps of a layer, in one direction or both, in one launch, after the products with the input:
//
//   h_t = φ(W_ih x_t + b_ih + b_hh + W_hh h_{t-1})      φ = tanh or max(0, ·)
//
//   rnn_sequence_forward_1, _4, _8          rows of a tile
//
//   gates    [T, B, H]    W_ih x_t + b_ih + b_hh; backward needs h alone
//   h        [T+1, B, H]  hidden states, see slot_before; the initial one is there, all others are written
//   y        [T, B, ldy]  output, at the (first) direction's own columns: h_t, or 0 past a sequence's end
//   W_hh     [H, H]
//   lengths  [B]
//   flags, status, polls  not used: blocks wait for nobody
//   *_reverse  of the second direction; not used if the grid has one, which reads backward if reverse is set
//   units    H; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//   relu     0 for tanh
//
// A sequence that has ended, or reading backward has not begun, keeps its state.
// Launch: (tiles of rows, D) blocks of at most 256: strategy A.
#include "rnn_sequence.cuh"
#include "sequence.cuh"

#define RNN_SEQUENCE_FORWARD(ROWS)                                                                                             \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    rnn_sequence_forward_##ROWS(const float *gates, float *h, float *y, const float *W_hh, const int *lengths,                 \
                                unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units,       \
                                int groups, int polls, int relu, const float *gates_reverse, float *h_reverse,                 \
                                const float *W_hh_reverse) {                                                                   \
        run_sequence<ROWS, false>(                                                                                             \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            RnnForward{own(gates, gates_reverse), own(h, h_reverse), own_columns(y, H), ldy, relu},                            \
            own(W_hh, W_hh_reverse));                                                                                          \
    }

RNN_SEQUENCE_FORWARD(1)
RNN_SEQUENCE_FORWARD(4)
RNN_SEQUENCE_FORWARD(8)
