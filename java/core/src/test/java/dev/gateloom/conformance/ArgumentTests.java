package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Direction;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Wrong arguments: the message names the argument, what was expected and what came; nothing is written. */
interface ArgumentTests extends ConformanceSubject {
    /** T, B, I, H of all calls here. */
    int T = 3;
    /** See T. */
    int B = 2;

    /** The arguments of a call, right until one is made wrong. */
    final class Arguments {
        private static final RnnConfig CONFIG = RnnConfig.lstm(5, 4).build();
        RnnWeights weights = new Draw(1).weights(CONFIG);
        FloatBuffer x = FloatBuffer.wrap(new float[T * B * 5]);
        RnnState initial = RnnState.zeros(CONFIG, B);
        int[] lengths = {3, 1};
        FloatBuffer y = unwritten(T * B * 4);
        RnnState last = RnnState.of(unwritten(B * 4).array(), unwritten(B * 4).array());
        FloatBuffer dy = FloatBuffer.wrap(new float[T * B * 4]);
        RnnState dLast = RnnState.zeros(CONFIG, B);
        FloatBuffer dx = unwritten(T * B * 5);
        RnnState dInitial = RnnState.of(unwritten(B * 4).array(), unwritten(B * 4).array());
        RnnWeights gradients = RnnWeights.zeros(CONFIG);
        RnnMasks masks;

        private final FloatBuffer[] outputs = {y, FloatBuffer.wrap(last.h()), FloatBuffer.wrap(last.c()), dx,
            FloatBuffer.wrap(dInitial.h()), FloatBuffer.wrap(dInitial.c())};
        private final RnnWeights sum = gradients;

        private static FloatBuffer unwritten(int size) {
            FloatBuffer buffer = FloatBuffer.allocate(size);
            Arrays.fill(buffer.array(), -7f);
            return buffer;
        }

        void forward(RnnPlan plan) {
            plan.forward(weights, x, initial, lengths, y, last);
        }

        void backward(RnnPlan plan) {
            plan.backward(weights, dy, dLast, dx, dInitial, gradients);
        }

        void assertNothingWritten() {
            for (FloatBuffer output : outputs) {
                for (float value : output.array()) {
                    assertEquals(-7f, value, "nothing may be written");
                }
            }
            for (float value : sum.data()) {
                assertEquals(0f, value, "nothing may be added to the gradients");
            }
        }
    }

    @TestFactory
    default Stream<DynamicTest> wrongArgumentsOfForward() {
        Map<String, Consumer<Arguments>> wrong = new LinkedHashMap<>();
        wrong.put("weights: null", a -> a.weights = null);
        wrong.put("weights: other stack", a -> a.weights = RnnWeights.zeros(RnnConfig.lstm(4, 4).build()));
        wrong.put("x: null", a -> a.x = null);
        wrong.put("x: short", a -> a.x = FloatBuffer.allocate(T * B * 5 - 1));
        wrong.put("x: position too late", a -> a.x.position(1));
        wrong.put("initialState.h: short", a -> a.initial = RnnState.of(new float[7], new float[8]));
        wrong.put("initialState.c: short", a -> a.initial = RnnState.of(new float[8], new float[7]));
        wrong.put("initialState.c: null", a -> a.initial = RnnState.of(new float[8], null));
        wrong.put("lengths: too few", a -> a.lengths = new int[] {3});
        wrong.put("lengths: too many", a -> a.lengths = new int[] {3, 3, 3});
        wrong.put("lengths[1]: negative", a -> a.lengths = new int[] {3, -1});
        wrong.put("lengths[0]: more than T", a -> a.lengths = new int[] {4, 1});
        wrong.put("y: short", a -> a.y = FloatBuffer.allocate(T * B * 4 - 1));
        wrong.put("y: read-only", a -> a.y = FloatBuffer.allocate(T * B * 4).asReadOnlyBuffer());
        wrong.put("finalState.h: short", a -> a.last = RnnState.of(new float[7], new float[8]));
        wrong.put("finalState.c: null", a -> a.last = RnnState.of(new float[8], null));
        wrong.put("finalState.h: read-only", a -> a.last =
                RnnState.of(FloatBuffer.allocate(8).asReadOnlyBuffer(), FloatBuffer.allocate(8)));
        return wrong.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.TRAINING)) {
                Arguments a = new Arguments();
                e.getValue().accept(a);
                refused(e.getKey(), () -> a.forward(plan));
                a.assertNothingWritten();
                new Arguments().forward(plan);      // the plan still works
            }
        }));
    }

    @TestFactory
    default Stream<DynamicTest> wrongArgumentsOfBackward() {
        Map<String, Consumer<Arguments>> wrong = new LinkedHashMap<>();
        wrong.put("weights: null", a -> a.weights = null);
        wrong.put("weights: others", a -> a.weights = RnnWeights.zeros(Arguments.CONFIG));
        wrong.put("weights: changed", a -> a.weights.changed());
        wrong.put("dy: short", a -> a.dy = FloatBuffer.allocate(T * B * 4 - 1));
        wrong.put("dFinalState.h: short", a -> a.dLast = RnnState.of(new float[7], new float[8]));
        wrong.put("dFinalState.c: null", a -> a.dLast = RnnState.of(new float[8], null));
        wrong.put("dx: short", a -> a.dx = FloatBuffer.allocate(T * B * 5 - 1));
        wrong.put("dx: read-only", a -> a.dx = FloatBuffer.allocate(T * B * 5).asReadOnlyBuffer());
        wrong.put("dInitialState.c: short", a -> a.dInitial = RnnState.of(new float[8], new float[7]));
        wrong.put("gradients: other stack", a -> a.gradients = RnnWeights.zeros(RnnConfig.lstm(4, 4).build()));
        wrong.put("gradients: the weights", a -> a.gradients = a.weights);
        return wrong.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
            try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.TRAINING)) {
                Arguments a = new Arguments();
                plan.forward(a.weights, a.x, a.initial, a.lengths, (FloatBuffer) null, null);
                e.getValue().accept(a);
                refused(e.getKey(), () -> a.backward(plan));
                a.assertNothingWritten();
            }
        }));
    }

    /** A refused call in between does not disturb the backward that is due. */
    @Test
    default void refusedCallsLeaveThePendingForward() {
        Problem p = new Draw(51).ragged(true).problem(Arguments.CONFIG, Mode.TRAINING, T, B);
        Results expected = p.run(engine());
        try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.TRAINING)) {
            Problem.Pass pass = p.forward(plan, Memory.USUAL);
            Arguments a = new Arguments();
            a.lengths = new int[] {T, T + 1};
            refused("lengths[1]", () -> a.forward(plan));
            a.dx = FloatBuffer.allocate(1);
            a.weights = p.weights();
            refused("dx", () -> a.backward(plan));
            pass.backward().assertSameBits(expected);
        }
    }

    @Test
    default void wrongShapes() {
        try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.TRAINING)) {
            refused("steps", () -> plan.shape(0, B));
            refused("steps", () -> plan.shape(T + 1, B));
            refused("batch", () -> plan.shape(T, 0));
            refused("batch", () -> plan.shape(T, B + 1));
            assertEquals(T, plan.steps());
            assertEquals(B, plan.batch());
        }
        refused("config", () -> engine().plan(null, Shape.of(T, B), Mode.TRAINING));
        refused("shape", () -> engine().plan(Arguments.CONFIG, null, Mode.TRAINING));
        refused("mode", () -> engine().plan(Arguments.CONFIG, Shape.of(T, B), null));
    }

    @Test
    default void wrongSteps() {
        Arguments a = new Arguments();
        float[] x = new float[B * 5];
        float[] y = new float[B * 4];
        try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.INFERENCE)) {
            refused("state", () -> plan.step(a.weights, x, null, y));
            refused("x", () -> plan.step(a.weights, new float[B * 5 - 1], a.initial, y));
            refused("y", () -> plan.step(a.weights, x, a.initial, new float[B * 4 - 1]));
        }
        try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.TRAINING)) {
            refused("step", () -> plan.step(a.weights, x, a.initial, y));
        }
        RnnConfig backward = Arguments.CONFIG.toBuilder().direction(Direction.BACKWARD).build();
        if (!unsupported().covers(backward, Mode.INFERENCE)) {
            try (RnnPlan plan = engine().plan(backward, Shape.of(T, B), Mode.INFERENCE)) {
                refused("step", () -> plan.step(RnnWeights.zeros(backward), x, a.initial, y));
            }
        }
    }

    @Test
    default void wrongMasks() {
        try (RnnPlan plan = engine().plan(Arguments.CONFIG, Shape.of(T, B), Mode.TRAINING)) {
            RnnConfig other = Arguments.CONFIG.toBuilder().recurrentDropout(0.5f).build();
            refused("masks", () -> plan.masks(new RnnMasks(other, T, B)));
        }
        RnnConfig config = Arguments.CONFIG.toBuilder().recurrentDropout(0.5f).build();
        RnnConfig other = config.toBuilder().recurrentDropout(0.25f).build();
        if (unsupported().covers(config, Mode.TRAINING)) {
            return;
        }
        try (RnnPlan plan = engine().plan(config, Shape.of(T, B), Mode.TRAINING)) {
            refused("masks", () -> plan.masks(new RnnMasks(other, T, B)));
            plan.masks(new RnnMasks(config, T, B + 1));
            Arguments a = new Arguments();
            a.weights = RnnWeights.zeros(config);
            refused("masks", () -> a.forward(plan));
            a.assertNothingWritten();
        }
    }

    @Test
    default void cellStatesBelongToAnLstm() {
        RnnConfig gru = RnnConfig.gru(5, 4).build();
        try (RnnPlan plan = engine().plan(gru, Shape.of(T, B), Mode.TRAINING)) {
            Arguments a = new Arguments();
            a.weights = RnnWeights.zeros(gru);
            refused("initialState.c", () -> a.forward(plan));
            a.assertNothingWritten();
        }
    }

    /** {@code what} starts with the argument's name. */
    private static void refused(String what, Executable call) {
        String argument = what.split(":")[0];
        String message = assertThrows(IllegalArgumentException.class, call, what).getMessage();
        assertTrue(message.startsWith(argument + ": expected "), message);
        assertTrue(message.contains(", got "), message);
    }
}
