package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The life of a plan: its shapes, its weights, its pending forward, its masks, its end. */
interface PlanTests extends ConformanceSubject {

    /** A plan for more works for less, in any order of shapes. */
    @TestFactory
    default Stream<DynamicTest> smallerShapes() {
        return trained(RnnConfig.Builder::build).map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            int[][] shapes = {{7, 9}, {1, 1}, {7, 2}, {3, 9}, {2, 5}, {7, 9}};
            try (RnnPlan plan = engine().plan(config, Shape.of(7, 9), Mode.TRAINING)) {
                for (int[] shape : shapes) {
                    if (Exact.meetsKinks(precision(), config, Mode.TRAINING, shape[0], shape[1])) {
                        continue;
                    }
                    Draw draw = new Draw(shape[0]).ragged(true);
                    Exact exact = Exact.of(precision(), "smaller " + config + Arrays.toString(shape),
                            () -> draw.problem(config, Mode.TRAINING, shape[0], shape[1]));
                    exact.assertSolvedBy(exact.problem().run(plan, Memory.USUAL));
                }
            }
        }));
    }

    /** Two plans with forwards pending for one set of weights do not disturb each other. */
    @TestFactory
    default Stream<DynamicTest> pendingForwardsOfTwoPlans() {
        return trained(b -> b.layers(2).build()).map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            Problem first = new Draw(1).problem(config, Mode.TRAINING, 6, 4);
            Problem other = new Draw(2).ragged(true).problem(config, Mode.TRAINING, 3, 5);
            Problem second = other.with(first.weights());
            Results expectedFirst = first.run(engine());
            Results expectedSecond = second.run(engine());
            try (RnnPlan planA = engine().plan(config, Shape.of(6, 4), Mode.TRAINING);
                    RnnPlan planB = engine().plan(config, Shape.of(3, 5), Mode.TRAINING)) {
                Problem.Pass a = first.forward(planA, Memory.USUAL);
                Problem.Pass b = second.forward(planB, Memory.USUAL);
                a.backward().assertSameBits(expectedFirst);
                b.backward().assertSameBits(expectedSecond);
            }
        }));
    }

    /** After {@code changed()} the next call sees the new values; other weights are told apart without it. */
    @TestFactory
    default Stream<DynamicTest> weightsChangeBetweenCalls() {
        return trained(RnnConfig.Builder::build).map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            Problem before = new Draw(11).problem(config, Mode.TRAINING, 4, 3);
            RnnWeights values = new Draw(12).weights(config);
            Problem after = before.with(values);
            Results expectedBefore = before.run(engine());
            Results expectedAfter = after.run(engine());
            RnnWeights changing = RnnWeights.zeros(config);
            Problem problem = before.with(changing);
            try (RnnPlan plan = engine().plan(config, Shape.of(4, 3), Mode.TRAINING)) {
                for (int n = 0; n < 2; n++) {
                    System.arraycopy(before.weights().data(), 0, changing.data(), 0, changing.data().length);
                    changing.changed();
                    problem.run(plan, Memory.USUAL).assertSameBits(expectedBefore);
                    values.names().forEach(name -> changing.set(name, values.get(name)));
                    problem.run(plan, Memory.USUAL).assertSameBits(expectedAfter);
                }
                before.run(plan, Memory.USUAL).assertSameBits(expectedBefore);
            }
            changing.close();
            problem.run(engine()).assertSameBits(expectedAfter);        // closed weights pack again
        }));
    }

    /** n steps are a sequence of n. */
    @TestFactory
    default Stream<DynamicTest> stepsAreASequence() {
        return Option.each(5, 18).stream()
                .filter(c -> c.direction() == Direction.FORWARD && !c.batchFirst() && c.returnSequences())
                .filter(c -> !unsupported().covers(c, Mode.INFERENCE))
                .map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
                    Problem p = new Draw(21).problem(config, Mode.INFERENCE, 6, 3);
                    Results expected = p.run(engine());
                    RnnState state = RnnState.zeros(config, p.batch());
                    if (p.h0() != null) {
                        System.arraycopy(p.h0(), 0, state.h(), 0, p.h0().length);
                        if (p.lstm()) {
                            System.arraycopy(p.c0(), 0, state.c(), 0, p.c0().length);
                        }
                    }
                    float[] y = new float[p.ySize()];
                    int in = p.batch() * config.inputSize();
                    int out = p.batch() * config.outputSize();
                    try (RnnPlan plan = engine().plan(config, Shape.of(2, p.batch()), Mode.INFERENCE)) {
                        for (int t = 0; t < p.steps(); t++) {
                            float[] yt = new float[out];
                            plan.step(p.weights(), Arrays.copyOfRange(p.x(), t * in, (t + 1) * in), state, yt);
                            System.arraycopy(yt, 0, y, t * out, out);
                        }
                        assertEquals(2, plan.steps(), "step leaves the plan's shape alone");
                    }
                    Results.assertClose("y", expected.get("y"), y, sameFunction());
                    Results.assertClose("h", expected.get("hn"), state.h(), sameFunction());
                    if (p.lstm()) {
                        Results.assertClose("c", expected.get("cn"), state.c(), sameFunction());
                    }
                }));
    }

    /** NaN and infinities of one call leave no trace in the next one. */
    @TestFactory
    default Stream<DynamicTest> nonFiniteValuesAreForgotten() {
        return trained(b -> b.layers(2).bidirectional(true).build())
                .map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
                    Problem p = new Draw(34).problem(config, Mode.TRAINING, 3, 4);
                    Results expected = p.run(engine());
                    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                        try (RnnPlan plan = engine().plan(config, Shape.of(3, 4), Mode.TRAINING)) {
                            float[] x = p.x().clone();
                            float[] dy = p.dy().clone();
                            Arrays.fill(x, value);
                            Arrays.fill(dy, value);
                            p.with(config, p.weights(), x, dy).run(plan, Memory.USUAL);
                            p.run(plan, Memory.USUAL).assertSameBits(expected);
                        }
                    }
                }));
    }

    /** Masks that are given between forward and backward are those of the next forward. */
    @Test
    default void masksGivenBeforeBackwardAreForTheNextForward() {
        RnnConfig config = RnnConfig.lstm(4, 9).layers(2).dropout(0.5f).build();
        if (unsupported().covers(config, Mode.TRAINING)) {
            return;
        }
        Problem p = new Draw(35).problem(config, Mode.TRAINING, 4, 3);
        Results expected = p.run(engine());
        try (RnnPlan plan = engine().plan(config, Shape.of(4, 3), Mode.TRAINING)) {
            Problem.Pass pass = p.forward(plan, Memory.USUAL);
            plan.masks(new RnnMasks(config, 2, 2).draw(9, 9));
            pass.backward().assertSameBits(expected);
        }
    }

    /** Masks are not copied: with other values the gradient would belong to neither forward. */
    @Test
    default void masksChangedBeforeBackwardAreRefused() {
        RnnConfig config = RnnConfig.lstm(4, 9).layers(2).dropout(0.5f).build();
        if (unsupported().covers(config, Mode.TRAINING)) {
            return;
        }
        Problem p = new Draw(36).problem(config, Mode.TRAINING, 4, 3);
        RnnMasks masks = new RnnMasks(config, 4, 3);
        float[] ones = new float[masks.get(RnnMasks.Kind.INTERLAYER).length];
        Arrays.fill(ones, 1);
        try (RnnPlan plan = engine().plan(config, Shape.of(4, 3), Mode.TRAINING)) {
            for (Runnable change : List.<Runnable>of(() -> masks.draw(7, 1), () -> masks.set(RnnMasks.Kind.INTERLAYER, ones))) {
                plan.masks(masks.draw(7, 0));
                forward(plan, p);
                change.run();
                String message = assertThrows(IllegalArgumentException.class, () -> backward(plan, p)).getMessage();
                assertTrue(message.startsWith("masks: expected those of the forward"), message);
            }
            forward(plan, p);
            backward(plan, p);
        }
    }

    @Test
    default void oneBackwardBelongsToOneForward() {
        RnnConfig config = RnnConfig.lstm(3, 4).build();
        Problem p = new Draw(31).problem(config, Mode.TRAINING, 3, 2);
        try (RnnPlan plan = engine().plan(config, Shape.of(3, 2), Mode.TRAINING)) {
            Class<IllegalStateException> illegal = IllegalStateException.class;
            assertThrows(illegal, () -> backward(plan, p), "backward before forward");
            p.forward(plan, Memory.USUAL);
            backward(plan, p);
            assertThrows(illegal, () -> backward(plan, p), "backward twice");
            p.forward(plan, Memory.USUAL);
            plan.shape(2, 2);
            assertThrows(illegal, () -> backward(plan, p), "backward for another shape");
            plan.shape(3, 2);
            p.forward(plan, Memory.USUAL);
            p.weights().changed();
            IllegalArgumentException changed =
                    assertThrows(IllegalArgumentException.class, () -> backward(plan, p), "weights changed");
            assertTrue(changed.getMessage().startsWith("weights: expected"), changed.getMessage());
        }
        try (RnnPlan plan = engine().plan(config, Shape.of(3, 2), Mode.INFERENCE)) {
            plan.forward(p.weights(), p.x(), null, null, null, null);
            assertThrows(IllegalStateException.class, () -> backward(plan, p), "backward in inference");
        }
    }

    @Test
    default void closedPlansRefuse() {
        RnnConfig config = RnnConfig.gru(3, 4).build();
        Problem p = new Draw(32).problem(config, Mode.TRAINING, 3, 2);
        RnnPlan plan = engine().plan(config, Shape.of(3, 2), Mode.TRAINING);
        p.forward(plan, Memory.USUAL);
        plan.close();
        plan.close();
        assertThrows(IllegalStateException.class, () -> backward(plan, p));
        assertThrows(IllegalStateException.class, () -> p.forward(plan, Memory.USUAL));
    }

    /** Masks follow the seed and the number of the forward; inference draws none. */
    @Test
    default void masksFollowTheSeed() {
        RnnConfig config = RnnConfig.lstm(4, 20).layers(2).dropout(0.5f).recurrentDropout(0.5f).build();
        if (unsupported().covers(config, Mode.TRAINING)) {
            return;
        }
        Problem p = new Draw(33).problem(config, Mode.TRAINING, 4, 3);
        try (RnnPlan plan = engine().plan(config, Shape.of(4, 3), Mode.TRAINING)) {
            float[] first = forward(plan.seed(5), p);
            float[] second = forward(plan, p);
            assertFalse(Arrays.equals(first, second), "each forward has its own masks");
            assertFalse(Arrays.equals(first, forward(plan.seed(6), p)), "another seed, other masks");
            assertArrayEquals(first, forward(plan.seed(5), p));
            assertArrayEquals(second, forward(plan, p));
            plan.masks(new RnnMasks(config, 4, 3).draw(5, 0));
            assertArrayEquals(first, forward(plan, p), "given masks");
            assertArrayEquals(first, forward(plan, p), "given masks stay");
            plan.masks(null).seed(5);
            assertArrayEquals(first, forward(plan, p), "drawn again");
        }
    }

    private Stream<RnnConfig> trained(Function<RnnConfig.Builder, RnnConfig> build) {
        return Stream.of(CellType.values()).map(cell -> build.apply(RnnConfig.of(cell, 5, 17)))
                .filter(config -> !unsupported().covers(config, Mode.TRAINING));
    }

    private static float[] forward(RnnPlan plan, Problem p) {
        float[] y = new float[p.ySize()];
        plan.forward(p.weights(), p.x(), null, null, y, null);
        return y;
    }

    private static void backward(RnnPlan plan, Problem p) {
        plan.backward(p.weights(), p.dy(), null, new float[p.x().length], null, null);
    }
}
