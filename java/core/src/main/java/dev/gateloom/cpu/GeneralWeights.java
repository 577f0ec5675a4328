package dev.gateloom.cpu;

import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;
import dev.gateloom.spi.Call;

/**
 * The matrices of one layer and direction of a {@link GeneralCell}, packed for {@link Products}. Gate g of a row of
 * products lies at {@code g · unitStride}.
 */
final class GeneralWeights {
    private final LayerIo io;
    private final int gates;
    private final int hidden;
    private final int outputs;      // R
    private final int unitStride;
    /** W_ih and W_hh transposed: columns are gates' units. */
    final Panels input;
    final Panels recurrent;
    /** W_hr transposed; null without projection. */
    final Panels projection;
    /** For backward: W_ih, the part of W_hh of each gate, W_hr. */
    final Panels inputBack;
    final Panels[] recurrentBack;
    final Panels projectionBack;
    /** Where the matrices start in the weights and in gradients; -1 without projection. */
    final int weightIh;
    final int weightHh;
    final int weightHr;
    private RnnWeights packedWeights;
    private long packedVersion;

    GeneralWeights(Kernels kernels, LayerIo io, Mode mode) {
        this.io = io;
        RnnConfig config = io.config;
        gates = config.cell().gates();
        hidden = config.hiddenSize();
        outputs = config.outputSize();
        unitStride = Panels.round(hidden, 4 * kernels.lanes);
        weightIh = offset("weight_ih");
        weightHh = offset("weight_hh");
        weightHr = offset("weight_hr");
        boolean training = mode == Mode.TRAINING;
        boolean projected = config.projSize() > 0;
        input = new Panels(kernels, 4, io.inputWidth(), gates * unitStride);
        recurrent = new Panels(kernels, 4, outputs, gates * unitStride);
        projection = projected ? new Panels(kernels, 4, hidden, outputs) : null;
        inputBack = training ? new Panels(kernels, 4, gates * unitStride, io.inputWidth()) : null;
        recurrentBack = new Panels[training ? gates : 0];
        for (int g = 0; g < recurrentBack.length; g++) {
            recurrentBack[g] = new Panels(kernels, 4, hidden, outputs);
        }
        projectionBack = training && projected ? new Panels(kernels, 4, outputs, hidden) : null;
    }

    private int offset(String name) {
        String full = name + RnnConfig.suffix(io.layer, io.direction);
        return RnnWeights.layout(io.config).stream().filter(p -> p.name().equals(full)).mapToInt(Parameter::offset)
                .findFirst().orElse(-1);
    }

    /** Panels of the recurrent products from gate first to gate last - 1: this is where the first starts. */
    int gatePanel(int gate) {
        return gate * unitStride / recurrent.width;
    }

    /** Packs what has changed: the weights, or the DropConnect mask of this call. */
    void prepare(Call call) {
        float[] mask = dropConnect(call);
        if (packedWeights == call.weights && packedVersion == call.weights.version() && mask == null) {
            return;
        }
        packedWeights = call.weights;
        packedVersion = call.weights.version();
        float[] w = call.weights.data();
        int columns = io.inputParts * io.inputPart;
        for (int g = 0; g < gates; g++) {
            for (int j = 0; j < hidden; j++) {
                int row = g * hidden + j;
                int unit = g * unitStride + j;
                for (int k = 0; k < io.inputWidth(); k++) {
                    int column = io.inputColumn(k);
                    float value = column < 0 ? 0 : w[weightIh + row * columns + column];
                    put(input, k, unit, value);
                    put(inputBack, unit, k, value);
                }
                int hh = weightHh + row * outputs;
                for (int k = 0; k < outputs; k++) {
                    float value = w[hh + k] * (mask == null ? 1 : mask[maskRow(row) + k]);
                    put(recurrent, k, unit, value);
                    if (recurrentBack.length > 0) {
                        put(recurrentBack[g], j, k, value);
                    }
                }
            }
        }
        for (int p = 0; p < outputs && projection != null; p++) {
            for (int j = 0; j < hidden; j++) {
                put(projection, j, p, w[weightHr + p * hidden + j]);
                put(projectionBack, p, j, w[weightHr + p * hidden + j]);
            }
        }
    }

    /** The DropConnect mask [L·D, G·H, R] of this call; null for none. */
    static float[] dropConnect(Call call) {
        return call.masks == null ? null : call.masks.get(RnnMasks.Kind.WEIGHT_HH);
    }

    /** Where the mask of a row of W_hh starts. */
    int maskRow(int row) {
        int k = io.layer * io.config.numDirections() + io.direction;
        return (k * gates * hidden + row) * outputs;
    }

    private static void put(Panels p, int k, int column, float value) {
        if (p != null) {
            p.data[p.at(column / p.width) + k * p.width + column % p.width] = value;
        }
    }
}
