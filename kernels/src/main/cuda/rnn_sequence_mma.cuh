// Plain RNN, all steps of a layer, in one direction or both, in one launch, on tensor cores: the equations of
// rnn_sequence_forward.cu and rnn_sequence_backward.cu, made by rnn_sequence_bf16.cu and rnn_sequence_fp16.cu into
//
//   rnn_sequence_forward_*, rnn_sequence_backward_*
//
// Arguments as there, but for
//
//   W_hh       [H, P] in 16 bits, from round_rows; P: H rounded up to 8
//   handed     not used, like flags, status and polls
//   magnitude  of gradients, see gemm_mma.cuh; null for no scale
//
// Launch: (tiles of 8 rows, D) blocks of 256, see sequence_mma.cuh, also for shared memory.
#pragma once
#include "rnn_sequence.cuh"
#include "sequence_mma.cuh"

#define RNN_SEQUENCE(SUFFIX, MATH)                                                                                             \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    rnn_sequence_forward_##SUFFIX(const float *gates, float *h, float *y, const unsigned short *W_hh, const int *lengths,      \
                                  unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units,     \
                                  int groups, int polls, int relu, unsigned short *handed, const float *gates_reverse,         \
                                  float *h_reverse, const unsigned short *W_hh_reverse) {                                      \
        run_sequence<MATH, false>(                                                                                             \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            RnnForward{own(gates, gates_reverse), own(h, h_reverse), own_columns(y, H), ldy, relu},                            \
            own(W_hh, W_hh_reverse), handed, nullptr);                                                                         \
    }                                                                                                                          \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    rnn_sequence_backward_##SUFFIX(float *gates, const float *h, const float *dy, float *dh, const unsigned short *W_hh,       \
                                   const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,        \
                                   int reverse, int units, int groups, int polls, int relu, unsigned short *handed,            \
                                   const unsigned *magnitude, float *gates_reverse, const float *h_reverse,                    \
                                   const unsigned short *W_hh_reverse) {                                                       \
        run_sequence<MATH, false>(                                                                                             \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            RnnBackward{own(gates, gates_reverse), own(h, h_reverse), own_columns(dy, H),                                      \
                        own_part(dh, (long long) B * H), ldy, relu},                                                           \
            own(W_hh, W_hh_reverse), handed, magnitude);                                                                       \
    }
