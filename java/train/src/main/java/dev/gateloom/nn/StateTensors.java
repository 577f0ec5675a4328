package dev.gateloom.nn;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnState;
import dev.gateloom.train.internal.Require;

/**
 * A state of a recurrent stack, or its gradient, in the engine's layout {@code h [K, B, R]}, {@code c [K, B, H]} with
 * {@code K = layers · directions}; a graph carries it as {@code [B, K·R]} and {@code [B, K·H]}.
 */
final class StateTensors {
    private final int parts;
    private final int[] widths;
    private final Tensor[] values;      // h, and c for an LSTM
    private RnnState state;

    StateTensors(RnnConfig config) {
        parts = config.numLayers() * config.numDirections();
        widths = config.cell() == CellType.LSTM ? new int[] {config.outputSize(), config.hiddenSize()}
                : new int[] {config.outputSize()};
        values = new Tensor[widths.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = new Tensor(0);
        }
    }

    /** One for h, and one for c of an LSTM. */
    int count() {
        return widths.length;
    }

    /** Width of h or c as a graph carries it. */
    int width(int which) {
        return parts * widths[which];
    }

    /** h or c itself. */
    Tensor tensor(int which) {
        return values[which];
    }

    /** Whether a batch of that size is held. */
    boolean holds(int batch) {
        return values[0].rank() == 3 && values[0].dim(1) == batch;
    }

    boolean isEmpty() {
        return values[0].size() == 0;
    }

    void clear() {
        for (Tensor t : values) {
            t.shape(0);
        }
    }

    /** Room for a batch; the values are to be written. */
    StateTensors shape(int batch) {
        for (int i = 0; i < values.length; i++) {
            values[i].shape(parts, batch, widths[i]);
        }
        return this;
    }

    StateTensors zero() {
        for (Tensor t : values) {
            t.fill(0);
        }
        return this;
    }

    /** For an engine: over the arrays as they are now. */
    RnnState state() {
        float[] h = values[0].values();
        float[] c = values.length > 1 ? values[1].values() : null;
        if (state == null || state.h() != h || state.c() != c) {
            state = RnnState.of(h, c);
        }
        return state;
    }

    /** From {@code [B, K·width]}; zero for null. */
    void read(int which, String argument, Tensor from) {
        Tensor to = values[which];
        if (from == null) {
            to.fill(0);
            return;
        }
        from.require(argument, 2, 2, width(which));
        if (from.batch() != to.dim(1)) {
            Require.that(false, argument, "a batch of " + to.dim(1), from);
        }
        move(which, from.values(), false);
    }

    /** To {@code [B, K·width]}. */
    void write(int which, Tensor to) {
        to.shape(values[which].dim(1), width(which));
        move(which, to.values(), true);
    }

    private void move(int which, float[] graph, boolean toGraph) {
        int batch = values[which].dim(1);
        int width = widths[which];
        float[] engine = values[which].values();
        for (int k = 0; k < parts; k++) {
            for (int b = 0; b < batch; b++) {
                int at = (k * batch + b) * width;
                int there = (b * parts + k) * width;
                if (toGraph) {
                    System.arraycopy(engine, at, graph, there, width);
                } else {
                    System.arraycopy(graph, there, engine, at, width);
                }
            }
        }
    }
}
