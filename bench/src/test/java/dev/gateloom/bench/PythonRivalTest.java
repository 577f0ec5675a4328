package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PyTorch in Python computes what the reference computes, and times itself; skipped where there is no torch. */
class PythonRivalTest {

    @ParameterizedTest
    @CsvSource({"LSTM,FORWARD", "LSTM,TRAINING", "LSTM,STEP", "GRU,FORWARD", "GRU,TRAINING", "GRU,STEP"})
    void agreesWithTheReference(CellType cell, Kind kind) throws Exception {
        Optional<PythonRival> python = PythonRival.find();
        Assumptions.assumeTrue(python.isPresent(), "no python3 that can import torch");
        Case c = new Case(cell, new Dims(3, 5, 7, 9), kind);
        Forks.Fork fork = python.get().run(c, new Settings(1, 0.01, 0.05, false), WorkDir.create());
        assertEquals(Settings.ITERATIONS, fork.nanos().length);
        assertTrue(Arrays.stream(fork.nanos()).allMatch(n -> n > 100 && n < 1e10), Arrays.toString(fork.nanos()));
        assertTrue(fork.description().startsWith("PyTorch "), fork.description());
    }
}
