// LSTM, all steps of a layer, in one direction or both, in one launch, in IEEE half precision: 11 significant bits, 5 of exponent.
// lstm_sequence_mma.cuh has the rest.
#include "lstm_sequence_mma.cuh"

LSTM_SEQUENCE(fp16, Fp16, false, )
LSTM_SEQUENCE_SUMS(fp16, Fp16)
LSTM_SEQUENCE(cluster_fp16, Fp16, true, CLUSTER)
