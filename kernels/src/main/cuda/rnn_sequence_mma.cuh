// Plain RNN, all steps of a layer and direction in one launch, on tensor cores: the equations of rnn_sequence_forward.cu and
// rnn_sequence_backward.cu, made by rnn_sequence_bf16.cu and rnn_sequence_fp16.cu into
//
//   rnn_sequence_forward_*, rnn_sequence_backward_*
//
// Arguments as there, but for
//
//   W_hh       [H, P] in 16 bits, from round_rows; P: H rounded up to 8
//   handed     not used, like flags, status and polls
//   magnitude  of gradients, see gemm_mma.cuh; null for no scale
//
// Launch: a block of 256 for each tile of 8 rows, see sequence_mma.cuh, also for shared memory.
#pragma once
#include "rnn_sequence.cuh"
#include "sequence_mma.cuh"

#define RNN_SEQUENCE(SUFFIX, MATH)                                                                                             \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    rnn_sequence_forward_##SUFFIX(const float *gates, float *h, float *y, const unsigned short *W_hh, const int *lengths,      \
                                  unsigned *flags, unsigned *status, int T, int B, int H, int ldy, int reverse, int units,     \
                                  int groups, int polls, int relu, unsigned short *handed) {                                   \
        run_sequence<MATH, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},                          \
                           RnnForward{gates, h, y, ldy, relu}, W_hh, handed, nullptr);                                         \
    }                                                                                                                          \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    rnn_sequence_backward_##SUFFIX(float *gates, const float *h, const float *dy, float *dh, const unsigned short *W_hh,       \
                                   const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,        \
                                   int reverse, int units, int groups, int polls, int relu, unsigned short *handed,            \
                                   const unsigned *magnitude) {                                                                \
        run_sequence<MATH, false>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},                          \
                           RnnBackward{gates, h, dy, dh, ldy, relu}, W_hh, handed, magnitude);                                 \
    }
