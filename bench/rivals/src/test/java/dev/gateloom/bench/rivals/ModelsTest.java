package dev.gateloom.bench.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.bench.Dims;
import dev.gateloom.bench.WrongResultException;
import dev.gateloom.bench.models.ExpectedLosses;
import dev.gateloom.bench.models.ModelCase;
import dev.gateloom.bench.models.ModelContender;
import dev.gateloom.bench.models.ModelContenders;
import dev.gateloom.bench.models.ModelKind;
import dev.gateloom.bench.models.ModelProblem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rival trains the same model: its losses fall as those of our trainer on the reference engine. */
class ModelsTest {

    @TestFactory
    List<DynamicTest> lossesAreThoseOfTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (ModelContender rival : ModelContenders.rivals()) {
            for (ModelKind kind : ModelKind.values()) {
                ModelCase c = new ModelCase(kind, new Dims(3, 5, 7, 9));
                if (rival.obstacle(c).isEmpty()) {
                    tests.add(DynamicTest.dynamicTest(rival.name() + " " + c.title(), () -> agree(rival, c)));
                }
            }
        }
        assertEquals(4, tests.size(), "DJL and DL4J, two models");
        return tests;
    }

    private static void agree(ModelContender rival, ModelCase c) throws Exception {
        ModelProblem problem = ModelProblem.of(c);
        ExpectedLosses expected = ExpectedLosses.compute(problem);
        try (ModelContender.Session session = rival.open(problem)) {
            expected.verify(session);
            assertThrows(WrongResultException.class, () -> expected.verify(session), "it has learnt meanwhile");
        }
    }
}
