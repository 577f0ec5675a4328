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
     * After {@link #started}, if training goes on from a checkpoint.
     *
     * @param done rounds that are done
     * @param note what is not as one may expect: that the run is finished, or that it goes on with other settings; empty if nothing
     */
    default void resumed(int done, String note) {
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

    /**
     * Before {@link #finished} if {@link Trainer#earlyStopping} has ended training.
     *
     * @param last the round that was the last one
     * @param bestEpoch number of the round whose parameters the model goes back to
     */
    default void stoppedEarly(Epoch last, int bestEpoch) {
    }

    /**
     * After the last update, or when training was ended by an exception. Every listener is told, also when another one has thrown.
     */
    default void finished() {
    }
}
