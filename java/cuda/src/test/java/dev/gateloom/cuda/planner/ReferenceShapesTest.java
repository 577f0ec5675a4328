package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the model says of the three shapes that the kernels are built for, and of the one that others have published, H100, fp16,
 * LSTM with I = H: milliseconds of an inference and of a training step. The targets were set before the model; where it misses
 * one, by how much stands in KERNELS.md.
 */
class ReferenceShapesTest {
    private static final double MILLI = 1e-3;

    // B, T, H: inference, its target; training, its target; whether both are met; strategies of training.
    @ParameterizedTest
    @CsvSource({
        "  1, 1000,  256, 0.368, 0.35, 0.728, 0.9,  false, true,  BB",
        " 64,  256,  512, 0.208, 0.20, 0.607, 0.6,  false, false, BB",
        "128,  128, 1024, 0.593, 0.65, 1.656, 2.0,  true,  true,  CC",
        " 16, 1024,  768, 0.875, 2.01, 2.125, 5.19, true,  true,  CC",
    })
    void estimatesBesideTargets(int batch, int steps, int hidden, double inference, double inferenceTarget, double training,
            double trainingTarget, boolean inferenceMet, boolean trainingMet, String strategies) {
        Plan forward = plan(batch, steps, hidden, Mode.INFERENCE);
        Plan both = plan(batch, steps, hidden, Mode.TRAINING);
        assertEquals(inference, forward.seconds().orElseThrow() / MILLI, 0.0006, forward::toString);
        assertEquals(training, both.seconds().orElseThrow() / MILLI, 0.0006, both::toString);
        assertEquals(inferenceMet, forward.seconds().orElseThrow() <= inferenceTarget * MILLI);
        assertEquals(trainingMet, both.seconds().orElseThrow() <= trainingTarget * MILLI);
        assertEquals(strategies, both.passes().stream().map(c -> c.chosen().orElseThrow().strategy().name())
                .collect(Collectors.joining()));
    }

    private static Plan plan(int batch, int steps, int hidden, Mode mode) {
        return Planner.plan(Problems.lstm(batch, steps, hidden, mode, Precision.FP16), Problems.gpu("h100"),
                Implemented.everything());
    }
}
