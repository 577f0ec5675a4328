// GRU, all steps of a layer, in one direction or both, in one launch, in bfloat16: fp32's exponent, 8 significant bits.
// gru_sequence_mma.cuh has the rest.
#include "gru_sequence_mma.cuh"

GRU_SEQUENCE(bf16, Bf16, false, )
GRU_SEQUENCE_SUMS(bf16, Bf16)
GRU_SEQUENCE(cluster_bf16, Bf16, true, CLUSTER)
