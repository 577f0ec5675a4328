// GRU, all steps of a layer, in one direction or both, in one launch, in IEEE half precision: 11 significant bits, 5 of exponent.
// gru_sequence_mma.cuh has the rest.
#include "gru_sequence_mma.cuh"

GRU_SEQUENCE(fp16, Fp16, false, )
GRU_SEQUENCE_SUMS(fp16, Fp16)
GRU_SEQUENCE(cluster_fp16, Fp16, true, CLUSTER)
