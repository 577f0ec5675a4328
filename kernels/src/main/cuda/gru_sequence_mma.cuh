// GRU, all steps of a layer and direction in one launch, on tensor cores: the equations of gru_sequence_forward.cu and
// gru_sequence_backward.cu, made by gru_sequence_bf16.cu and gru_sequence_fp16.cu into
//
//   gru_sequence_forward_*, gru_sequence_backward_*                      one block, or a grid
//   gru_sequence_forward_cluster_*, gru_sequence_backward_cluster_*      clusters of 8 blocks: sm_90 and later
//
// Arguments as there, but for
//
//   W_hh       [3H, P] in 16 bits, from round_rows; P: H rounded up to 8
//   handed     [2, B, K] in 16 bits, K = P forward, 3P backward: what blocks of a grid hand over
//   flags, status, polls  used by a grid alone
//   magnitude  of gradients, see gemm_mma.cuh; null for no scale
//
// Launch: parts · groups blocks of 256, see sequence_mma.cuh, also for shared memory; all at once (cooperative) if blocks of a
// grid share W_hh.
#pragma once
#include "gru_sequence.cuh"
#include "sequence_mma.cuh"

#define GRU_SEQUENCE(SUFFIX, MATH, IN_CLUSTER, ATTRIBUTE)                                                                      \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    gru_sequence_forward_##SUFFIX(float *xs, float *hs, float *h, float *y, const unsigned short *W_hh, const float *b_hh,     \
                                  const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,         \
                                  int reverse, int units, int groups, int polls, int keep, unsigned short *handed) {           \
        run_sequence<MATH, IN_CLUSTER>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},                     \
                           GruForward{xs, hs, h, y, b_hh, ldy, keep}, W_hh, handed, nullptr);                                  \
    }                                                                                                                          \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    gru_sequence_backward_##SUFFIX(float *xs, float *hs, const float *h, const float *dy, float *dh,                           \
                                   const unsigned short *W_hh, const int *lengths, unsigned *flags, unsigned *status, int T,   \
                                   int B, int H, int ldy, int reverse, int units, int groups, int polls,                       \
                                   unsigned short *handed, const unsigned *magnitude) {                                        \
        run_sequence<MATH, IN_CLUSTER>({lengths, {flags, status, polls}, T, B, H, reverse, units, groups},                     \
                           GruBackward{xs, hs, h, dy, dh, ldy}, W_hh, handed, magnitude);                                      \
    }
