package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.cuda.Conversion;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;

/**
 * Takes arrays to the device and back, piece by piece through page-locked memory, and adds up the time that it takes. Rows have the
 * numbers of a session's calls there: float32, or 16 bits, which the device converts.
 */
final class Transfer implements AutoCloseable {
    private static final int PIECE = 1 << 22;           // 32-bit words

    private final Stream stream;
    private final Opened owned = new Opened();
    private final HostMemory host;
    private final DeviceMemory floats;          // a piece of rows on their way; null for rows in float32
    private final Conversion conversion;        // the same
    private final int piece;
    private long nanos;

    /** For arrays of so many words; larger ones go in several pieces. */
    Transfer(Device device, Stream stream, long words, Precision numbers) {
        this.stream = stream;
        piece = (int) Math.max(1, Math.min(PIECE, words));
        boolean narrow = numbers != Precision.FP32;
        try {
            host = owned.add(device.allocateHost((long) piece * Float.BYTES));
            floats = narrow ? owned.add(device.allocate((long) piece * Float.BYTES, "benchmark: rows in float32")) : null;
            conversion = narrow ? new Conversion(device, numbers) : null;
        } catch (RuntimeException e) {
            owned.closeAfter(e);
            throw e;
        }
    }

    /** Bytes of a number of rows. */
    int rowBytes() {
        return conversion == null ? Float.BYTES : Short.BYTES;
    }

    void up(float[] from, long to) {
        up(from, to, null);
    }

    void up(int[] from, long to) {
        float[] bits = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            bits[i] = Float.intBitsToFloat(from[i]);    // small positive integers: no NaN, so no bit is lost
        }
        up(bits, to);
    }

    void rowsUp(float[] from, long to) {
        up(from, to, conversion);
    }

    float[] down(long from, int count) {
        return down(from, count, null);
    }

    float[] rowsDown(long from, int count) {
        return down(from, count, conversion);
    }

    private void up(float[] from, long to, Conversion narrowing) {
        long start = System.nanoTime();
        for (int at = 0; at < from.length; at += piece) {
            int count = Math.min(piece, from.length - at);
            host.bytes().clear().asFloatBuffer().put(from, at, count);
            if (narrowing == null) {
                stream.upload(host, 0, to + (long) at * Float.BYTES, (long) count * Float.BYTES);
            } else {
                stream.upload(host, 0, floats.address(), (long) count * Float.BYTES);
                narrowing.narrow(stream, to + (long) at * Short.BYTES, floats.address(), count);
            }
            stream.synchronize();
        }
        nanos += System.nanoTime() - start;
    }

    private float[] down(long from, int count, Conversion widening) {
        float[] to = new float[count];
        long start = System.nanoTime();
        for (int at = 0; at < count; at += piece) {
            int words = Math.min(piece, count - at);
            long there = from + (long) at * Float.BYTES;
            if (widening != null) {
                widening.widen(stream, floats.address(), from + (long) at * Short.BYTES, words);
                there = floats.address();
            }
            stream.download(there, host, 0, (long) words * Float.BYTES);
            stream.synchronize();
            host.bytes().clear().asFloatBuffer().get(to, at, words);
        }
        nanos += System.nanoTime() - start;
        return to;
    }

    /** Time since the last asking, nanoseconds. */
    double takeNanos() {
        double taken = nanos;
        nanos = 0;
        return taken;
    }

    @Override
    public void close() {
        owned.close();
    }
}
