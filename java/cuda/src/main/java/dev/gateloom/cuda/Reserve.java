package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;

/**
 * What forward leaves for backward, for one layer and direction; in inference, where nothing is left, the layers of a direction
 * share what they can. Sizes are those of the call, so that the rows of all steps stand in a row for the products over them.
 *
 * @param gates {@code [T, B, G·H]}: products, then activated gates, then their gradients
 * @param recurrent {@code [T, B, 3H]}, one step of it in inference: a GRU's products with the state, then their
 *     gradients; 0 for other cells and with the reset before that product
 * @param h {@code [T+1, B, R]}: hidden states. Reading forward, slot t is the state before step t and slot t+1 the one
 *     after it; reading backward it is the other way round
 * @param c {@code [T+1, B, H]}: cell states, the same; 0 unless the cell is an LSTM
 */
record Reserve(long gates, long recurrent, long h, long c) {

    static Reserve allocate(Workspace workspace, RnnConfig config, Shape shape, Mode mode) {
        long gateRows = (long) config.cell().gates() * config.hiddenSize();
        long rows = (long) shape.maxSteps() * shape.maxBatch();
        return allocate(workspace, config, shape, mode, workspace.words(rows * gateRows, "gates [T, B, G·H]"));
    }

    /** With these gates, and all else of its own. */
    static Reserve allocate(Workspace workspace, RnnConfig config, Shape shape, Mode mode, long gates) {
        long rows = (long) shape.maxSteps() * shape.maxBatch();
        long recurrentRows = mode == Mode.TRAINING ? rows : shape.maxBatch();
        long gateRows = (long) config.cell().gates() * config.hiddenSize();
        boolean recurrent = config.cell() == CellType.GRU && config.resetAfter();
        long slots = rows + shape.maxBatch();
        return new Reserve(gates,
                recurrent ? workspace.words(recurrentRows * gateRows, "W_hh h [T, B, 3H]") : 0,
                workspace.words(slots * config.outputSize(), "h [T+1, B, R]"),
                config.cell() == CellType.LSTM ? workspace.words(slots * config.hiddenSize(), "c [T+1, B, H]") : 0);
    }
}
