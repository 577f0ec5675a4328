package dev.gateloom.ptx;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A device and what tests do with it again and again. */
final class Bench implements AutoCloseable {
    static final String HEADER = ".version 7.0\n.target sm_75\n.address_size 64\n";

    final EmulatorDevice device;
    final Stream stream;
    private final List<DeviceMemory> memory = new ArrayList<>();

    Bench(EmulatorOptions options) {
        device = new EmulatorDevice(options);
        stream = device.stream();
    }

    Bench() {
        this(EmulatorOptions.defaults());
    }

    /** Memory that is closed with the bench. */
    DeviceMemory allocate(long bytes, String purpose) {
        DeviceMemory allocated = device.allocate(bytes, purpose);
        memory.add(allocated);
        return allocated;
    }

    DeviceMemory bytes(byte... values) {
        DeviceMemory memory = allocate(values.length, "bytes");
        try (HostMemory host = device.allocateHost(values.length)) {
            host.bytes().put(values);
            stream.upload(host, 0, memory.address(), values.length);
            stream.synchronize();
        }
        return memory;
    }

    DeviceMemory ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes(bytes.array());
    }

    DeviceMemory floats(float... values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return ints(bits);
    }

    DeviceMemory longs(long... values) {
        int[] words = new int[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            words[2 * i] = (int) values[i];
            words[2 * i + 1] = (int) (values[i] >>> 32);
        }
        return ints(words);
    }

    int[] ints(DeviceMemory memory) {
        int count = (int) (memory.bytes() / 4);
        try (HostMemory host = device.allocateHost(memory.bytes())) {
            stream.download(memory.address(), host, 0, memory.bytes());
            stream.synchronize();
            int[] values = new int[count];
            host.bytes().asIntBuffer().get(values);
            return values;
        }
    }

    long[] longs(DeviceMemory memory) {
        int[] words = ints(memory);
        long[] values = new long[words.length / 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = words[2 * i] & 0xffffffffL | (long) words[2 * i + 1] << 32;
        }
        return values;
    }

    float[] floats(DeviceMemory memory) {
        int[] bits = ints(memory);
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        return values;
    }

    void run(String ptx, String name, Launch launch, Object... arguments) {
        Kernel kernel = device.kernel(ptx, name);
        stream.launch(kernel, launch, pack(arguments));
        stream.synchronize();
    }

    static Arguments pack(Object... values) {
        Arguments arguments = new Arguments();
        for (Object value : values) {
            if (value instanceof DeviceMemory memory) {
                arguments.address(memory.address());
            } else if (value instanceof Long number) {
                arguments.int64(number);
            } else if (value instanceof Float number) {
                arguments.float32(number);
            } else {
                arguments.int32((Integer) value);
            }
        }
        return arguments;
    }

    @Override
    public void close() {
        stream.close();
        memory.forEach(DeviceMemory::close);
        device.close();
    }
}
