// GRU, all steps of a layer, in one direction or both, in one launch, on tensor cores: the equations of
// gru_sequence_forward.cu and gru_sequence_backward.cu, made by gru_sequence_bf16.cu and gru_sequence_fp16.cu into
//
//   gru_sequence_forward_*, gru_sequence_backward_*                      one block, or a grid
//   gru_sequence_backward_sums_*                                         a grid, by partial sums: sequence_sums.cuh
//   gru_sequence_forward_cluster_*, gru_sequence_backward_cluster_*      clusters of 8 blocks: sm_90 and later
//
// Arguments as there, but for
//
//   W_hh       [3H, P] in 16 bits, from round_rows; P: H rounded up to 8
//   handed     [D, 2, B, K] in 16 bits, K = P forward, 3P backward: what blocks of a grid hand over
//              by partial sums what sequence_sums.cuh says, in fp32
//   flags, status, polls  used by a grid alone
//   magnitude  of gradients, see gemm_mma.cuh; null for no scale
//
// Launch: (parts · groups, D) blocks of 256, see sequence_mma.cuh, also for shared memory; all at once (cooperative) if blocks
// of a grid share W_hh.
#pragma once
#include "gru_sequence.cuh"
#include "sequence_sums.cuh"

#define GRU_SEQUENCE(SUFFIX, MATH, IN_CLUSTER, ATTRIBUTE)                                                                      \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    gru_sequence_forward_##SUFFIX(float *xs, float *hs, float *h, float *y, const unsigned short *W_hh, const float *b_hh,     \
                                  const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,         \
                                  int reverse, int units, int groups, int polls, int keep, unsigned short *handed,             \
                                  float *xs_reverse, float *hs_reverse, float *h_reverse,                                      \
                                  const unsigned short *W_hh_reverse, const float *b_hh_reverse) {                             \
        run_sequence<MATH, IN_CLUSTER>(                                                                                        \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            GruForward{own(xs, xs_reverse), own(hs, hs_reverse), own(h, h_reverse), own_columns(y, H),                         \
                       own(b_hh, b_hh_reverse), ldy, keep},                                                                    \
            own(W_hh, W_hh_reverse), handed, nullptr);                                                                         \
    }                                                                                                                          \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    gru_sequence_backward_##SUFFIX(float *xs, float *hs, const float *h, const float *dy, float *dh,                           \
                                   const unsigned short *W_hh, const int *lengths, unsigned *flags, unsigned *status, int T,   \
                                   int B, int H, int ldy, int reverse, int units, int groups, int polls,                       \
                                   unsigned short *handed, const unsigned *magnitude, float *xs_reverse, float *hs_reverse,    \
                                   const float *h_reverse, const unsigned short *W_hh_reverse) {                               \
        run_sequence<MATH, IN_CLUSTER>(                                                                                        \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            GruBackward{own(xs, xs_reverse), own(hs, hs_reverse), own(h, h_reverse), own_columns(dy, H),                       \
                        own_part(dh, (long long) B * H), ldy},                                                                 \
            own(W_hh, W_hh_reverse), handed, magnitude);                                                                       \
    }

// The same by partial sums, in a grid.
#define GRU_SEQUENCE_SUMS(SUFFIX, MATH)                                                                                        \
    extern "C" __global__ void __launch_bounds__(MOST_THREADS, 1)                                                              \
    gru_sequence_backward_sums_##SUFFIX(float *xs, float *hs, const float *h, const float *dy, float *dh,                      \
                                        const unsigned short *W_hh, const int *lengths, unsigned *flags, unsigned *status,     \
                                        int T, int B, int H, int ldy, int reverse, int units, int groups, int polls,           \
                                        float *handed, const unsigned *magnitude, float *xs_reverse, float *hs_reverse,        \
                                        const float *h_reverse, const unsigned short *W_hh_reverse) {                          \
        run_summed<MATH>({lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                        \
                         GruBackward{own(xs, xs_reverse), own(hs, hs_reverse), own(h, h_reverse), own_columns(dy, H),          \
                                     own_part(dh, (long long) B * H), ldy},                                                    \
                         own(W_hh, W_hh_reverse), handed, magnitude);                                                          \
    }
