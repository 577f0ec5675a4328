package dev.gateloom.cpu;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import java.util.stream.IntStream;

/**
 * Packed weights of one layer and direction for the fused cells. The columns of the forward panels are the gates of V
 * units side by side: panel u is {@code [k][G][V]} for units u·V to u·V + V - 1, so that one tile holds all gates of
 * its units. The transposed panels give the gradients of the layer's input and of h. Padding is zero.
 */
final class FusedPack {
    /** Columns of W packed at a time, so that the lines written stay in the first-level cache. */
    private static final int STRIP = 32;

    final Panels input;             // [I] -> gates
    final Panels recurrent;         // [Hp] -> gates
    final float[] bias;             // [Hp / V, G, V]: b_ih + b_hh, without b_hn for the GRU
    final float[] biasN;            // [Hp]: b_hn of the GRU
    Panels inputTransposed;         // gates -> [I]
    Panels recurrentTransposed;     // gates -> [Hp]

    private final Kernels kernels;
    private final LayerIo io;
    private final int[] inputRows;      // offsets of V rows of W_ih and W_hh
    private final int[] recurrentRows;
    private final int lanes;
    private final int gates;
    private final int hidden;
    private final int blocks;

    /** Recurrent only: the copy of a plan with DropConnect, which has no use for a second input side. */
    FusedPack(Kernels kernels, LayerIo io, boolean recurrentOnly) {
        this.kernels = kernels;
        this.io = io;
        RnnConfig c = io.config;
        lanes = kernels.lanes;
        gates = c.cell().gates();
        hidden = c.hiddenSize();
        blocks = kernels.pad(hidden) / lanes;
        int columns = gates * blocks * lanes;
        input = recurrentOnly ? null : new Panels(kernels, gates, io.inputWidth(), columns);
        recurrent = new Panels(kernels, gates, blocks * lanes, columns);
        int columnsOfInput = io.inputParts * io.inputPart;
        inputRows = IntStream.range(0, lanes).map(l -> l * columnsOfInput).toArray();
        recurrentRows = IntStream.range(0, lanes).map(l -> l * hidden).toArray();
        bias = new float[columns];
        biasN = new float[c.cell() == CellType.GRU ? blocks * lanes : 0];
    }

    /** Makes room for the transposed panels. */
    void allocateTransposed() {
        if (recurrentTransposed == null) {
            int columns = gates * blocks * lanes;
            inputTransposed = input == null ? null : new Panels(kernels, 4, columns, io.inputWidth());
            recurrentTransposed = new Panels(kernels, 4, columns, blocks * lanes);
        }
    }

    /** One thread's share of the input side: panels, bias, transposed panels if asked for. */
    void packInput(float[] w, LayerParameters at, boolean transposed, boolean forward, int id, int n) {
        int columns = io.inputParts * io.inputPart;
        for (int part = 0; part < io.inputParts; part++) {
            int row = part * io.inputPartStored;
            int column = at.weightIh + part * io.inputPart;
            if (transposed) {
                packTransposed(inputTransposed, w, column, columns, io.inputPart, row, null, 0, id, n);
            }
            if (forward) {
                packGates(input, w, column, columns, io.inputPart, row, null, 0, id, n);
            }
        }
        if (forward && at.biasIh >= 0) {
            packBias(w, at, id, n);
        }
    }

    /** One thread's share of the recurrent side; with DropConnect times a mask. */
    void packRecurrent(float[] w, LayerParameters at, boolean transposed, boolean forward, float[] mask, int maskStart,
            int id, int n) {
        if (forward) {
            packGates(recurrent, w, at.weightHh, hidden, hidden, 0, mask, maskStart, id, n);
        }
        if (transposed) {
            packTransposed(recurrentTransposed, w, at.weightHh, hidden, hidden, 0, mask, maskStart, id, n);
        }
    }

    /** {@code P[u][row + j][g][lane] = W[g·H + u·V + lane][j]}, j in [0, count). */
    private void packGates(Panels p, float[] w, int wo, int ldw, int count, int row, float[] mask, int mo, int id, int n) {
        int end = LayerCell.share(blocks, id + 1, n);
        int[] rows = p == recurrent ? recurrentRows : inputRows;
        for (int u = LayerCell.share(blocks, id, n); u < end; u++) {
            int units = Math.min(lanes, hidden - u * lanes);
            for (int j0 = 0; j0 < count; j0 += STRIP) {
                int strip = Math.min(count - j0, STRIP);
                for (int g = 0; g < gates; g++) {
                    int from = (g * hidden + u * lanes) * ldw + j0;
                    int to = p.at(u) + (row + j0) * p.width + g * lanes;
                    if (units == lanes && mask == null) {
                        kernels.transpose(strip, w, wo + from, rows, p.data, to, p.width);
                        continue;
                    }
                    for (int lane = 0; lane < units; lane++) {
                        for (int j = 0; j < strip; j++) {
                            float value = w[wo + from + lane * ldw + j];
                            p.data[to + j * p.width + lane] = mask == null ? value : value * mask[mo + from + lane * ldw + j];
                        }
                    }
                }
            }
        }
    }

    /** {@code P[(column + j) / 4V][(u·G + g)·V + lane][(column + j) % 4V] = W[g·H + u·V + lane][j]}, j in [0, count). */
    private void packTransposed(Panels p, float[] w, int wo, int ldw, int count, int column, float[] mask, int mo, int id,
            int n) {
        int end = LayerCell.share(blocks, id + 1, n);
        for (int u = LayerCell.share(blocks, id, n); u < end; u++) {
            int units = Math.min(lanes, hidden - u * lanes);
            for (int g = 0; g < gates; g++) {
                for (int lane = 0; lane < units; lane++) {
                    int from = (g * hidden + u * lanes + lane) * ldw;
                    int row = (u * gates + g) * lanes + lane;
                    int j = 0;
                    while (j < count) {
                        int panel = (column + j) / p.width;
                        int inside = (column + j) - panel * p.width;
                        int length = Math.min(count - j, p.width - inside);
                        int to = p.at(panel) + row * p.width + inside;
                        System.arraycopy(w, wo + from + j, p.data, to, length);
                        for (int i = 0; i < length && mask != null; i++) {
                            p.data[to + i] *= mask[mo + from + j + i];
                        }
                        j += length;
                    }
                }
            }
        }
    }

    private void packBias(float[] w, LayerParameters at, int id, int n) {
        int end = LayerCell.share(blocks, id + 1, n);
        for (int u = LayerCell.share(blocks, id, n); u < end; u++) {
            for (int lane = 0; lane < lanes && u * lanes + lane < hidden; lane++) {
                int unit = u * lanes + lane;
                for (int g = 0; g < gates; g++) {
                    boolean apart = biasN.length > 0 && g == 2;
                    float ih = w[at.biasIh + g * hidden + unit];
                    float hh = w[at.biasHh + g * hidden + unit];
                    bias[(u * gates + g) * lanes + lane] = apart ? ih : ih + hh;
                    if (apart) {
                        biasN[unit] = hh;
                    }
                }
            }
        }
    }
}
