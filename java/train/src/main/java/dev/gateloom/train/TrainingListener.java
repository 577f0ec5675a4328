package dev.gateloom.train;

/** Hears how training goes, on the thread that trains. */
public interface TrainingListener {

    /**
     * Before the first update.
     *
     * @param epochs rounds over the data
     * @param batches updates in a round
     */
    default void started(int epochs, int batches) {
    }

    /**
     * After an update.
     *
     * @param epoch from 1
     * @param batch from 1, within the epoch
     * @param loss of this batch, before the update
     * @param gradientNorm of all gradients together, before clipping
     */
    default void batchDone(int epoch, int batch, double loss, double gradientNorm) {
    }

    /**
     * After a round.
     *
     * @param epoch what it gave
     */
    default void epochDone(Epoch epoch) {
    }

    /** After the last update, or when training was ended by an exception. */
    default void finished() {
    }
}
