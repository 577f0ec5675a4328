package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The caller's memory: any kind gives the same bits, what surrounds it stays, absent operands do not matter. */
interface BufferTests extends ConformanceSubject {

    /** Buffers in the middle of larger ones give the bits that arrays give. {@link Region} watches the guards. */
    @TestFactory
    default Stream<DynamicTest> anyMemoryGivesTheSameBits() {
        return Stream.of(Memory.values()).flatMap(memory -> cells().map(config ->
                DynamicTest.dynamicTest(memory + " " + config, () -> {
                    Problem problem = new Draw(memory.ordinal()).ragged(true).problem(config, Mode.TRAINING, 5, 6);
                    problem.run(engine(), memory).assertSameBits(problem.run(engine(), Memory.ARRAY));
                })));
    }

    /** The initial state's memory may receive the final state, the gradient's likewise. */
    @TestFactory
    default Stream<DynamicTest> statesMayShareMemory() {
        return cells().map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            Problem p = new Draw(3).ragged(true).problem(config, Mode.TRAINING, 4, 5);
            Results apart = p.run(engine());
            RnnState state = RnnState.zeros(config, p.batch());
            RnnState dState = RnnState.zeros(config, p.batch());
            if (p.h0() != null) {
                copy(p.h0(), p.c0(), state);
            }
            if (p.dhN() != null) {
                copy(p.dhN(), p.dcN(), dState);
            }
            float[] y = new float[p.ySize()];
            try (RnnPlan plan = engine().plan(config, Shape.of(p.steps(), p.batch()), Mode.TRAINING)) {
                plan.forward(p.weights(), p.x(), state, p.lengths(), y, state);
                assertState("final state", apart, "hn", "cn", state);
                plan.backward(p.weights(), p.dy(), dState, null, dState, null);
                assertState("gradient of the initial state", apart, "grad.h0", "grad.c0", dState);
            }
            Results.assertSameBits("y", apart.get("y"), y);
        }));
    }

    /** Leaving out results changes none of the others. */
    @TestFactory
    default Stream<DynamicTest> resultsMayBeLeftOut() {
        return cells().map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            Problem p = new Draw(4).problem(config, Mode.TRAINING, 5, 3);
            Results all = p.run(engine());
            RnnState initial = p.h0() == null ? null : RnnState.of(p.h0(), p.c0());
            RnnState dFinal = p.dhN() == null ? null : RnnState.of(p.dhN(), p.dcN());
            try (RnnPlan plan = engine().plan(config, Shape.of(p.steps(), p.batch()), Mode.TRAINING)) {
                plan.forward(p.weights(), p.x(), initial, p.lengths(), null, null);
                float[] dx = new float[p.x().length];
                plan.backward(p.weights(), p.dy(), dFinal, dx, null, null);
                Results.assertSameBits("dx alone", all.get("grad.x"), dx);
                plan.forward(p.weights(), p.x(), initial, p.lengths(), null, null);
                RnnWeights gradients = RnnWeights.zeros(config);
                plan.backward(p.weights(), p.dy(), dFinal, (float[]) null, null, gradients);
                for (String name : gradients.names()) {
                    Results.assertSameBits(name + " alone", all.get("grad." + name), gradients.get(name));
                }
            }
        }));
    }

    /** Absent initial states and upstream gradients are zeros. */
    @TestFactory
    default Stream<DynamicTest> absentInputsAreZeros() {
        return cells().map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            Problem p = new Draw(5).problem(config, Mode.TRAINING, 5, 3);
            Problem absent = new Problem("absent", config, p.mode(), p.steps(), p.batch(), null, p.weights(), p.x(),
                    null, null, null, null, null, null);
            float[] cells = p.lstm() ? new float[p.cSize()] : null;
            Problem zeros = new Problem("zeros", config, p.mode(), p.steps(), p.batch(), null, p.weights(), p.x(),
                    new float[p.hSize()], cells, new float[p.ySize()], new float[p.hSize()], cells, null);
            absent.run(engine()).assertClose(zeros.run(engine()), 1e-6);
        }));
    }

    /** The gradients of the parameters are added to what is there. */
    @TestFactory
    default Stream<DynamicTest> gradientsAccumulate() {
        return cells().map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
            Problem p = new Draw(6).problem(config, Mode.TRAINING, 4, 3);
            Results once = p.run(engine());
            RnnState dFinal = p.dhN() == null ? null : RnnState.of(p.dhN(), p.dcN());
            RnnState initial = p.h0() == null ? null : RnnState.of(p.h0(), p.c0());
            RnnWeights gradients = RnnWeights.zeros(config);
            Arrays.fill(gradients.data(), 10f);
            long version = gradients.version();
            try (RnnPlan plan = engine().plan(config, Shape.of(p.steps(), p.batch()), Mode.TRAINING)) {
                for (int pass = 0; pass < 2; pass++) {
                    plan.forward(p.weights(), p.x(), initial, null, null, null);
                    plan.backward(p.weights(), p.dy(), dFinal, (float[]) null, null, gradients);
                }
            }
            assertEquals(version + 2, gradients.version(), "every backward counts as a change of the gradients");
            for (String name : gradients.names()) {
                float[] expected = once.get("grad." + name).clone();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = 10 + 2 * expected[i];
                }
                Results.assertClose(name, expected, gradients.get(name), 1e-6);     // two roundings of about 10
            }
        }));
    }

    private Stream<RnnConfig> cells() {
        return Stream.of(CellType.values()).map(cell ->
                RnnConfig.of(cell, 9, 18).layers(2).bidirectional(true).build())
                .filter(config -> !unsupported().covers(config, Mode.TRAINING));
    }

    private static void copy(float[] h, float[] c, RnnState to) {
        System.arraycopy(h, 0, to.h(), 0, h.length);
        if (c != null) {
            System.arraycopy(c, 0, to.c(), 0, c.length);
        }
    }

    private static void assertState(String name, Results expected, String h, String c, RnnState actual) {
        Results.assertSameBits(name + ", h", expected.get(h), actual.h());
        if (expected.get(c) != null) {
            Results.assertSameBits(name + ", c", expected.get(c), actual.c());
        }
    }
}
