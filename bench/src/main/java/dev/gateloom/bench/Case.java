package dev.gateloom.bench;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import java.util.Locale;

/**
 * One thing that is measured: a cell, a size, a kind of call. One layer, one direction, biases, float32.
 *
 * @param cell LSTM or GRU
 * @param dims its size; a single step has T = 1
 * @param kind forward, training step or single step
 */
public record Case(CellType cell, Dims dims, Kind kind) {

    /**
     * A single step has one step, whatever was asked for.
     *
     * @param cell LSTM or GRU
     * @param dims its size; a single step has T = 1
     * @param kind forward, training step or single step
     */
    public Case {
        if (kind == Kind.STEP) {
            dims = dims.slice(dims.batch(), 1);
        }
    }

    /**
     * The stack that is run.
     *
     * @return one layer
     */
    public RnnConfig config() {
        return RnnConfig.of(cell, dims.inputSize(), dims.hiddenSize()).build();
    }

    /**
     * Floating-point operations of the matrix products of one call; a multiply-add counts two. Forward multiplies
     * {@code [T·B, I] × [I, G·H]} and {@code [T·B, H] × [H, G·H]}; backward multiplies twice as much, for the gradient
     * of either factor. The gate algebra is not counted.
     *
     * @return the count
     */
    public double flops() {
        double rows = (double) dims.steps() * dims.batch();
        double forward = 2 * rows * cell.gates() * dims.hiddenSize() * (dims.inputSize() + (double) dims.hiddenSize());
        return kind == Kind.TRAINING ? 3 * forward : forward;
    }

    /**
     * The same case on another size.
     *
     * @param other the size
     * @return the case
     */
    public Case with(Dims other) {
        return new Case(cell, other, kind);
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
     * @return for example {@code LSTM S3 training}
     */
    public String title() {
        return cell.name().toUpperCase(Locale.ROOT) + " " + shapeName() + " " + kind.text();
    }
}
