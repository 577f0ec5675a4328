package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * The way between the caller's tensors, float32 in any layout, and a plan's, which are dense, time-major and of a library's
 * numbers: float32 or 16 bits.
 */
final class LibraryTransfers {
    private final Stream stream;
    private final Rows rows;
    private final Conversion conversion;        // null where the library takes float32
    private final boolean batchFirst;
    private final long lengths;                 // [B]
    private final long callers;                 // float32, as the caller lays rows out
    private final long wide;                    // float32, time-major: rows and states on their way to 16 bits; else 0
    private int steps;
    private int batch;
    private boolean ragged;                     // some sequences may be shorter than T

    LibraryTransfers(Device device, Workspace workspace, Stream stream, Rows rows, Precision precision, boolean batchFirst,
            int maxBatch, long mostRows, long mostStates) {
        this.stream = stream;
        this.rows = rows;
        this.batchFirst = batchFirst;
        boolean narrow = precision == Precision.BF16 || precision == Precision.FP16;
        conversion = narrow ? new Conversion(device, precision) : null;
        lengths = workspace.words(maxBatch, "lengths [B]");
        callers = workspace.words(mostRows, "the caller's rows");
        wide = narrow ? workspace.words(Math.max(mostRows, mostStates), "rows in float32") : 0;
    }

    /** Of the library's numbers. */
    int elementBytes() {
        return conversion == null ? Float.BYTES : Short.BYTES;
    }

    /** Of the calls that follow; lengths come with this one. */
    void shape(CallTensors call, int callSteps, int callBatch, boolean shorter) {
        steps = callSteps;
        batch = callBatch;
        ragged = shorter;
        if (ragged) {
            call.load(Tensor.LENGTHS, batch, lengths);
        } else {
            stream.fill(lengths, steps, batch);
        }
    }

    /** {@code to[i] = from[i]}, from float32. */
    void narrow(long to, long from, long count) {
        if (conversion == null) {
            stream.copy(from, to, count * Float.BYTES);
        } else {
            conversion.narrow(stream, to, from, count);
        }
    }

    /** {@code to[i] = from[i]}, to float32. */
    void widen(long to, long from, long count) {
        if (conversion == null) {
            stream.copy(from, to, count * Float.BYTES);
        } else {
            conversion.widen(stream, to, from, count);
        }
    }

    /** {@code to[i] = from[i]·factor[i]}, the factor in float32; to may be from. */
    void multiply(long to, long from, long factor, long count) {
        if (conversion == null) {
            rows.multiply(stream, to, from, factor, count);
        } else {
            conversion.widen(stream, wide, from, count);
            rows.multiply(stream, wide, wide, factor, count);
            conversion.narrow(stream, to, wide, count);
        }
    }

    /** So many zeros; what follows in their last word is not in use. */
    void zero(long at, long count) {
        stream.fill(at, 0, (count * elementBytes() + Float.BYTES - 1) / Float.BYTES);
    }

    /** {@code [T, B, W]} from the caller's rows; zeros past each sequence's end. */
    void loadRows(CallTensors call, Tensor tensor, int w, long to) {
        if (w == 0) {
            return;
        }
        long size = (long) steps * batch * w;
        long landing = conversion == null ? to : wide;
        call.load(tensor, size, isDense() ? landing : callers);
        if (!isDense()) {
            rows.load(stream, landing, callers, lengths, steps, batch, w, batchFirst);
        }
        if (landing != to) {
            narrow(to, landing, size);
        }
    }

    /** The way back. What is past a sequence's end becomes zero, whatever the library left there. */
    void storeRows(CallTensors call, long from, int w, Tensor tensor) {
        if (!call.has(tensor)) {
            return;
        }
        long size = (long) steps * batch * w;
        long start = conversion == null ? from : wide;
        if (start != from) {
            widen(start, from, size);
        }
        if (!isDense()) {
            rows.store(stream, callers, start, lengths, steps, batch, w, batchFirst);
        }
        call.store(isDense() ? start : callers, tensor, size);
    }

    /** A state from the caller; zeros if there is none. Nothing if the plan has no such state. */
    void loadState(CallTensors call, Tensor tensor, long to, long size) {
        if (to == 0) {
            return;
        }
        if (!call.has(tensor)) {
            zero(to, size);
            return;
        }
        long landing = conversion == null ? to : wide;
        call.load(tensor, size, landing);
        if (landing != to) {
            narrow(to, landing, size);
        }
    }

    void storeState(CallTensors call, long from, Tensor tensor, long size) {
        if (!call.has(tensor)) {
            return;
        }
        long start = conversion == null ? from : wide;
        if (start != from) {
            widen(start, from, size);
        }
        call.store(start, tensor, size);
    }

    /** Whether the caller's rows are laid out as ours, none of them past a sequence's end. */
    private boolean isDense() {
        return !ragged && !batchFirst;
    }
}
