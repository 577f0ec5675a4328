package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.Refusal.unless;

import dev.gateloom.cuda.model.Digits;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers in the device memory of a played driver, behind the work of a stream. */
final class FakeNumbers {
    static final int FLOAT = 0;
    static final int HALF = 2;
    static final int BFLOAT16 = 9;

    private final FakeContext context;
    private final Stream stream;
    private final int type;

    /** Of a {@code cudnnDataType_t}. */
    FakeNumbers(FakeContext context, Stream stream, int type) {
        this.context = context;
        this.stream = stream;
        this.type = type;
    }

    static int bytes(int type) {
        unless(type == FLOAT || type == HALF || type == BFLOAT16, FakeCudnn.BAD_PARAM, "data type " + type);
        return type == FLOAT ? Float.BYTES : Short.BYTES;
    }

    /** The nearest one. */
    float round(float value) {
        return type == FLOAT ? value : digits().of(digits().bits(value));
    }

    float[] read(long address, int count) {
        float[] values = new float[count];
        ByteBuffer bytes = readBytes(address, (long) count * bytes(type));
        for (int i = 0; i < count; i++) {
            values[i] = type == FLOAT ? bytes.getFloat(i * Float.BYTES) : digits().of(bytes.getShort(i * Short.BYTES) & 0xffff);
        }
        return values;
    }

    void write(long address, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * bytes(type)).order(ByteOrder.nativeOrder());
        for (float value : values) {
            if (type == FLOAT) {
                bytes.putFloat(value);
            } else {
                bytes.putShort((short) digits().bits(value));
            }
        }
        writeBytes(address, bytes.flip());
    }

    ByteBuffer readBytes(long address, long size) {
        ByteBuffer copy = ByteBuffer.allocate((int) size).order(ByteOrder.nativeOrder());
        if (size > 0) {
            context.memory.check(address, size);
            try (HostMemory host = context.emulator.allocateHost(size)) {
                stream.download(address, host, 0, size);
                stream.synchronize();
                copy.put(host.bytes().duplicate().clear().limit((int) size)).flip();
            }
        }
        return copy;
    }

    void writeBytes(long address, ByteBuffer from) {
        int size = from.remaining();
        if (size > 0) {
            context.memory.check(address, size);
            try (HostMemory host = context.emulator.allocateHost(size)) {
                host.bytes().duplicate().clear().put(from);
                stream.upload(host, 0, address, size);
                stream.synchronize();
            }
        }
    }

    private Digits digits() {
        return type == HALF ? Digits.FP16 : Digits.BF16;
    }
}
