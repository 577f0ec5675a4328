package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import java.nio.file.Path;
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
