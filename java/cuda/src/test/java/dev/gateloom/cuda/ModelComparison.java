package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.Device;
import java.util.List;
import java.util.function.Consumer;

/** Runs the same launches on the emulator and on the models in plain Java, and compares all memory after both. */
final class ModelComparison implements AutoCloseable {
    /** A tolerance of none: the model states the order of every sum. */
    static final float SAME_BITS = 0;
    /** Of expf and tanhf, with room for what a few products make of it. */
    static final float GATES = 4e-6f;

    private final Device emulator;

    ModelComparison() {
        this(Emulator.open());
    }

    /** On a device that is closed with this. */
    ModelComparison(Device emulator) {
        this.emulator = emulator;
    }

    /** What a kernel must leave alone is compared too. */
    void same(float tolerance, Consumer<Tensors> launches) {
        List<float[]> expected = run(new ModelDevice(), launches);
        List<float[]> actual = run(emulator, launches);
        assertEquals(expected.size(), actual.size());
        for (int n = 0; n < expected.size(); n++) {
            if (tolerance == SAME_BITS) {
                assertArrayEquals(expected.get(n), actual.get(n), "tensor " + n);
            } else {
                assertArrayEquals(expected.get(n), actual.get(n), tolerance, "tensor " + n);
            }
        }
    }

    Device emulator() {
        return emulator;
    }

    private static List<float[]> run(Device device, Consumer<Tensors> launches) {
        try (Tensors tensors = new Tensors(device)) {
            launches.accept(tensors);
            return tensors.read();
        }
    }

    @Override
    public void close() {
        assertEquals(List.of(), emulator.live());
        emulator.close();
    }
}
