package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Operand;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The operands of one operation after the other, copied from host memory and back. Each is an allocation of its own, so that checkers
 * know its bounds; it comes from the stream's pool. For one thread at a time.
 */
final class OperandCopies implements AutoCloseable {
    private final Stream stream;
    private final Staging staging;
    private final Workspace held;               // what an operation takes
    private final Deque<Runnable> results = new ArrayDeque<>();

    /**
     * Copies by a stream of the device.
     *
     * @param staging of the same stream
     */
    OperandCopies(Device device, Stream stream, Staging staging) {
        held = new Workspace(device);
        this.stream = stream;
        this.staging = staging;
    }

    /** Starts an operation. */
    void begin() {
        staging.begin();
    }

    /** A device copy of so many values; 0 for none. */
    long read(float[] values, int first, int count) {
        if (count == 0) {
            return 0;
        }
        long address = scratch(count);
        staging.upload(operand(values, first, count), count, address);
        return address;
    }

    /** A device copy of the first values of an array. */
    long read(int[] values, int count) {
        long address = scratch(count);
        staging.upload(values, count, address);
        return address;
    }

    /** A device copy of so many values, which the operation changes. */
    long update(float[] values, int first, int count) {
        return result(read(values, first, count), values, first, count);
    }

    /** Where so many values go, all of which the operation writes. */
    long write(float[] values, int first, int count) {
        return result(scratch(count), values, first, count);
    }

    /** Where the first values of an array go, all of which the operation writes. */
    long write(int[] values, int count) {
        long address = scratch(count);
        results.add(() -> staging.download(address, values, count));
        return address;
    }

    /** Memory for so many words that only the operation sees. */
    long scratch(long words) {
        DeviceMemory memory = stream.allocate(words * Float.BYTES, "an operation's tensor");
        held.own(memory::close);
        return memory.address();
    }

    /** Waits for the operation and copies its results. */
    void deliver() {
        results.forEach(Runnable::run);
        staging.flush();
    }

    /** Ends an operation, be it by a failure. */
    @Override
    public void close() {
        results.clear();
        held.close();
    }

    private long result(long address, float[] values, int first, int count) {
        results.add(() -> staging.download(address, operand(values, first, count), count));
        return address;
    }

    private static Operand operand(float[] values, int first, int count) {
        Operand operand = new Operand();
        operand.set(FloatBuffer.wrap(values, first, count));
        return operand;
    }
}
