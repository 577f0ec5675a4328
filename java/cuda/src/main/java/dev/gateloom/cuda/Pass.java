package dev.gateloom.cuda;

import dev.gateloom.RnnMasks;

/** What the cells of a stack share in one forward and its backward. Owned by the plan; addresses are the device's. */
final class Pass {
    WeightAddresses weights;
    /** T of this call. */
    int steps;
    /** Whether this is a single step, in inference, of a plan that was made for more. */
    boolean isStep;
    /** B of this call. */
    int batch;
    /** Whether some sequences may be shorter than T. */
    boolean ragged;
    /** {@code [B]}. */
    long lengths;
    /** {@code [L·D, B, R]}: h0, then hN; in backward dhN, then dh0. */
    long stateH;
    /** {@code [L·D, B, H]}: the same of c; 0 unless the cell is an LSTM. */
    long stateC;
    /** {@code [T, B, D·R]}: gradient of the stack's output; 0 for zeros. */
    long dOutput;
    /** Whether the gradient of the stack's input is wanted. */
    boolean dInput;
    /** Sums of weight gradients, as {@code RnnWeights.data()}; 0 if they are not wanted. */
    long gradients;
    /** What dropout and zoneout drew. */
    Masks masks;

    /** {@code [D, B, W]} of a layer, of {@code [L·D, B, W]}; 0 for a state that there is none of. */
    long state(long states, int layer, int width) {
        return states == 0 ? 0 : states + (long) layer * batch * width * Float.BYTES;
    }

    /** Where the gradient of a parameter is summed, by its place in {@link ParameterPlaces}. */
    long gradient(int place) {
        return gradients + (long) place * Float.BYTES;
    }

    /** Masks {@code [B, W]} of step t, of {@code [L·D, T, B, W]}; 0 without. */
    long stepMask(RnnMasks.Kind kind, int k, int t, int width) {
        return masks.at(kind, (long) k * steps + t, batch * width);
    }
}
