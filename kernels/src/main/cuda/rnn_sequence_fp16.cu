// Plain RNN, all steps of a layer in one launch, in IEEE half precision: 11 significant bits, 5 of exponent.
// rnn_sequence_mma.cuh has the rest.
#include "rnn_sequence_mma.cuh"

RNN_SEQUENCE(fp16, Fp16)
