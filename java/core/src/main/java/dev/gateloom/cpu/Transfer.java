package dev.gateloom.cpu;

import dev.gateloom.spi.Call;
import dev.gateloom.spi.Operand;
import java.util.Arrays;

/**
 * Copies between the caller's layouts and the engine's rows: sorts by length, drops and restores the steps past a
 * sequence's length, pads the parts of a row. Every method does one thread's share.
 */
final class Transfer {

    private Transfer() {
    }

    /** {@code x} or {@code dy} into rows of {@code parts} parts of {@code stored} values; zeros if absent. */
    static void load(Call call, Rows rows, Operand from, int parts, int part, int stored, float[] to, int stride, int id,
            int n) {
        int end = LayerCell.share(rows.total(), id + 1, n);
        int row = LayerCell.share(rows.total(), id, n);
        int width = parts * part;
        if (!from.isPresent()) {
            Arrays.fill(to, row * stride, end * stride, 0f);
            return;
        }
        if (rows.plain() && !call.batchFirst && part == stored && width == stride) {
            from.get(row * width, to, row * width, (end - row) * width);
            return;
        }
        for (int t = rows.stepOf(row); row < end; t++) {
            for (int r = row - rows.offset(t); r < rows.active(t) && row < end; r++, row++) {
                int source = call.row(t, rows.sequence(r)) * width;
                for (int p = 0; p < parts; p++) {
                    int at = row * stride + p * stored;
                    from.get(source + p * part, to, at, part);
                    Arrays.fill(to, at + part, at + stored, 0f);
                }
            }
        }
    }

    /** Rows into {@code y} or {@code dx}; zeros past each sequence's length. */
    static void store(Call call, Rows rows, Operand to, int parts, int part, int stored, float[] from, int stride, int id,
            int n) {
        int width = parts * part;
        if (rows.plain() && !call.batchFirst && part == stored && width == stride) {
            int row = LayerCell.share(rows.total(), id, n);
            to.put(row * width, from, row * width, (LayerCell.share(rows.total(), id + 1, n) - row) * width);
            return;
        }
        int all = call.steps * call.batch;
        int end = LayerCell.share(all, id + 1, n);
        for (int i = LayerCell.share(all, id, n); i < end; i++) {
            int t = i / call.batch;
            int r = i - t * call.batch;
            int target = call.row(t, rows.sequence(r)) * width;
            if (r >= rows.active(t)) {
                to.fill(target, width, 0f);
                continue;
            }
            for (int p = 0; p < parts; p++) {
                to.put(target + p * part, from, (rows.offset(t) + r) * stride + p * stored, part);
            }
        }
    }

    /**
     * State k of {@code [L·D, B, size]} into sorted rows; zeros if absent. The padding becomes zero too: NaN of a call
     * before would go from there into every unit, since NaN times a weight of zero is NaN.
     */
    static void loadState(Rows rows, Operand from, int k, int size, float[] to, int stride, int id, int n) {
        int end = LayerCell.share(rows.batch(), id + 1, n);
        for (int r = LayerCell.share(rows.batch(), id, n); r < end; r++) {
            int given = from.isPresent() ? size : 0;
            if (given > 0) {
                from.get((k * rows.batch() + rows.sequence(r)) * size, to, r * stride, size);
            }
            Arrays.fill(to, r * stride + given, (r + 1) * stride, 0f);
        }
    }

    /** Sorted rows into state k of {@code [L·D, B, size]}, if wanted. */
    static void storeState(Rows rows, Operand to, int k, int size, float[] from, int stride, int id, int n) {
        int end = LayerCell.share(rows.batch(), id + 1, n);
        for (int r = LayerCell.share(rows.batch(), id, n); r < end && to.isPresent(); r++) {
            to.put((k * rows.batch() + rows.sequence(r)) * size, from, r * stride, size);
        }
    }

    /** The last h of each sequence, from the output or, for length 0, from h0. */
    static void storeLast(LayerIo io, Operand to, int k, int size, int id, int n) {
        Rows rows = io.rows;
        int end = LayerCell.share(rows.batch(), id + 1, n);
        for (int r = LayerCell.share(rows.batch(), id, n); r < end && to.isPresent(); r++) {
            int row = io.lastRow(r);
            int target = (k * rows.batch() + rows.sequence(r)) * size;
            if (row < 0) {
                to.put(target, io.h0, r * io.stateStride, size);
            } else {
                to.put(target, io.output, io.outputStart + row * io.outputStride, size);
            }
        }
    }

    /** {@code to = from ⊙ mask[layer]}, the mask {@code [L-1, T, B, parts·part]}; from and to may be the same. */
    static void mask(Rows rows, float[] mask, int layer, int parts, int part, int stored, float[] from, float[] to, int stride,
            int id, int n) {
        int end = LayerCell.share(rows.total(), id + 1, n);
        int row = LayerCell.share(rows.total(), id, n);
        for (int t = rows.stepOf(row); row < end; t++) {
            for (int r = row - rows.offset(t); r < rows.active(t) && row < end; r++, row++) {
                int m = ((layer * rows.steps() + t) * rows.batch() + rows.sequence(r)) * parts * part;
                for (int p = 0; p < parts; p++) {
                    for (int j = 0; j < part; j++) {
                        int at = row * stride + p * stored + j;
                        to[at] = from[at] * mask[m + p * part + j];
                    }
                }
            }
        }
    }
}
