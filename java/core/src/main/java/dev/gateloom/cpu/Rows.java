package dev.gateloom.cpu;

import dev.gateloom.spi.Call;
import java.util.Arrays;

/**
 * Where the valid time steps of a batch lie in the engine's matrices. Sequences are sorted by length, longest first
 * (equal lengths keep their order), and only valid steps are stored: the active sequences of a step are always the
 * first ones, and row {@code offset(t) + r} belongs to step t of sorted sequence r.
 *
 * <pre>
 * lengths 2, 4, 3     order 1, 2, 0      step     0        1        2      3
 *                                        rows     0 1 2    3 4 5    6 7    8
 * </pre>
 */
final class Rows {
    private final int[] order;      // [B] sorted place -> sequence of the caller
    private final int[] offset;     // [T + 1] first row of each step; the last entry is the number of rows
    private final int[] count;      // [T + 1] scratch of the sort
    private int steps;
    private int batch;
    private boolean plain;

    Rows(int maxSteps, int maxBatch) {
        order = new int[maxBatch];
        offset = new int[maxSteps + 1];
        count = new int[maxSteps + 1];
    }

    /** Lays out one call. */
    void set(Call call) {
        steps = call.steps;
        batch = call.batch;
        plain = !call.ragged;
        if (plain) {
            for (int b = 0; b < batch; b++) {
                order[b] = b;
            }
            for (int t = 0; t <= steps; t++) {
                offset[t] = t * batch;
            }
            return;
        }
        Arrays.fill(count, 0, steps + 1, 0);
        for (int b = 0; b < batch; b++) {
            count[call.lengths[b]]++;
        }
        int longer = 0;                             // count[n]: sequences longer than n, then the next free place
        for (int n = steps; n >= 0; n--) {
            int equal = count[n];
            count[n] = longer;
            longer += equal;
        }
        offset[0] = 0;
        for (int t = 0; t < steps; t++) {
            offset[t + 1] = offset[t] + count[t];   // active at t: those longer than t
        }
        for (int b = 0; b < batch; b++) {
            order[count[call.lengths[b]]++] = b;
        }
    }

    /** Steps T. */
    int steps() {
        return steps;
    }

    /** Sequences B. */
    int batch() {
        return batch;
    }

    /** All lengths are T, the order is the caller's. */
    boolean plain() {
        return plain;
    }

    /** Valid rows of all steps together. */
    int total() {
        return offset[steps];
    }

    /** First row of step t, 0 to T. */
    int offset(int t) {
        return offset[t];
    }

    /** Active sequences of step t; 0 for t = -1 and t = T. */
    int active(int t) {
        return t < 0 || t >= steps ? 0 : offset[t + 1] - offset[t];
    }

    /** The caller's index of sorted sequence r. */
    int sequence(int r) {
        return order[r];
    }
}
