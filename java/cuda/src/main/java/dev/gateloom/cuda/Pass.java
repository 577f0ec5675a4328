package dev.gateloom.cuda;

/** What the cells of a stack share in one forward and its backward. Owned by the plan; addresses are the device's. */
final class Pass {
    WeightAddresses weights;
    /** T of this call. */
    int steps;
    /** B of this call. */
    int batch;
    /** {@code [B]}. */
    long lengths;
    /** {@code [L·D, B, H]}: h0, then hN; in backward dhN, then dh0. */
    long stateH;
    /** {@code [L·D, B, H]}: the same of c; 0 unless the cell is an LSTM. */
    long stateC;
    /** Sums of weight gradients, as {@code RnnWeights.data()}; 0 if they are not wanted. */
    long gradients;
}
