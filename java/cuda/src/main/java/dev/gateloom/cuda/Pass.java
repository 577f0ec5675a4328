package dev.gateloom.cuda;

import dev.gateloom.RnnMasks;

/** What the cells of a stack share in one forward and its backward. Owned by the plan; addresses are the device's. */
final class Pass {
    WeightAddresses weights;
    /** T of this call. */
    int steps;
    /** B of this call. */
    int batch;
    /** {@code [B]}. */
    long lengths;
    /** {@code [L·D, B, R]}: h0, then hN; in backward dhN, then dh0. */
    long stateH;
    /** {@code [L·D, B, H]}: the same of c; 0 unless the cell is an LSTM. */
    long stateC;
    /** Sums of weight gradients, as {@code RnnWeights.data()}; 0 if they are not wanted. */
    long gradients;
    /** What dropout and zoneout drew. */
    Masks masks;

    /** Where the gradient of a parameter is summed, by its place in {@link ParameterPlaces}. */
    long gradient(int place) {
        return gradients + (long) place * Float.BYTES;
    }

    /** Masks {@code [B, W]} of step t, of {@code [L·D, T, B, W]}; 0 without. */
    long stepMask(RnnMasks.Kind kind, int k, int t, int width) {
        return masks.at(kind, (long) k * steps + t, batch * width);
    }
}
