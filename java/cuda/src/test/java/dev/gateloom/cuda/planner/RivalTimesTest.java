package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that cannot say how long known kernels take is worth nothing for new ones. Published times on H100, in ms. */
class RivalTimesTest {
    private static final double TOLERANCE = 0.3;
    private static final double MILLI = 1e-3;

    private final Rivals rivals = new Rivals();

    @ParameterizedTest
    @CsvSource({"FlashRNN fused bf16, 4.87, 13.61", "FlashRNN alternating bf16, 10.8, 26.5", "haste fp32, 18.4, 43.9"})
    void publishedTimesAreMet(String rival, double forward, double both) {
        double[] estimate = estimate(rival);
        assertEquals(forward * MILLI, estimate[0], TOLERANCE * forward * MILLI, rival + " forward");
        assertEquals(both * MILLI, estimate[0] + estimate[1], TOLERANCE * both * MILLI, rival + " forward and backward");
        assertEquals((both - forward) * MILLI, estimate[1], TOLERANCE * (both - forward) * MILLI, rival + " backward");
    }

    /** Whoever has a better reason for a structure will see what it does to the figures in KERNELS.md. */
    @ParameterizedTest
    @CsvSource({"FlashRNN fused bf16, 3.75, 7.26", "FlashRNN alternating bf16, 8.19, 13.0", "haste fp32, 18.8, 27.6"})
    void estimatesAreThoseOfTheDocument(String rival, double forward, double backward) {
        double[] estimate = estimate(rival);
        assertTrue(Math.abs(estimate[0] / MILLI - forward) < 0.006 * forward, () -> rival + " forward: " + estimate[0] / MILLI);
        assertTrue(Math.abs(estimate[1] / MILLI - backward) < 0.006 * backward, () -> rival + " backward: " + estimate[1] / MILLI);
    }

    private double[] estimate(String rival) {
        return switch (rival) {
            case "FlashRNN fused bf16" -> new double[] {rivals.fusedForward(), rivals.fusedBackward()};
            case "FlashRNN alternating bf16" -> new double[] {rivals.alternatingForward(), rivals.alternatingBackward()};
            case "haste fp32" -> new double[] {rivals.hasteForward(), rivals.hasteBackward()};
            default -> throw new IllegalArgumentException(rival);
        };
    }
}
