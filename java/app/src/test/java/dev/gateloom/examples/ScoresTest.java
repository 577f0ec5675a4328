package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ScoresTest {

    @Test
    void scoresEveryWindowThatLiesInThePeriod() {
        float[] actual = {9, 9, 1, 2, 3, 9};
        // Origins 2 and 3, two days each; always says 1: errors 0, -1 and -1, -2.
        double[] rmse = Scores.rmse((origin, ahead) -> 1, actual, 2, 5, 2);
        assertArrayEquals(new double[] {Math.sqrt(0.5), Math.sqrt(2.5), Math.sqrt(1.5)}, rmse, 1e-12);
    }
}
