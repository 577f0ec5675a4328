// Plain RNN, all steps of a layer in one launch, in bfloat16: fp32's exponent, 8 significant bits.
// rnn_sequence_mma.cuh has the rest.
#include "rnn_sequence_mma.cuh"

RNN_SEQUENCE(bf16, Bf16)
