package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/**
 * The way between the caller's tensors, float32 in any layout or a library's numbers, and those of the library, which are dense,
 * time-major and of its own numbers: float32 or 16 bits. What is so already, in device memory, the library reads and writes where it
 * is; all else goes through a plan's own memory, in one pass from or to device memory: copied, laid out anew or converted. Rows that
 * are both go in two.
 */
final class LibraryTransfers {
    /** Bytes: cuDNN's developer guide asks for tensors aligned to 128 bits where tensor cores multiply. */
    private static final int ALIGNMENT = 16;

    private final Stream stream;
    private final Rows rows;
    private final Conversion conversion;        // null where the library takes float32
    private final boolean batchFirst;
    private final long lengths;                 // [B]
    private final long callers;                 // float32, as the caller lays rows out
    private final long wide;                    // float32, time-major: rows and states on their way to 16 bits; else 0
    private final long zeros;                   // of the library's numbers: a state that the caller does not give
    private int steps;
    private int batch;
    private boolean ragged;                     // some sequences may be shorter than T
    private boolean converts;                   // the caller's numbers are not the library's

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
        zeros = workspace.words(mostStates, "a state of zeros");
        stream.fill(zeros, 0, mostStates);
    }

    /** Of the library's numbers. */
    int elementBytes() {
        return conversion == null ? Float.BYTES : Short.BYTES;
    }

    /** Whether rows of such a call need more than a conversion: laying out anew, which is for float32. */
    boolean laysOut(boolean shorter) {
        return shorter || batchFirst;
    }

    /**
     * Of the calls that follow; lengths come with this one, if rows are laid out anew.
     *
     * @param shorter whether some sequences may be shorter than T
     * @param wideCaller whether the caller's numbers are float32; else they are the library's
     */
    void shape(CallTensors call, int callSteps, int callBatch, boolean shorter, boolean wideCaller) {
        steps = callSteps;
        batch = callBatch;
        ragged = shorter;
        converts = wideCaller && conversion != null;
        if (ragged) {
            call.load(Tensor.LENGTHS, batch, lengths);
        } else if (batchFirst) {
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

    /**
     * {@code [T, B, W]} from the caller's rows; zeros past each sequence's end.
     *
     * @param own where the plan has room for them
     * @return where they are: the caller's memory, if the library can read them there, else own
     */
    long loadRows(CallTensors call, Tensor tensor, int w, long own) {
        if (w == 0) {
            return own;
        }
        long size = (long) steps * batch * w;
        if (isDense()) {
            return take(call, tensor, own, size, false);
        }
        rows.load(stream, converts ? wide : own, fetch(call, tensor, size, callers), lengths, steps, batch, w, batchFirst);
        if (converts) {
            conversion.narrow(stream, own, wide, size);
        }
        return own;
    }

    /** Where the library is to leave rows for {@link #storeRows}: with the caller, or in the plan's own room. */
    long placeOfRows(CallTensors call, Tensor tensor, long own) {
        return isDense() && mayBeUsed(call, tensor) ? call.place(tensor) : own;
    }

    /** To the caller, unless they are there. What is past a sequence's end becomes zero, whatever the library left there. */
    void storeRows(CallTensors call, long from, int w, Tensor tensor) {
        if (!call.has(tensor) || from == call.place(tensor)) {
            return;
        }
        long size = (long) steps * batch * w;
        if (isDense()) {
            deliver(call, from, tensor, size);
            return;
        }
        long start = from;
        if (converts) {
            conversion.widen(stream, wide, from, size);
            start = wide;
        }
        long to = call.place(tensor) == 0 ? callers : call.place(tensor);
        rows.store(stream, to, start, lengths, steps, batch, w, batchFirst);
        if (to == callers) {
            call.store(callers, tensor, size);
        }
    }

    /**
     * A state from the caller; zeros if there is none.
     *
     * @param own where the plan has room for it; 0 if it has no such state
     * @param result what may be in the same memory: a library is not said to write a state where it reads one
     * @return where it is: the caller's memory, if the library can read it there and nobody writes to it; zeros; or own
     */
    long loadState(CallTensors call, Tensor tensor, Tensor result, long own, long size) {
        if (own == 0) {
            return 0;
        }
        if (!call.has(tensor)) {
            return zeros;
        }
        return take(call, tensor, own, size, ragged || call.place(tensor) == call.place(result));
    }

    /** Where the library is to leave a state for {@link #storeState}: with the caller, or in the plan's own room. */
    long placeOfState(CallTensors call, Tensor tensor, long own) {
        return !ragged && mayBeUsed(call, tensor) ? call.place(tensor) : own;
    }

    /** To the caller, unless it is there. */
    void storeState(CallTensors call, long from, Tensor tensor, long size) {
        if (call.has(tensor) && from != call.place(tensor)) {
            deliver(call, from, tensor, size);
        }
    }

    /** Where the caller's numbers are: with the caller, or copied from the host to a landing place. */
    private long fetch(CallTensors call, Tensor tensor, long size, long landing) {
        if (call.place(tensor) != 0) {
            return call.place(tensor);
        }
        call.load(tensor, size, landing);
        return landing;
    }

    /** Where the library finds the caller's numbers, in the order that they have: with the caller, or in the plan's own room. */
    private long take(CallTensors call, Tensor tensor, long own, long size, boolean copied) {
        if (!copied && mayBeUsed(call, tensor)) {
            return call.place(tensor);
        }
        if (converts) {
            conversion.narrow(stream, own, fetch(call, tensor, size, wide), size);
        } else if (call.place(tensor) != 0) {
            stream.copy(call.place(tensor), own, size * elementBytes());
        } else {
            call.load(tensor, size, own);
        }
        return own;
    }

    /** Whether the caller's memory has the library's numbers, where it can get at them. */
    private boolean mayBeUsed(CallTensors call, Tensor tensor) {
        long there = call.place(tensor);
        return !converts && there != 0 && there % ALIGNMENT == 0;
    }

    /** The library's numbers to the caller's, in the same order. */
    private void deliver(CallTensors call, long from, Tensor tensor, long size) {
        long to = call.place(tensor);
        if (converts) {
            conversion.widen(stream, to == 0 ? wide : to, from, size);
        } else if (to != 0) {
            stream.copy(from, to, size * elementBytes());
        }
        if (to == 0) {
            call.store(converts ? wide : from, tensor, size);
        }
    }

    /** Whether the caller's rows are laid out as ours, none of them past a sequence's end. */
    private boolean isDense() {
        return !ragged && !batchFirst;
    }
}
