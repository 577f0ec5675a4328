package dev.gateloom.train;

import java.util.List;

/**
 * How training went.
 *
 * @param epochs every round, the first one first
 * @param bestEpoch number of the round with the least validation loss; 0 without validation samples
 * @param stoppedEarly whether {@link Trainer#earlyStopping} ended it
 */
public record History(List<Epoch> epochs, int bestEpoch, boolean stoppedEarly) {

    /**
     * The last round.
     *
     * @return what it gave
     */
    public Epoch last() {
        return epochs.get(epochs.size() - 1);
    }
}
