package dev.gateloom.bench.gpu;

import dev.gateloom.device.Device;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;

/** Takes arrays to the device and back, piece by piece through page-locked memory, and adds up the time that it takes. */
final class Transfer implements AutoCloseable {
    private static final int PIECE = 1 << 22;           // 32-bit words

    private final Stream stream;
    private final HostMemory host;
    private final int piece;
    private long nanos;

    /** For arrays of so many words; larger ones go in several pieces. */
    Transfer(Device device, Stream stream, long words) {
        this.stream = stream;
        piece = (int) Math.max(1, Math.min(PIECE, words));
        host = device.allocateHost((long) piece * Float.BYTES);
    }

    void up(float[] from, long to) {
        long start = System.nanoTime();
        for (int at = 0; at < from.length; at += piece) {
            int count = Math.min(piece, from.length - at);
            host.bytes().clear().asFloatBuffer().put(from, at, count);
            stream.upload(host, 0, to + (long) at * Float.BYTES, (long) count * Float.BYTES);
            stream.synchronize();
        }
        nanos += System.nanoTime() - start;
    }

    void up(int[] from, long to) {
        float[] bits = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            bits[i] = Float.intBitsToFloat(from[i]);    // small positive integers: no NaN, so no bit is lost
        }
        up(bits, to);
    }

    float[] down(long from, int count) {
        float[] to = new float[count];
        long start = System.nanoTime();
        for (int at = 0; at < count; at += piece) {
            int words = Math.min(piece, count - at);
            stream.download(from + (long) at * Float.BYTES, host, 0, (long) words * Float.BYTES);
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
        host.close();
    }
}
