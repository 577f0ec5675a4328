package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/** Some of the samples of another dataset. */
public final class Subset implements Dataset {
    private final Dataset all;
    private final int[] chosen;
    private int[] room = new int[0];

    /**
     * Chooses.
     *
     * @param all where from
     * @param chosen numbers of samples
     */
    public Subset(Dataset all, int... chosen) {
        Require.that(chosen.length >= 1, "chosen", "at least one sample", "none");
        for (int i = 0; i < chosen.length; i++) {
            Require.that(chosen[i] >= 0 && chosen[i] < all.size(), "chosen[" + i + "]", "0 to " + (all.size() - 1), chosen[i]);
        }
        Require.that(!all.ordered(), "all", "samples that may be taken in any order", "ordered ones");
        this.all = all;
        this.chosen = chosen.clone();
    }

    /**
     * Splits as Keras's {@code validation_split} does: the last part is for validation, whatever the order of training.
     *
     * @param all the samples
     * @param share of the last part, in (0, 1)
     * @return the samples to train on, and those to validate on
     */
    public static Subset[] split(Dataset all, double share) {
        Require.that(share > 0 && share < 1, "share", "a number in (0, 1)", share);
        int first = (int) (all.size() * (1 - share));
        Require.that(first >= 1 && first < all.size(), "share", "one that leaves both parts a sample of " + all.size(), share);
        return new Subset[] {new Subset(all, range(0, first)), new Subset(all, range(first, all.size()))};
    }

    private static int[] range(int begin, int end) {
        int[] range = new int[end - begin];
        Arrays.setAll(range, i -> begin + i);
        return range;
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public int inputs() {
        return all.inputs();
    }

    @Override
    public int length(int sample) {
        return all.length(chosen[sample]);
    }

    @Override
    public void gather(int[] samples, int from, int count, Batch into) {
        if (room.length < count) {
            room = new int[count];
        }
        for (int b = 0; b < count; b++) {
            room[b] = chosen[samples[from + b]];
        }
        all.gather(room, 0, count, into);
    }
}
