package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.nn.Trainable;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdamTest {
    private int changes;
    private final float[] p = {1, -2};
    private final float[] g = {0.5f, -4};
    private final List<Trainable> parameters = List.of(new Trainable("p", p, g, () -> changes++));

    @Test
    void theFirstUpdateIsTheRateWhateverTheGradient() {
        new Adam(parameters, 0.1).step(1);
        assertEquals(0.9, p[0], 1e-7);
        assertEquals(-1.9, p[1], 1e-7);
        assertEquals(1, changes);
    }

    /**
     * By hand for the first parameter, g = 0.5 then 1, rate 0.1:
     * m = 0.05, then 0.045 + 0.1 = 0.145, divided by 1 - 0.81 = 0.19: 0.7631579;
     * v = 0.00025, then 0.00024975 + 0.001 = 0.00124975, divided by 1 - 0.998001 = 0.001999: 0.6251876, root 0.7906881;
     * p = 0.9 - 0.1·0.7631579/0.7906881 = 0.8034818.
     */
    @Test
    void theSecondUpdateByHand() {
        Adam adam = new Adam(parameters, 0.1);
        adam.step(1);
        g[0] = 1;
        adam.step(1);
        assertEquals(0.8034818, p[0], 2e-7);
    }

    @Test
    void aFactorScalesTheRate() {
        new Adam(parameters, 0.1).step(0.25);
        assertEquals(0.975, p[0], 1e-7);
    }

    @Test
    void epsilonIsAddedAfterTheCorrection() {
        // sqrt(v)/sqrt(1 - β₂) = |g| = 0.5, so p -= 0.1·0.5/(0.5 + 0.5)
        new Adam(parameters, new Adam.Settings(0.1, 0.9, 0.999, 0.5, 0)).step(1);
        assertEquals(0.95, p[0], 1e-7);
    }

    @Test
    void weightDecayIsAddedToTheGradient() {
        // with ε = 1 and decay 0.1: g = 0.5 + 0.1·1 = 0.6, p -= 0.1·0.6/(0.6 + 1)
        new Adam(parameters, new Adam.Settings(0.1, 0.9, 0.999, 1, 0.1)).step(1);
        assertEquals(1 - 0.1 * 0.6 / 1.6, p[0], 1e-7);
    }

    @Test
    void refusesSettingsOutOfRange() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Adam.Settings.of(0));
        assertEquals("learningRate: expected a positive number, got 0.0", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Adam.Settings(0.1, 1, 0.999, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Adam.Settings(0.1, 0.9, -0.1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Adam.Settings(0.1, 0.9, 0.9, Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> new Adam.Settings(0.1, 0.9, 0.9, 0, -1));
    }
}
