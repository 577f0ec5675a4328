// GRU with the reset after the recurrent product, all steps of a layer, in one direction or both, back in one launch:
//
//   dh  = dy_t + dh⊙z + W_hhᵀ (dr, dz, ds_n), the last two of step t+1
//   dn  = dh⊙(1-z)⊙(1-n²)                   dz   = dh⊙(h_{t-1} - n)⊙z⊙(1-z)
//   dr  = dn⊙s_n⊙r⊙(1-r)                    ds_n = dn⊙r
//
//   gru_sequence_backward_1, _4, _8         rows of a tile
//   gru_sequence_backward_cluster_1, _4, _8    the same in clusters of 8 blocks (sm_90 and later), without flags, status, polls
//
//   xs       [T, B, 3H]   in: activated r, z, n; out: dr, dz, dn: gradient of W_ih x + b_ih
//   hs       [T, B, 3H]   in: s_n in its third part; out: dr, dz, ds_n: gradient of W_hh h + b_hh, what blocks hand over
//   h        [T+1, B, H]  hidden states of the forward
//   dy       [T, B, ldy]  gradient of the output, at the (first) direction's own columns; null for zeros
//   dh       [D, B, H]    in: gradient of the final state; out: of the initial one
//   W_hh     [3H, H]
//   lengths  [B]
//   flags    [D · ceil(B / rows)], FLAG_STRIDE apart, zeros; status [1]; polls: see exchange.cuh
//   *_reverse  of the second direction; not used if the grid has one, which reads backward if reverse is set
//   units    of a block; groups of blocks: see sequence.cuh, also for the launch and its shared memory
//
// Past a sequence's end the gradients are 0 and dh is carried unchanged.
// Launch: (ceil(H / units) · groups, D) blocks of at most 256, all at once (cooperative) if H > units.
#include "gru_sequence.cuh"
#include "sequence.cuh"

#define GRU_SEQUENCE_BACKWARD(SUFFIX, ROWS, IN_CLUSTER, ATTRIBUTE)                                                             \
    extern "C" __global__ void ATTRIBUTE __launch_bounds__(MOST_THREADS, 1)                                                    \
    gru_sequence_backward_##SUFFIX(float *xs, float *hs, const float *h, const float *dy, float *dh, const float *W_hh,        \
                                   const int *lengths, unsigned *flags, unsigned *status, int T, int B, int H, int ldy,        \
                                   int reverse, int units, int groups, int polls, float *xs_reverse, float *hs_reverse,        \
                                   const float *h_reverse, const float *W_hh_reverse) {                                        \
        run_sequence<ROWS, IN_CLUSTER>(                                                                                        \
            {lengths, {flags, status, polls}, T, B, H, own_order(reverse), units, groups},                                     \
            GruBackward{own(xs, xs_reverse), own(hs, hs_reverse), own(h, h_reverse), own_columns(dy, H),                       \
                        own_part(dh, (long long) B * H), ldy},                                                                 \
            own(W_hh, W_hh_reverse));                                                                                          \
    }

GRU_SEQUENCE_BACKWARD(1, 1, false, )
GRU_SEQUENCE_BACKWARD(4, 4, false, )
GRU_SEQUENCE_BACKWARD(8, 8, false, )
GRU_SEQUENCE_BACKWARD(cluster_1, 1, true, CLUSTER)
GRU_SEQUENCE_BACKWARD(cluster_4, 4, true, CLUSTER)
GRU_SEQUENCE_BACKWARD(cluster_8, 8, true, CLUSTER)
