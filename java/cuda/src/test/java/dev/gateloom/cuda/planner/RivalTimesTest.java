package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.cuda.KernelsDocument;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
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
    @Test
    void estimatesAreThoseOfTheDocument() {
        KernelsDocument.assertTable("| | forward | published | | backward | published | | both | published | |", List.of(
                row("FlashRNN fused, bf16", "FlashRNN fused bf16", "4.87", "8.74", "13.61"),
                row("FlashRNN alternating, bf16", "FlashRNN alternating bf16", "10.8", "15.7", "26.5"),
                row("haste, fp32", "haste fp32", "18.4", "25.5", "43.9")));
    }

    private String row(String title, String rival, String forward, String backward, String both) {
        double[] estimate = estimate(rival);
        return KernelsDocument.row(List.of(title, cells(estimate[0], forward), cells(estimate[1], backward),
                cells(estimate[0] + estimate[1], both)));
    }

    private static String cells(double seconds, String published) {
        double ms = seconds / MILLI;
        return new BigDecimal(ms).round(new MathContext(3)).toPlainString() + " | " + published + " | "
                + String.format(Locale.ROOT, "%+.0f %%", 100 * (ms / Double.parseDouble(published) - 1));
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
