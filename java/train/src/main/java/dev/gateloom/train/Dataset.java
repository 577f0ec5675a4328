package dev.gateloom.train;

import dev.gateloom.nn.Tensor;

/** Samples that can be gathered into batches. */
public interface Dataset {

    /**
     * Number of samples.
     *
     * @return at least 1
     */
    int size();

    /**
     * Writes some samples side by side, in the order given; sets the shape of both tensors.
     *
     * @param samples sample numbers, each from 0 to {@link #size()} - 1
     * @param from first entry of {@code samples} to use
     * @param count how many entries to use: the B of both tensors
     * @param x receives the inputs
     * @param target receives what a model should answer
     */
    void gather(int[] samples, int from, int count, Tensor x, Tensor target);
}
