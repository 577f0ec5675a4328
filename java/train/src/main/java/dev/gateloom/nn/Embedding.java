package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.List;

/**
 * A vector for each of a number of words: ids {@code x [B, T]} give {@code y [B, T, width]}. Ids have no gradient; where one is
 * asked for it is zero.
 */
public final class Embedding extends UnaryLayer {
    private final int entries;
    private final int width;
    private boolean maskZero;
    private Operations ops;
    private Tensor table;
    private Tensor dTable;
    private boolean[] mask = new boolean[0];
    private List<Trainable> parameters = List.of();

    /**
     * Makes the layer.
     *
     * @param entries number of words, at least 1: ids are 0 to entries - 1
     * @param width values of a vector, at least 1
     */
    public Embedding(int entries, int width) {
        Require.that(entries >= 1, "entries", "at least 1", entries);
        Require.that(width >= 1, "width", "at least 1", width);
        this.entries = entries;
        this.width = width;
    }

    /**
     * Whether id 0 is padding, which is masked.
     *
     * @param mask false by default
     * @return this
     */
    public Embedding maskZero(boolean mask) {
        maskZero = mask;
        return this;
    }

    @Override
    public String kind() {
        return "Embedding";
    }

    @Override
    protected int[] create(Setup setup, int[] input) {
        requireAxes(input, 1, "steps");
        ops = setup.operations();
        table = new Tensor(entries, width);
        dTable = new Tensor(entries, width);
        setup.initialisation().embedding(table, setup.seed());
        parameters = List.of(Trainable.of("weight", table, dTable, entries, width));
        return new int[] {input[0], width};
    }

    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    protected void compute(Tensor x, Tensor y, boolean training) {
        if (x.rank() != 2) {
            Require.that(false, "x", "ids [B, T]", x);
        }
        boolean[] given = x.mask();
        check(x);
        ops.embedding(x, table, y.shape(x.batch(), x.dim(1), width));
        if (maskZero) {
            if (mask.length < x.size()) {
                mask = new boolean[x.size()];
            }
            for (int i = 0; i < x.size(); i++) {
                mask[i] = x.values()[i] != 0 && (given == null || given[i]);
            }
        }
        y.mask(maskZero ? mask : given);
    }

    /** Operations rely on it. */
    private void check(Tensor ids) {
        for (int i = 0; i < ids.size(); i++) {
            float id = ids.values()[i];
            if (id != (int) id || id < 0 || id >= entries) {
                Require.that(false, "x[" + i + "]", "a whole number from 0 to " + (entries - 1), id);
            }
        }
    }

    @Override
    protected void gradients(Tensor x, Tensor dy, Tensor dx) {
        ops.embeddingGradient(x, dy, dTable);
        if (dx != null) {
            dx.like(x).fill(0);
        }
    }
}
