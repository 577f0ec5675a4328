package dev.gateloom.bench.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Contenders;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.WrongResultException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rival computes what the reference computes, twice in a row: gate orders, layouts and gradients are right. */
class RivalsTest {

    @Test
    void threeRivalsAreFound() {
        assertEquals(List.of("djl-pytorch", "onnxruntime", "dl4j"),
                Contenders.rivals().stream().map(Contender::name).toList());
    }

    @TestFactory
    List<DynamicTest> rivalsAgreeWithTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Contender rival : Contenders.rivals()) {
            for (CellType cell : List.of(CellType.LSTM, CellType.GRU)) {
                for (Kind kind : Kind.values()) {
                    Case c = new Case(cell, new Dims(3, 5, 7, 9), kind);
                    if (rival.obstacle(c).isEmpty()) {
                        tests.add(DynamicTest.dynamicTest(rival.name() + " " + c.title(), () -> agree(rival, c)));
                    }
                }
            }
        }
        assertEquals(6 + 4 + 3, tests.size(), "DL4J has no GRU, ONNX Runtime no training");
        return tests;
    }

    private static void agree(Contender rival, Case c) throws Exception {
        Problem problem = Problem.of(c);
        Expected expected = Expected.compute(problem);
        try (Contender.Session session = rival.open(problem)) {
            expected.verify(session, problem);
            if (c.kind() == Kind.STEP) {
                assertThrows(WrongResultException.class, () -> expected.verify(session, problem), "state is carried");
            } else {
                expected.verify(session, problem);
            }
        }
    }
}
