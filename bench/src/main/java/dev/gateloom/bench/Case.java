package dev.gateloom.bench;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * One thing that is measured: a cell, a size, a kind of call. One direction, biases.
 *
 * @param cell LSTM or GRU
 * @param dims its size; a single step has T = 1
 * @param kind forward, training step or single step
 * @param layers at least 1; all but the first have H inputs
 * @param ragged whether the sequences have different {@link #lengths}; never in a single step
 */
public record Case(CellType cell, Dims dims, Kind kind, int layers, boolean ragged) {
    private static final long SEED_OF_LENGTHS = 3;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /**
     * A single step has one step, whatever was asked for.
     *
     * @param cell LSTM or GRU
     * @param dims its size; a single step has T = 1
     * @param kind forward, training step or single step
     * @param layers at least 1; all but the first have H inputs
     * @param ragged whether the sequences have different {@link #lengths}; never in a single step
     */
    public Case {
        if (layers < 1) {
            throw new IllegalArgumentException("layers: expected at least 1, got " + layers);
        }
        if (kind == Kind.STEP) {
            dims = dims.slice(dims.batch(), 1);
            ragged = false;
        }
    }

    /**
     * One layer, sequences of one length.
     *
     * @param cell LSTM or GRU
     * @param dims its size; a single step has T = 1
     * @param kind forward, training step or single step
     */
    public Case(CellType cell, Dims dims, Kind kind) {
        this(cell, dims, kind, 1, false);
    }

    /**
     * The stack that is run.
     *
     * @return its configuration
     */
    public RnnConfig config() {
        return RnnConfig.of(cell, dims.inputSize(), dims.hiddenSize()).layers(layers).build();
    }

    /**
     * How long the sequences are: the first has all steps, the others 1 to T, evenly drawn. The same at every call.
     *
     * @return {@code [B]}; null if all have T steps
     */
    public int[] lengths() {
        if (!ragged) {
            return null;
        }
        SplittableRandom random = new SplittableRandom(SEED_OF_LENGTHS);
        int[] lengths = new int[dims.batch()];
        Arrays.setAll(lengths, b -> b == 0 ? dims.steps() : 1 + random.nextInt(dims.steps()));
        return lengths;
    }

    /**
     * Checks that Java arrays can hold the weights and the tensors.
     *
     * @throws IllegalArgumentException naming what is too large
     */
    public void check() {
        RnnWeights.layout(config());
        tensor("x", dims.inputSize());
        tensor("y", dims.hiddenSize());
    }

    private void tensor(String name, int width) {
        if ((double) dims.steps() * dims.batch() * width > LARGEST_ARRAY) {
            throw new IllegalArgumentException(name + ": expected at most 2^31 elements in one array, got ["
                    + dims.steps() + ", " + dims.batch() + ", " + width + "]");
        }
    }

    /**
     * The weights of all matrix products, which every time step reads once.
     *
     * @return their bytes as float32
     */
    public double weightBytes() {
        return Float.BYTES * weights();
    }

    private double weights() {
        return (double) cell.gates() * dims.hiddenSize() * (dims.inputSize() + (2.0 * layers - 1) * dims.hiddenSize());
    }

    /**
     * Floating-point operations of the matrix products of one call; a multiply-add counts two. Forward multiplies, in
     * each layer, {@code [T·B, I] × [I, G·H]} and {@code [T·B, H] × [H, G·H]}; backward multiplies twice as much, for the
     * gradient of either factor. Of a ragged batch only steps within the sequences count. The gate algebra is not counted.
     *
     * @return the count
     */
    public double flops() {
        double rows = ragged ? Arrays.stream(lengths()).sum() : (double) dims.steps() * dims.batch();
        double forward = 2 * rows * weights();
        return kind == Kind.TRAINING ? 3 * forward : forward;
    }

    /**
     * The same case on another size.
     *
     * @param other the size
     * @return the case
     */
    public Case with(Dims other) {
        return new Case(cell, other, kind, layers, ragged);
    }

    /**
     * The size as people call it.
     *
     * @return {@code S3}, or {@code BxTxIxH}, or {@code H=512} for a single step of one sequence with I = H
     */
    public String shapeName() {
        if (kind == Kind.STEP && dims.batch() == 1 && dims.inputSize() == dims.hiddenSize()) {
            return "H=" + dims.hiddenSize();
        }
        return NamedShape.of(dims).map(Enum::name).orElse(dims.toString());
    }

    /**
     * Cell, size and kind in one word group.
     *
     * @return for example {@code LSTM S3 training} or {@code GRU 4x8x16x16 forward, 2 layers, ragged}
     */
    public String title() {
        return cell.name().toUpperCase(Locale.ROOT) + " " + shapeName() + " " + kind.text()
                + (layers > 1 ? ", " + layers + " layers" : "") + (ragged ? ", ragged" : "");
    }
}
