package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnWeights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The verification passes what is right and catches every kind of wrong result. */
class ExpectedTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"LSTM,FORWARD", "LSTM,TRAINING", "LSTM,STEP", "GRU,FORWARD", "GRU,TRAINING", "GRU,STEP"})
    void enginesPassOnAPartOfTheCase(CellType cell, Kind kind) throws Exception {
        Case c = new Case(cell, new Dims(9, 7, 33, 40), kind);
        Expected.compute(Problem.of(c)).save(folder.resolve("e"));
        Expected expected = Expected.load(c, folder.resolve("e"));
        for (String engine : new String[] {"reference", "cpu", "cpu@1", "cpu-scalar"}) {
            Problem problem = Problem.of(c);
            try (Contender.Session session = new EngineContender(engine).open(problem)) {
                expected.verify(session, problem);
            }
        }
    }

    /** Too much for the reference in full: it computes the first steps of four sequences. */
    @Test
    void largeCaseIsComparedOnASlice() throws Exception {
        Case c = new Case(CellType.LSTM, new Dims(8, 40, 256, 256), Kind.TRAINING);
        Problem problem = Problem.of(c);
        Expected expected = Expected.compute(problem);
        try (Contender.Session session = new EngineContender("cpu").open(problem)) {
            expected.verify(session, problem);
        }
    }

    /** What takes turns, as double buffers do, can go wrong from the third step on. */
    @Test
    void asManyStepsAreComparedAsAskedFor() throws Exception {
        Case c = new Case(CellType.LSTM, new Dims(4, 9, 1000, 1000), Kind.FORWARD);
        Problem problem = Problem.of(c);
        try (Contender.Session session = new EngineContender("cpu").open(problem)) {
            Contender.Session wrong = new Damaged(session, o -> o.y()[8 * 4 * 1000] += 1);     // in the last step
            Expected.compute(problem).verify(wrong, problem);
            Expected all = Expected.compute(problem, 9);
            assertThrows(WrongResultException.class, () -> all.verify(wrong, problem));
        }
    }

    /** Six sequences, of which the reference computes four. */
    private static final Case SIX = new Case(CellType.GRU, new Dims(6, 11, 40, 40), Kind.TRAINING);
    private static final int ROW = 40;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void wholeCaseIsComparedWithTheSimdEngine(Kind kind) throws Exception {
        for (boolean ragged : new boolean[] {false, kind != Kind.STEP}) {
            Problem problem = Problem.of(new Case(CellType.LSTM, new Dims(6, 11, 30, 40), kind, 2, ragged));
            Expected whole = Expected.compute(problem).whole(problem, 100).orElseThrow();
            assertEquals(problem.of().dims().steps(), whole.steps());
            for (String engine : new String[] {"reference", "cpu"}) {
                try (Contender.Session session = new EngineContender(engine).open(problem)) {
                    whole.verify(session, problem);
                }
            }
            wrong(whole, problem, Precision.FP32, o -> o.y()[2 * ROW] += 1e-2f);
        }
    }

    /** Where the reference does not look: another sequence, and what that one adds to the gradients. */
    @Test
    void whatIsWrongInAnotherSequenceIsCaught() throws Exception {
        Problem problem = Problem.of(SIX);
        Expected part = Expected.compute(problem);
        Expected whole = part.whole(problem, 100).orElseThrow();
        int third = (5 * 6 + 2) * ROW;          // step 5
        for (Precision precision : new Precision[] {Precision.FP32, Precision.TF32, Precision.BF16}) {
            for (Consumer<Contender.Outcome> damage : List.<Consumer<Contender.Outcome>>of(o -> Arrays.fill(o.y(), third, third + ROW, 0.5f),
                    o -> Arrays.fill(o.dx(), third, third + ROW, 0))) {
                passes(part, problem, precision, damage);
                wrong(whole, problem, precision, damage);
            }
            try (Contender.Session right = new EngineContender("cpu").open(problem);
                 Contender.Session forgetful = new EngineContender("cpu").open(problem)) {
                forgetful.upstream(withoutRow(problem.dy(), 2));
                forgetful.run();
                float[] less = forgetful.outcome().gradients();
                assertThrows(WrongResultException.class, () -> whole.verify(
                        new Damaged(right, o -> System.arraycopy(less, 0, o.gradients(), 0, less.length)), problem, precision));
            }
        }
    }

    private static float[] withoutRow(float[] dy, int row) {
        float[] less = dy.clone();
        for (int t = 0; t < SIX.dims().steps(); t++) {
            Arrays.fill(less, (t * SIX.dims().batch() + row) * ROW, (t * SIX.dims().batch() + row + 1) * ROW, 0);
        }
        return less;
    }

    /** Later than the reference goes; in 16 bits, too, where a norm of all steps would not show it. */
    @Test
    void whatIsWrongInALateStepIsCaught() throws Exception {
        Case c = new Case(CellType.LSTM, new Dims(4, 400, 150, 150), Kind.FORWARD);
        Problem problem = Problem.of(c);
        Expected part = Expected.compute(problem);
        assertTrue(part.steps() < 200, "steps " + part.steps());
        Expected whole = part.whole(problem, 100).orElseThrow();
        int step = 4 * 150;
        Consumer<Contender.Outcome> damage = o -> Arrays.fill(o.y(), 300 * step, 300 * step + 8, 0.7f);
        for (Precision precision : Precision.values()) {
            passes(part, problem, precision, damage);
            wrong(whole, problem, precision, damage);
        }
    }

    /** As many of the first steps as the time allows, over all sequences. */
    @Test
    void aSlowMachineComputesFewerSteps() throws Exception {
        Case c = new Case(CellType.LSTM, new Dims(6, 300, 150, 150), Kind.TRAINING);
        Problem problem = Problem.of(c);
        Expected part = Expected.compute(problem);
        Expected whole = part.whole(problem, 0).orElseThrow();
        assertEquals(part.steps(), whole.steps());
        passes(whole, problem, Precision.FP32, o -> o.y()[6 * 150 * part.steps()] = 9);
        wrong(whole, problem, Precision.FP32, o -> o.y()[2 * 150] += 1e-2f);
    }

    @Test
    void whatThePartHasAlreadyIsNotComputedAgain() {
        Problem problem = Problem.of(new Case(CellType.LSTM, new Dims(4, 5, 6, 7), Kind.TRAINING));
        assertEquals(Optional.empty(), Expected.compute(problem).whole(problem, 100));
    }

    /** It is given other weights. */
    @Test
    void anEngineThatIsWrongItselfSaysNothing() {
        Problem problem = Problem.of(SIX);
        Expected part = Expected.compute(problem);
        RnnWeights others = RnnWeights.init(SIX.config(), Initializer.pytorch(7));
        Problem other = new Problem(SIX, others, problem.x(), problem.dy());
        try (RnnEngine engine = Engines.get("cpu")) {
            assertTrue(assertThrows(WrongResultException.class, () -> part.whole(other, engine, 100)).getMessage()
                    .contains("the reference says"));
        }
    }

    private static void passes(Expected expected, Problem problem, Precision precision, Consumer<Contender.Outcome> damage)
            throws Exception {
        try (Contender.Session session = new Damaged(new EngineContender("cpu").open(problem), damage)) {
            expected.verify(session, problem, precision);
        }
    }

    private static void wrong(Expected expected, Problem problem, Precision precision, Consumer<Contender.Outcome> damage)
            throws Exception {
        try (Contender.Session session = new Damaged(new EngineContender("cpu").open(problem), damage)) {
            String message = assertThrows(WrongResultException.class, () -> expected.verify(session, problem, precision)).getMessage();
            assertTrue(message.contains("engine cpu") && message.contains(" says"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({"LSTM,FORWARD", "LSTM,TRAINING", "GRU,FORWARD", "GRU,TRAINING"})
    void enginesPassOnDeepStacksAndRaggedBatches(CellType cell, Kind kind) throws Exception {
        Case c = new Case(cell, new Dims(9, 7, 13, 20), kind, 3, true);
        Problem problem = Problem.of(c);
        Expected expected = Expected.compute(problem);
        for (String engine : new String[] {"reference", "cpu"}) {
            try (Contender.Session session = new EngineContender(engine).open(problem)) {
                expected.verify(session, problem);
            }
        }
    }

    /** The part that is compared says nothing of other sequences, but what is not a number is wrong anywhere. */
    @Test
    void infinityOutsideTheComparedPartIsCaught() throws Exception {
        Case c = new Case(CellType.LSTM, new Dims(9, 4, 5, 6), Kind.TRAINING);
        caught(c, Precision.BF16, o -> o.y()[6] = Float.NaN);           // the second sequence is none of the four
        caught(c, Precision.BF16, o -> o.dx()[5] = Float.POSITIVE_INFINITY);
    }

    /** Errors as large as rounding makes them pass; ten times as large they do not. */
    @ParameterizedTest
    @CsvSource({"TF32, 3e-4", "BF16, 3e-3", "FP16, 3e-3"})
    void roundedFactorsHaveATolerance(Precision precision, float error) throws Exception {
        Case c = new Case(CellType.LSTM, new Dims(3, 4, 5, 6), Kind.TRAINING);
        passes(c, precision, o -> scale(o, 1 + error));
        caught(c, precision, o -> scale(o, 1 + 10 * error));
        assertThrows(WrongResultException.class, () -> passes(c, Precision.FP32, o -> scale(o, 1 + error)));
    }

    private static void scale(Contender.Outcome o, float factor) {
        for (float[] values : new float[][] {o.y(), o.dx(), o.gradients()}) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void wrongOutputIsCaught(Kind kind) throws Exception {
        caught(kind, o -> o.y()[o.y().length - 1] += 1e-3f);
        caught(kind, o -> o.y()[0] = Float.NaN);
    }

    @Test
    void wrongGradientsAreCaught() throws Exception {
        caught(Kind.TRAINING, o -> o.dx()[0] *= 1.1f);
        caught(Kind.TRAINING, o -> o.gradients()[o.gradients().length - 1] += 0.01f);
        caught(Kind.TRAINING, o -> o.gradients()[0] += 0.01f);
    }

    private static void caught(Kind kind, Consumer<Contender.Outcome> damage) throws Exception {
        caught(new Case(CellType.LSTM, new Dims(3, 4, 5, 6), kind), Precision.FP32, damage);
    }

    private static void passes(Case c, Precision precision, Consumer<Contender.Outcome> damage) throws Exception {
        Problem problem = Problem.of(c);
        try (Contender.Session session = new Damaged(new EngineContender("reference").open(problem), damage)) {
            Expected.compute(problem).verify(session, problem, precision);
        }
    }

    private static void caught(Case c, Precision precision, Consumer<Contender.Outcome> damage) throws Exception {
        Problem problem = Problem.of(c);
        Expected expected = Expected.compute(problem);
        try (Contender.Session good = new EngineContender("reference").open(problem)) {
            assertDoesNotThrow(() -> expected.verify(good, problem, precision));
        }
        try (Contender.Session bad = new Damaged(new EngineContender("reference").open(problem), damage)) {
            String message = assertThrows(WrongResultException.class, () -> expected.verify(bad, problem, precision))
                    .getMessage();
            assertTrue(message.contains(c.title()) && message.contains("the reference says"), message);
        }
    }

    /** A session whose results are damaged after the fact. */
    private record Damaged(Contender.Session inner, Consumer<Contender.Outcome> damage) implements Contender.Session {

        @Override
        public String description() {
            return inner.description();
        }

        @Override
        public void run() throws Exception {
            inner.run();
        }

        @Override
        public void upstream(float[] dy) {
            inner.upstream(dy);
        }

        @Override
        public Contender.Outcome outcome() {
            Contender.Outcome outcome = inner.outcome();
            damage.accept(outcome);
            return outcome;
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
