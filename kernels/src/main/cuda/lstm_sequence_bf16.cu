// LSTM, all steps of a layer, in one direction or both, in one launch, in bfloat16: fp32's exponent, 8 significant bits.
// lstm_sequence_mma.cuh has the rest.
#include "lstm_sequence_mma.cuh"

LSTM_SEQUENCE(bf16, Bf16, false, )
LSTM_SEQUENCE_SUMS(bf16, Bf16)
LSTM_SEQUENCE(cluster_bf16, Bf16, true, CLUSTER)
