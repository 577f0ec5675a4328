package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
    private static final Tensor IDS = Tensor.of(new float[] {0, 2, 1, 2, 0, 0}, 2, 3);

    private static Tensor embedded(boolean maskZero, boolean... given) {
        Embedding layer = Plain.built(new Embedding(3, 2).maskZero(maskZero), -1);
        Plain.set(layer, "weight", 0.5f, 1.5f, 10, 11, 20, 21);
        Tensor ids = Tensor.of(Plain.values(IDS), 2, 3);
        return Plain.forward(layer, given.length == 0 ? ids : ids.mask(given));
    }

    @Test
    void everyIdHasItsVector() {
        assertArrayEquals(new float[] {0.5f, 1.5f, 20, 21, 10, 11, 20, 21, 0.5f, 1.5f, 0.5f, 1.5f},
                Plain.values(embedded(false)));
        assertNull(embedded(false).mask());
    }

    @Test
    void paddingIsMasked() {
        assertArrayEquals(new boolean[] {false, true, true, true, false, false}, Arrays.copyOf(embedded(true).mask(), 6));
        boolean[] given = {true, true, false, true, true, true};
        assertArrayEquals(new boolean[] {false, true, false, true, false, false},
                Arrays.copyOf(embedded(true, given).mask(), 6), "what was masked before stays so");
        assertArrayEquals(given, embedded(false, given).mask());
    }
}
