package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tensors of fixed random values on a device: the same ones on each, in the order in which they are asked for. */
final class Tensors implements AutoCloseable {
    private static final int STAGED = 1 << 16;

    final Device device;
    final Stream stream;
    private final Workspace workspace;
    private final Staging staging;
    private final Random random = new Random(1);
    private final List<Long> addresses = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();

    Tensors(Device device) {
        this.device = device;
        workspace = new Workspace(device);
        stream = workspace.stream();
        staging = new Staging(workspace, stream, STAGED);
    }

    /** So many values in (-1, 1). */
    long of(int size) {
        return of(size, 1);
    }

    /** So many values in (-scale, scale). */
    long of(int size, double scale) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) scale * (2 * random.nextFloat() - 1);
        }
        return of(values);
    }

    /** So many eighths in [-1, 1]: few digits, so that products and sums of them have no rounding at all. */
    long eighths(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (random.nextInt(17) - 8) / 8f;
        }
        return of(values);
    }

    /** These values. */
    long of(float[] values) {
        int size = values.length;
        long address = workspace.words(size, "tensor " + addresses.size());
        staging.upload(values, size, address);
        addresses.add(address);
        sizes.add(size);
        return address;
    }

    /** So many 32-bit words, which are not read back. */
    long words(long count) {
        return workspace.words(count, "scratch");
    }

    /** A length in 0 to steps for each sequence. */
    long lengths(int batch, int steps) {
        long address = workspace.words(batch, "lengths");
        staging.upload(random.ints(batch, 0, steps + 1).toArray(), batch, address);
        return address;
    }

    /** Owns what a product or a kernel takes for itself. */
    Workspace workspace() {
        return workspace;
    }

    /** For sequence kernels on this stream. */
    Exchange exchange(int tiles, int polls) {
        return new Exchange(workspace, stream, tiles, polls);
    }

    /** What all tensors hold when the stream's work is done. */
    List<float[]> read() {
        List<float[]> read = new ArrayList<>();
        Operand operand = new Operand();
        for (int n = 0; n < addresses.size(); n++) {
            float[] values = new float[sizes.get(n)];
            operand.set(values);
            staging.download(addresses.get(n), operand, values.length);
            staging.flush();
            read.add(values);
        }
        return read;
    }

    @Override
    public void close() {
        workspace.close();
    }
}
