package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OwnTrainerTest {

    /** Always answering 0 has the loss 1/3, the variance of the numbers. */
    @Test
    void learnsToRepeatWhatItSaw() {
        double first = OwnTrainer.train(10);
        double last = OwnTrainer.train(500);
        assertTrue(first > 1.0 / 6, "after 10 updates: " + first);
        assertTrue(last < 1.0 / 60, "after 500 updates: " + last);
    }
}
