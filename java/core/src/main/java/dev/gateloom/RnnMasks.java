package dev.gateloom;

import java.util.Arrays;

/**
 * The masks of one training forward: drawn from a seed, or given by the caller. Time-major, whatever
 * {@link RnnConfig#batchFirst()} says; k = layer·D + direction; index t is the time step, also in the backward
 * direction. A mask that the configuration does not use is {@code null}.
 *
 * <pre>
 * interlayer [L-1, T, B, D·R]   0 or 1/keep   output of layer l on its way to layer l+1
 * recurrent  [L·D, G, B, R]     0 or 1/keep   h as gate j's recurrent product sees it
 * candidate  [L·D, T, B, H]     0 or 1/keep   g (LSTM) or n (GRU)
 * zoneoutH   [L·D, T, B, R]     1 keeps the OLD h
 * zoneoutC   [L·D, T, B, H]     1 keeps the OLD c
 * weightHh   [L·D, G·H, R]      0 or 1/keep   factor of W_hh
 * </pre>
 *
 * Drawn masks come from Philox4x32-10 with the element's index as counter: every engine sees the same ones.
 */
public final class RnnMasks {
    /** The kinds of mask, in the order of the streams they are drawn from. */
    public enum Kind {
        /** Dropout between layers. */
        INTERLAYER,
        /** Recurrent dropout. */
        RECURRENT,
        /** Dropout of the candidate. */
        CANDIDATE,
        /** Zoneout of h. */
        ZONEOUT_H,
        /** Zoneout of c. */
        ZONEOUT_C,
        /** DropConnect. */
        WEIGHT_HH
    }

    private static final Kind[] KINDS = Kind.values();     // values() makes a copy each time

    private final RnnConfig config;
    private final float[][] values = new float[KINDS.length][];
    private int steps;
    private int batch;
    private long version;

    /**
     * Masks of the right sizes, all values 0.
     *
     * @param config the stack
     * @param steps T
     * @param batch B
     */
    public RnnMasks(RnnConfig config, int steps, int batch) {
        this.config = Check.present("config", config);
        this.steps = Check.atLeast("steps", steps, 1);
        this.batch = Check.atLeast("batch", batch, 1);
        for (Kind kind : KINDS) {
            int size = size(config, kind, steps, batch);
            if (size > 0) {
                values[kind.ordinal()] = new float[size];
            }
        }
    }

    /**
     * Number of values of one mask.
     *
     * @param config the stack
     * @param kind which
     * @param steps T
     * @param batch B
     * @return the product of its sizes; 0 if the configuration does not use it
     */
    public static int size(RnnConfig config, Kind kind, int steps, int batch) {
        if (rate(config, kind) == 0) {
            return 0;
        }
        long k = (long) config.numLayers() * config.numDirections();
        int h = config.hiddenSize();
        int r = config.outputSize();
        int g = config.cell().gates();
        return switch (kind) {
            case INTERLAYER -> Check.size("masks", config.numLayers() - 1, steps, batch, config.numDirections() * r);
            case RECURRENT -> Check.size("masks", k, g, batch, r);
            case CANDIDATE, ZONEOUT_C -> Check.size("masks", k, steps, batch, h);
            case ZONEOUT_H -> Check.size("masks", k, steps, batch, r);
            case WEIGHT_HH -> Check.size("masks", k, g, h, r);
        };
    }

    /**
     * One mask: the array itself, to read or fill.
     *
     * @param kind which
     * @return its values, row-major; null if the configuration does not use it
     */
    public float[] get(Kind kind) {
        return values[kind.ordinal()];
    }

    /**
     * Copies values into one mask.
     *
     * @param kind which
     * @param mask the values, row-major
     * @return this
     */
    public RnnMasks set(Kind kind, float[] mask) {
        Check.that(get(Check.present("kind", kind)) != null, "kind", "a mask that " + config + " uses", kind);
        int size = size(config, kind, steps, batch);
        Check.that(Check.present(kind.name(), mask).length == size, kind.name(), size + " values", mask.length);
        System.arraycopy(mask, 0, get(kind), 0, mask.length);
        version++;
        return this;
    }

    /**
     * Steps T of these masks.
     *
     * @return T
     */
    public int steps() {
        return steps;
    }

    /**
     * Sequences B of these masks.
     *
     * @return B
     */
    public int batch() {
        return batch;
    }

    /**
     * Draws all masks anew.
     *
     * @param seed of the generator
     * @param call number of the forward, so that each has its own masks
     * @return this
     */
    public RnnMasks draw(long seed, int call) {
        for (Kind kind : KINDS) {
            float[] mask = get(kind);
            if (mask == null) {
                continue;
            }
            float rate = rate(config, kind);
            boolean zoneout = kind == Kind.ZONEOUT_H || kind == Kind.ZONEOUT_C;
            float dropped = zoneout ? 1f : 0f;
            float kept = zoneout ? 0f : 1 / (1 - rate);
            int size = size(config, kind, steps, batch);
            if (kind == Kind.RECURRENT && !config.recurrentDropoutPerGate()) {
                int row = batch * config.outputSize();
                int gates = config.cell().gates();
                for (int i = 0; i < size; i++) {
                    int k = i / (gates * row);
                    long shared = (long) k * row + i % row;
                    mask[i] = Philox.uniform(seed, kind.ordinal(), call, shared) < rate ? dropped : kept;
                }
            } else {
                for (int i = 0; i < size; i++) {
                    mask[i] = Philox.uniform(seed, kind.ordinal(), call, i) < rate ? dropped : kept;
                }
            }
        }
        version++;
        return this;
    }

    /** Counts the calls of {@link #set} and {@link #draw}. */
    long version() {
        return version;
    }

    /** Uses the same memory for another shape that is not larger. */
    void reshape(int newSteps, int newBatch) {
        steps = newSteps;
        batch = newBatch;
    }

    boolean fits(RnnConfig other) {
        return config.equals(other);
    }

    RnnConfig config() {
        return config;
    }

    private static float rate(RnnConfig config, Kind kind) {
        return switch (kind) {
            case INTERLAYER -> config.interlayerDropout() ? config.dropout() : 0;
            case RECURRENT -> config.recurrentDropout();
            case CANDIDATE -> config.candidateDropout();
            case ZONEOUT_H -> config.zoneoutHidden();
            case ZONEOUT_C -> config.zoneoutCell();
            case WEIGHT_HH -> config.dropConnect();
        };
    }

    @Override
    public String toString() {
        return "masks of " + config + " for T=" + steps + ", B=" + batch + " "
                + Arrays.stream(KINDS).filter(k -> get(k) != null).toList();
    }
}
