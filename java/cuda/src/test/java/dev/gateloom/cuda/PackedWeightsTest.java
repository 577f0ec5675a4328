package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.RnnConfig;
import org.junit.jupiter.api.Test;

class PackedWeightsTest {
    /** weight_ih [15, 4] at 0, weight_hh [15, 5] at 60, then biases. */
    private final PackedWeights packed = new PackedWeights(RnnConfig.gru(4, 5).build());

    @Test
    void everyRowTakesWhole16Bytes() {
        assertEquals(2 * 15 * 8 / 2, packed.words());
        assertEquals(new PackedWeights(RnnConfig.gru(0, 5).build()).words(), 15 * 8 / 2, "no input has no weights");
    }

    @Test
    void matricesAndTheirRowsAreFound() {
        assertEquals(0, packed.find(0, 4, 4));
        assertEquals(4, packed.find(4, 4, 4));
        assertEquals(15 * 4, packed.find(60, 5, 5));
        assertEquals((15 + 10) * 4, packed.find(60 + 10 * 5, 5, 5), "the third gate's");
    }

    @Test
    void whatIsNoWholeRowIsNotFound() {
        assertEquals(-1, packed.find(-4, 4, 4), "before the parameters");
        assertEquals(-1, packed.find(2, 4, 4), "inside a row");
        assertEquals(-1, packed.find(0, 8, 4), "every second row");
        assertEquals(-1, packed.find(0, 4, 3), "part of each row");
        assertEquals(-1, packed.find(60 + 75, 5, 5), "a bias");
        assertEquals(-1, packed.find(1L << 40, 5, 5), "elsewhere");
    }
}
