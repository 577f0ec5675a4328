package dev.gateloom.train;

/** Samples that can be gathered into batches. */
public interface Dataset {

    /**
     * Number of samples.
     *
     * @return at least 1
     */
    int size();

    /**
     * Inputs of a sample.
     *
     * @return how many a model for these samples has
     */
    default int inputs() {
        return 1;
    }

    /**
     * Steps of a sample, for batches of about equal lengths.
     *
     * @param sample its number
     * @return the length; 1 if all are equal
     */
    default int length(int sample) {
        return 1;
    }

    /**
     * Whether the samples must be taken in their order, since a batch goes on where the one before ended. Such data are not
     * shuffled, and models forget their state at the start of each round.
     *
     * @return false for most
     */
    default boolean ordered() {
        return false;
    }

    /**
     * Writes some samples side by side, in the order given; sets the shape of all tensors. Without targets, of shape
     * {@code [0]}, they can be predicted, not trained on.
     *
     * @param samples sample numbers, each from 0 to {@link #size()} - 1
     * @param from first entry of {@code samples} to use
     * @param count how many entries to use
     * @param into receives inputs and targets
     */
    void gather(int[] samples, int from, int count, Batch into);
}
