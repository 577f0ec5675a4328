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
    private final int[] length;     // [B] by sorted place
    private final int[] offset;     // [T + 1] first row of each step; the last entry is the number of rows
    private final int[] count;      // [T + 1] scratch of the sort
    private int steps;
    private int batch;
    private boolean plain;

    Rows(int maxSteps, int maxBatch) {
        order = new int[maxBatch];
        length = new int[maxBatch];
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
                length[b] = steps;
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
            int place = count[call.lengths[b]]++;
            order[place] = b;
            length[place] = call.lengths[b];
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

    /** The step that a row belongs to; T for the end. */
    int stepOf(int row) {
        int t = Arrays.binarySearch(offset, 0, steps + 1, row);
        if (t < 0) {
            return -t - 2;
        }
        while (t < steps && offset[t + 1] == row) {
            t++;
        }
        return t;
    }

    /** Active sequences of step t; 0 for t = -1 and t = T. */
    int active(int t) {
        return t < 0 || t >= steps ? 0 : offset[t + 1] - offset[t];
    }

    /** Length of sorted sequence r. */
    int length(int r) {
        return length[r];
    }

    /** Fills {@link LayerIo#before}. */
    void before(boolean reverse, int[] before) {
        for (int t = 0; t < steps; t++) {
            int other = reverse ? t + 1 : t - 1;
            int going = active(other);
            int from = other < 0 ? 0 : offset[other];
            for (int r = 0; r < active(t); r++) {
                before[offset[t] + r] = r < going ? from + r : ~r;
            }
        }
    }

    /** The caller's index of sorted sequence r. */
    int sequence(int r) {
        return order[r];
    }
}
