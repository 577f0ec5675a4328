package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * Where factors lie that large products read in 16 bits: one of each side, rounded just before its product.
 *
 * @param kernels null for fp32, and for tf32, which rounds on the way into the matrix unit
 * @param left room for A
 * @param leftWords 32-bit words of it
 * @param right room for B
 * @param rightWords 32-bit words of it
 * @param magnitude of gradients, as a float's bits; 0 where they are not scaled
 */
record RoundedFactors(RoundedRows kernels, long left, long leftWords, long right, long rightWords, long magnitude) {
    /** Where factors are not rounded beforehand. */
    static final RoundedFactors NONE = new RoundedFactors(null, 0, 0, 0, 0, 0);

    /** For all products of a plan. */
    static RoundedFactors allocate(Device device, Workspace workspace, Precision precision, RnnConfig config, Shape shape,
            Mode mode) {
        if (precision == Precision.FP32 || precision == Precision.TF32) {
            return NONE;
        }
        boolean training = mode == Mode.TRAINING;
        int inputs = Math.max(config.hiddenSize(), config.inputSize());
        for (int l = 1; l < config.numLayers(); l++) {
            inputs = Math.max(inputs, config.layerInputSize(l));
        }
        int gateRows = config.cell().gates() * config.hiddenSize();
        long all = (long) shape.maxSteps() * shape.maxBatch();
        long leftWords = RoundedRows.words(all, training ? Math.max(inputs, gateRows) : inputs);
        long rightWords = RoundedRows.words(training ? all : 0, inputs);
        return new RoundedFactors(new RoundedRows(device, precision), workspace.words(leftWords, "A in 16 bits"), leftWords,
                rightWords == 0 ? 0 : workspace.words(rightWords, "B in 16 bits"), rightWords,
                training && precision == Precision.FP16 ? workspace.words(1, "magnitude of gradients") : 0);
    }

    /** A of fp32, in 16 bits; its rows are a {@link RoundedRows#stride} apart. */
    long left(Stream stream, long a, int lda, int rows, int columns, long scale) {
        return round(stream, "A", left, leftWords, a, lda, rows, columns, scale);
    }

    /** B of fp32, in 16 bits. */
    long right(Stream stream, long b, int ldb, int rows, int columns) {
        return round(stream, "B", right, rightWords, b, ldb, rows, columns, 0);
    }

    private long round(Stream stream, String what, long to, long room, long from, int ld, int rows, int columns, long scale) {
        if (RoundedRows.words(rows, columns) > room) {
            throw new IllegalStateException(what + " in 16 bits: expected room for " + rows + " x " + columns + ", got " + 2 * room
                    + " elements");
        }
        kernels.round(stream, to, from, rows, columns, ld, scale);
        return to;
    }
}
