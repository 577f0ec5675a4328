package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.device.Stream;

/**
 * Where the parameters of each layer and direction lie on the device. Where a cell needs only the sum of its two biases,
 * that sum is made from them by {@link #sumBiases}.
 */
final class WeightAddresses {
    /** As {@code RnnWeights.data()}. */
    long parameters;
    /** {@code [L·D, G·H]}: {@link #biasSumWords} of them. */
    long biasSums;
    /** The matrices in 16 bits: {@link #packedWords} of them. */
    long halves;

    private final ParameterPlaces places;
    private final int gateRows;                 // G·H
    private final boolean summed;
    private final PackedWeights packed;         // null if products read fp32

    WeightAddresses(RnnConfig config, ParameterPlaces places, Precision precision) {
        this.places = places;
        gateRows = config.cell().gates() * config.hiddenSize();
        boolean apart = config.cell() == CellType.GRU && config.resetAfter() || config.layerNorm() != LayerNorm.NONE;
        summed = config.bias() && !apart;
        packed = precision == Precision.BF16 || precision == Precision.FP16 ? new PackedWeights(config) : null;
    }

    /** What {@link #biasSums} must hold; 0 if there are no biases, or the cell needs both. */
    int biasSumWords() {
        return summed ? places.biasIh.length * gateRows : 0;
    }

    /** {@code weight_ih [G·H, I]} of a layer and direction. */
    long weightIh(int k) {
        return at(places.weightIh[k]);
    }

    /** {@code weight_hh [G·H, R]}. */
    long weightHh(int k) {
        return at(places.weightHh[k]);
    }

    /** What the products with the input start from: both biases, or the first one if they are apart; 0 without. */
    long inputBias(int k) {
        return summed ? biasSums + (long) k * gateRows * Float.BYTES : at(places.biasIh[k]);
    }

    /** What the products with the state start from: the second bias; 0 if {@link #inputBias} has it, or without. */
    long recurrentBias(int k) {
        return summed ? 0 : at(places.biasHh[k]);
    }

    /** Computes the sums from the parameters, in the order of the stream. */
    void sumBiases(Rows rows, Stream stream) {
        for (int k = 0; summed && k < places.biasIh.length; k++) {
            rows.add(stream, inputBias(k), at(places.biasIh[k]), at(places.biasHh[k]), gateRows);
        }
    }

    /** A parameter by its place in {@link ParameterPlaces}; 0 for what the stack has not. */
    long at(int place) {
        return place < 0 ? 0 : parameters + (long) place * Float.BYTES;
    }

    /** What {@link #halves} must hold, in 32-bit words; 0 if products read fp32. */
    long packedWords() {
        return packed == null ? 0 : packed.words();
    }

    /** Makes the 16-bit copies from the parameters, in the order of the stream. */
    void pack(RoundedRows kernels, Stream stream) {
        if (packed != null) {
            packed.pack(stream, kernels, parameters, halves);
        }
    }

    /** The 16-bit copy of fp32 weights, given by the first of some rows, their distance and width; 0 if there is none. */
    long packed(long weights, int ld, int width) {
        long place = packed == null ? -1 : packed.find((weights - parameters) / Float.BYTES, ld, width);
        return place < 0 ? 0 : halves + place * Float.BYTES;
    }
}
