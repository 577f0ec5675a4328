package dev.gateloom.bench.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Rounds;
import dev.gateloom.bench.Settings;
import dev.gateloom.bench.WrongResultException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ours in the race of the models; the rivals' have a test of their own in bench/rivals. */
class ModelsTest {
    private static final ModelSelection SELECTION = new ModelSelection(
            Arrays.stream(ModelKind.values()).map(kind -> new ModelCase(kind, new Dims(3, 5, 7, 9))).toList(), "cpu", List.of());

    @ParameterizedTest
    @EnumSource
    void everyContenderHasTheLossesOfTheReference(ModelKind kind) throws Exception {
        ModelCase c = new ModelCase(kind, new Dims(3, 5, 7, 9));
        ModelProblem problem = ModelProblem.of(c);
        ExpectedLosses expected = ExpectedLosses.compute(problem);
        assertTrue(expected.values()[2] < expected.values()[0], "it learns");
        List<String> contenders = SELECTION.contenders(c);
        assertEquals(kind == ModelKind.LAYER ? List.of("cpu", "step:cpu", "engine:cpu") : List.of("cpu"), contenders);
        for (String name : contenders) {
            try (ModelContender.Session session = ModelContenders.get(name).open(problem)) {
                expected.verify(session);
                assertThrows(WrongResultException.class, () -> expected.verify(session), "it has learnt meanwhile");
            }
        }
    }

    @Test
    void aWrongLossIsNamed() throws Exception {
        ModelProblem problem = ModelProblem.of(new ModelCase(ModelKind.FORECASTER, new Dims(2, 3, 4, 5)));
        try (ModelContender.Session session = ModelContenders.get("cpu").open(problem)) {
            Exception e = assertThrows(WrongResultException.class, () -> new ExpectedLosses(7, 7).verify(session));
            assertTrue(e.getMessage().startsWith("loss of step 1: expected 7.0 within 1.0E-5 of it, got "), e.getMessage());
        }
    }

    /** Without an optimizer too: gradients that lead nowhere show in the second loss. */
    @ParameterizedTest
    @ValueSource(strings = {"step:cpu", "engine:cpu"})
    void wrongGradientsAreFound(String name) throws Exception {
        ModelProblem problem = ModelProblem.of(new ModelCase(ModelKind.LAYER, new Dims(3, 5, 7, 9)));
        ExpectedLosses expected = ExpectedLosses.compute(problem);
        try (ModelContender.Session session = ModelContenders.get(name).open(problem)) {
            Exception e = assertThrows(WrongResultException.class, () -> expected.verify(new WithoutUpdate(session)));
            assertTrue(e.getMessage().startsWith("loss of step 2: "), e.getMessage());
        }
    }

    private record WithoutUpdate(ModelContender.Session session) implements ModelContender.Session {
        @Override
        public String description() {
            return session.description();
        }

        @Override
        public void step() throws Exception {
            session.step();
        }

        @Override
        public double loss() {
            return session.loss();
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** Round by round: in the second the machine was slow for everybody. */
    @Test
    void tablesAndSentences() {
        ModelCase model = SELECTION.cases().get(1);
        ModelCase layer = SELECTION.cases().get(2);
        List<ModelMeasurement> measured = new ArrayList<>(List.of(
                measured(model, "cpu", 1e6, 3e6, 1e6), measured(model, "djl-pytorch", 2e6, 6e6, 2e6),
                measured(model, "dl4j", 4e6, 12e6, 4e6),
                measured(layer, "cpu", 120, 360, 120), measured(layer, "step:cpu", 105, 315, 105),
                measured(layer, "engine:cpu", 100, 300, 100)));
        ModelSelection selection = new ModelSelection(SELECTION.cases(), "cpu", List.of("djl-pytorch", "dl4j"));
        ModelReport report = new ModelReport(selection, new Settings(3, 1, 1, false), List.copyOf(measured));
        assertEquals(List.of("forecaster 3x5x7x9", "cpu", "1.00 ms ±50.0 %", "2.00×", "4.00×"), report.models().rows().get(0));
        assertEquals(List.of("–", "2.00×"), report.models().rows().get(1).subList(3, 5));
        assertEquals(List.of("20.0 %", "5.0 %", "–"), report.overhead().rows().stream().map(r -> r.get(3)).toList());
        assertEquals(List.of(
                "forecaster 3x5x7x9: the trainer on cpu is 2.00× as fast as the best rival, djl-pytorch (wins).",
                "layer 3x5x7x9: a step of the trainer takes 5.0 % longer than the bare engine, 20.0 % with Adam."), report.findings());
        measured.add(new ModelMeasurement(SELECTION.cases().get(0), "cpu", "", new Rounds(new double[0][]), "it broke"));
        ModelReport failed = new ModelReport(selection, report.settings(), measured);
        assertTrue(failed.failed() && !report.failed());
        assertEquals("FAILED cpu, character model 3x5x7x9: it broke", failed.findings().get(2));
    }

    private static ModelMeasurement measured(ModelCase c, String contender, double... rounds) {
        return new ModelMeasurement(c, contender, contender + " 1.0",
                new Rounds(Arrays.stream(rounds).mapToObj(v -> new double[] {v}).toArray(double[][]::new)), "");
    }
}
