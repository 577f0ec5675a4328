package dev.gateloom.bench;

/**
 * The size of one case, written {@code BxTxIxH}.
 *
 * @param batch sequences B
 * @param steps time steps T
 * @param inputSize input size I
 * @param hiddenSize hidden size H
 */
public record Dims(int batch, int steps, int inputSize, int hiddenSize) {

    /**
     * Checks the four numbers.
     *
     * @param batch sequences B
     * @param steps time steps T
     * @param inputSize input size I
     * @param hiddenSize hidden size H
     */
    public Dims {
        if (batch < 1 || steps < 1 || inputSize < 1 || hiddenSize < 1) {
            throw new IllegalArgumentException("shape: expected four numbers of at least 1 as BxTxIxH, got "
                    + batch + "x" + steps + "x" + inputSize + "x" + hiddenSize);
        }
    }

    /**
     * Reads {@code BxTxIxH}.
     *
     * @param text for example {@code 32x50x128x256}
     * @return the size
     */
    public static Dims parse(String text) {
        return DimsRange.parse(text).get(0);
    }

    /**
     * The part that a slow engine is timed on: fewer steps first, then fewer sequences.
     *
     * @param newBatch at most B
     * @param newSteps at most T
     * @return the smaller size
     */
    public Dims slice(int newBatch, int newSteps) {
        return new Dims(newBatch, newSteps, inputSize, hiddenSize);
    }

    @Override
    public String toString() {
        return batch + "x" + steps + "x" + inputSize + "x" + hiddenSize;
    }
}
