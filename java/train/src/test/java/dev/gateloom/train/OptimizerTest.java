package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.Trainable;
import dev.gateloom.spi.Workers;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Updates by hand; the command {@code verify} and its tests hold whole runs against PyTorch. */
class OptimizerTest {
    private int changes;
    private final float[] p = {1, -2};
    private final float[] g = {0.5f, -4};
    private final List<Trainable> parameters = List.of(new Trainable("p", p, g, () -> changes++));

    @Test
    void adamsFirstUpdateIsTheRateWhateverTheGradient() {
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
    void adamsSecondUpdateByHand() {
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

    /** PyTorch: √v/√(1 - β₂) = |g| = 0.5; Keras: √v = 0.5·√0.001 and the rate times √0.001. */
    @Test
    void epsilonIsAddedAfterTheCorrectionOrBefore() {
        new Adam(parameters, 0.1).eps(0.5).step(1);
        assertEquals(1 - 0.1 * 0.5 / (0.5 + 0.5), p[0], 1e-7);
        p[0] = 1;
        new Adam(parameters, 0.1, Definition.KERAS).eps(0.5).step(1);
        double root = Math.sqrt(0.001);
        assertEquals(1 - 0.1 * root * 0.5 / (0.5 * root + 0.5), p[0], 1e-7);
    }

    @Test
    void weightDecayIsAddedToTheGradientOrStandsAlone() {
        new Adam(parameters, 0.1).eps(1).weightDecay(0.1).step(1);
        assertEquals(1 - 0.1 * 0.6 / 1.6, p[0], 1e-7);
        p[0] = 1;
        new AdamW(parameters, 0.1).eps(1).weightDecay(0.1).step(1);
        assertEquals(1 - 0.1 * 0.1 - 0.1 * 0.5 / 1.5, p[0], 1e-7);
    }

    /** As Keras 3 does in every optimizer: weights shrink by rate·decay, the update is that without decay. */
    @Test
    void weightsDecayByThemselvesInKeras() {
        List<Function<List<Trainable>, Optimizer>> all = List.of(t -> new Sgd(t, 0.1, Definition.KERAS).momentum(0.9),
                t -> new Adam(t, 0.1, Definition.KERAS), t -> new AdamW(t, 0.1, Definition.KERAS),
                t -> new NAdam(t, 0.1, Definition.KERAS), t -> new RmsProp(t, 0.1, Definition.KERAS),
                t -> new Adagrad(t, 0.1, Definition.KERAS));
        for (Function<List<Trainable>, Optimizer> make : all) {
            p[0] = 1 - 0.05f * 0.2f;
            Optimizer without = make.apply(parameters).weightDecay(0);
            without.step(0.5);
            double expected = p[0];
            p[0] = 1;
            make.apply(parameters).weightDecay(0.2).step(0.5);
            assertEquals(expected, p[0], 1e-7, without.getClass().getSimpleName());
        }
    }

    @Test
    void weightDecayIsAPenaltyInPyTorch() {
        new Sgd(parameters, 0.1).weightDecay(0.2).step(1);
        assertEquals(1 - 0.1 * (0.5 + 0.2), p[0], 1e-7);
        p[0] = 1;
        new Adagrad(parameters, 0.1).eps(1).weightDecay(0.2).step(1);
        assertEquals(1 - 0.1 * 0.7 / 1.7, p[0], 1e-7);
        p[0] = 1;
        new RmsProp(parameters, 0.1).alpha(0.5).eps(1).weightDecay(0.2).step(1);
        assertEquals(1 - 0.1 * 0.7 / (0.7 * Math.sqrt(0.5) + 1), p[0], 1e-7);
    }

    /** g = 0.5 twice, momentum 0.9, rate 0.1 and then 0.05: v = 0.5, 0.95. */
    @Test
    void momentumByHand() {
        assertEquals(1 - 0.05 - 0.05 * 0.95, twice(new Sgd(parameters, 0.1).momentum(0.9)), 1e-7);
        assertEquals(1 - 0.05 - (0.9 * 0.05 + 0.025), twice(new Sgd(parameters, 0.1, Definition.KERAS).momentum(0.9)), 1e-7);
        assertEquals(1 - 0.1 * (0.5 + 0.9 * 0.5) - 0.05 * (0.5 + 0.9 * 0.95),
                twice(new Sgd(parameters, 0.1).momentum(0.9).nesterov(true)), 1e-7);
    }

    private double twice(Optimizer optimizer) {
        p[0] = 1;
        optimizer.step(1);
        optimizer.step(0.5);
        return p[0];
    }

    /** v = 0.25, then 0.5; Keras starts from 0.1. */
    @Test
    void adagradByHand() {
        assertEquals(1 - 0.1 - 0.05 * 0.5 / Math.sqrt(0.5), twice(new Adagrad(parameters, 0.1)), 1e-7);
        assertEquals(1 - 0.1 * 0.5 / Math.sqrt(0.35) - 0.05 * 0.5 / Math.sqrt(0.6),
                twice(new Adagrad(parameters, 0.1, Definition.KERAS)), 1e-6);
        p[0] = 1;
        new Adagrad(parameters, 0.1).eps(1).step(1);
        assertEquals(1 - 0.1 * 0.5 / (0.5 + 1), p[0], 1e-7);
        p[0] = 1;
        new Adagrad(parameters, 0.1, Definition.KERAS).eps(1).step(1);
        assertEquals(1 - 0.1 * 0.5 / Math.sqrt(0.1 + 0.25 + 1), p[0], 1e-7);
    }

    /** v = (1 - α) g². */
    @Test
    void rmsPropByHand() {
        new RmsProp(parameters, 0.1).alpha(0.5).eps(1).step(1);
        assertEquals(1 - 0.1 * 0.5 / (Math.sqrt(0.125) + 1), p[0], 1e-7);
        p[0] = 1;
        new RmsProp(parameters, 0.1, Definition.KERAS).alpha(0.5).eps(1).step(1);
        assertEquals(1 - 0.1 * 0.5 / Math.sqrt(1.125), p[0], 1e-7);
    }

    /** What a checkpoint keeps is the whole state of an optimizer. */
    @Test
    void goesOnFromItsSlotsAndNumber() {
        List<Function<List<Trainable>, Optimizer>> all = List.of(t -> new Sgd(t, 0.1).momentum(0.9),
                t -> new Adam(t, 0.1), t -> new AdamW(t, 0.1), t -> new NAdam(t, 0.1), t -> new RmsProp(t, 0.1),
                t -> new Adagrad(t, 0.1, Definition.KERAS));
        for (Function<List<Trainable>, Optimizer> make : all) {
            p[0] = 1;
            p[1] = -2;
            Optimizer whole = make.apply(parameters);
            for (int i = 0; i < 3; i++) {
                whole.step(1);
            }
            float[] middle = p.clone();
            Optimizer second = make.apply(parameters);
            for (int slot = 0; slot < whole.slotNames().size(); slot++) {
                System.arraycopy(whole.slot(0, slot), 0, second.slot(0, slot), 0, 2);
            }
            second.resume(whole.updates());
            whole.step(1);
            float[] expected = p.clone();
            System.arraycopy(middle, 0, p, 0, 2);
            second.step(1);
            assertArrayEquals(expected, p, whole.getClass().getSimpleName());
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new Adam(parameters, 0));
        assertEquals("learningRate: expected a positive number, got 0.0", e.getMessage());
        Adam adam = new Adam(parameters, 0.1);
        assertThrows(IllegalArgumentException.class, () -> adam.betas(1, 0.999));
        assertThrows(IllegalArgumentException.class, () -> adam.betas(0.9, -0.1));
        assertThrows(IllegalArgumentException.class, () -> adam.eps(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> adam.weightDecay(-1));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(parameters, 0.1).momentum(1));
        assertThrows(IllegalArgumentException.class, () -> new RmsProp(parameters, 0.1).alpha(1));
    }

    @Test
    void theNumberOfThreadsChangesNoBits() {
        List<Function<List<Trainable>, Optimizer>> all = List.of(of -> new Sgd(of, 0.1).momentum(0.9).weightDecay(0.01),
                of -> new Adam(of, 0.1).weightDecay(0.01), of -> new AdamW(of, 0.1), of -> new RmsProp(of, 0.1),
                of -> new NAdam(of, 0.1, Definition.KERAS).weightDecay(0.01), of -> new Adagrad(of, 0.1));
        for (Function<List<Trainable>, Optimizer> optimizer : all) {
            float[] expected = largeUpdates(optimizer, Workers.NONE);
            try (RnnEngine engine = Engines.get("cpu", EngineOptions.threads(3))) {
                assertArrayEquals(expected, largeUpdates(optimizer, Operations.of(engine).workers()));
            }
        }
    }

    /** Three updates of 200,000 values amid an array, by some threads. */
    private static float[] largeUpdates(Function<List<Trainable>, Optimizer> make, Workers workers) {
        float[] values = new float[200_100];
        float[] gradients = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
            gradients[i] = (float) Math.cos(3 * i);
        }
        Optimizer optimizer = make.apply(List.of(new Trainable("w", List.of(200_000), values, gradients, 50, () -> { })));
        optimizer.on(workers);
        for (int update = 0; update < 3; update++) {
            optimizer.step(1);
        }
        assertEquals((float) Math.sin(49), values[49]);
        assertEquals((float) Math.sin(200_050), values[200_050]);
        return values;
    }
}
