package dev.gateloom.nn;

import java.util.Arrays;

/**
 * Moves sequences with masked steps, or to be read backwards, into the form that engines take: the steps that count side by
 * side from step 0 on, in reading order, and a length for each sequence. Masks may have gaps and may begin with masked steps.
 *
 * <p>As in Keras the state stands still at a masked step and the output there is that of the step before (zero before the
 * first one), or zero if so asked. Outputs are in reading order; for {@code backwards} that is from the last step on.
 */
final class StepOrder {
    private int batch;
    private int steps;
    private boolean moves;
    private int[] lengths = new int[0];
    private int[] from = new int[0];        // [B, T]: step of the input that is number k in reading order
    private int[] shown = new int[0];       // [B, T]: number whose output stands at a place; -1 for none

    /** Reads the mask of {@code x [B, T, I]}. */
    void read(Tensor x, boolean backwards, boolean zero) {
        batch = x.batch();
        steps = x.dim(1);
        boolean[] mask = x.mask();
        moves = mask != null || backwards;
        if (!moves) {
            return;
        }
        if (from.length < batch * steps) {
            from = new int[batch * steps];
            shown = new int[batch * steps];
        }
        if (lengths.length != batch) {
            lengths = new int[batch];       // engines take exactly one for each sequence
        }
        for (int b = 0; b < batch; b++) {
            int count = 0;
            for (int place = 0; place < steps; place++) {
                int t = backwards ? steps - 1 - place : place;
                boolean valid = mask == null || mask[b * steps + t];
                if (valid) {
                    from[b * steps + count++] = t;
                }
                shown[b * steps + place] = valid || !zero ? count - 1 : -1;
            }
            lengths[b] = count;
        }
    }

    /** Whether anything is to be moved at all. */
    boolean moves() {
        return moves;
    }

    /** The length of each sequence; null if all are T. */
    int[] lengths(Tensor x) {
        return moves && x.mask() != null ? lengths : null;
    }

    /** The mask that belongs to the output in reading order. */
    boolean[] outputMask(Tensor x, boolean backwards, boolean[] room) {
        boolean[] mask = x.mask();
        if (mask == null || !backwards) {
            return mask;
        }
        boolean[] turned = room.length >= batch * steps ? room : new boolean[batch * steps];
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < steps; t++) {
                turned[b * steps + t] = mask[b * steps + steps - 1 - t];
            }
        }
        return turned;
    }

    /** {@code compact[b, k] = x[b, from k]}; zero past the last. */
    void gather(Tensor x, Tensor compact) {
        int width = x.features();
        compact.like(x);
        for (int b = 0; b < batch; b++) {
            for (int k = 0; k < steps; k++) {
                int to = (b * steps + k) * width;
                if (k < lengths[b]) {
                    System.arraycopy(x.values(), (b * steps + from[b * steps + k]) * width, compact.values(), to, width);
                } else {
                    Arrays.fill(compact.values(), to, to + width, 0f);
                }
            }
        }
    }

    /** The transposed {@link #gather}: masked steps get zero. */
    void scatter(Tensor compact, Tensor dx) {
        int width = compact.features();
        dx.like(compact).fill(0);
        for (int b = 0; b < batch; b++) {
            for (int k = 0; k < lengths[b]; k++) {
                System.arraycopy(compact.values(), (b * steps + k) * width, dx.values(),
                        (b * steps + from[b * steps + k]) * width, width);
            }
        }
    }

    /** {@code y[b, place] = compact[b, shown there]}, or zero. */
    void show(Tensor compact, Tensor y) {
        int width = compact.features();
        y.like(compact);
        for (int i = 0; i < batch * steps; i++) {
            if (shown[i] >= 0) {
                System.arraycopy(compact.values(), (i / steps * steps + shown[i]) * width, y.values(), i * width, width);
            } else {
                Arrays.fill(y.values(), i * width, (i + 1) * width, 0f);
            }
        }
    }

    /** The transposed {@link #show}: adds up where one output stands at several places. */
    void collect(Tensor dy, Tensor compact) {
        int width = dy.features();
        compact.like(dy).fill(0);
        for (int i = 0; i < batch * steps; i++) {
            if (shown[i] >= 0) {
                int to = (i / steps * steps + shown[i]) * width;
                for (int j = 0; j < width; j++) {
                    compact.values()[to + j] += dy.values()[i * width + j];
                }
            }
        }
    }
}
