package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {

    /** For the first case not even the reference's results can be had; the second one is measured. */
    @Test
    void aCaseThatFailsLeavesTheOthersAlone() throws IOException {
        Case impossible = new Case(CellType.GRU, new Dims(100_000, 100_000, 1, 1), Kind.FORWARD);
        Case small = new Case(CellType.GRU, new Dims(2, 3, 4, 5), Kind.FORWARD);
        Settings settings = new Settings(1, 0.01, 0.05, false);
        List<Measurement> measured = new Suite(new Selection(List.of(impossible, small), List.of("cpu"), List.of()), settings,
                WorkDir.create(), new Progress(new PrintStream(PrintStream.nullOutputStream()), false, 1)).run();
        assertEquals(List.of(impossible, small), measured.stream().map(Measurement::of).toList());
        assertTrue(measured.get(0).failure().contains("ArithmeticException"), measured.get(0).failure());
        assertTrue(measured.get(1).ok(), measured.get(1).failure());
    }

    /** Nothing can be left for the forks: that is the failure of who was to run, and what was measured before stays. */
    @Test
    void aDiskThatCannotBeWrittenEndsNoRun(@TempDir Path folder) {
        Case small = new Case(CellType.GRU, new Dims(2, 3, 4, 5), Kind.FORWARD);
        List<Measurement> measured = new Suite(new Selection(List.of(small), List.of("cpu"), List.of()), new Settings(1, 0.01, 0.05, false),
                new WorkDir(folder.resolve("gone")), new Progress(new PrintStream(PrintStream.nullOutputStream()), false, 1)).run();
        assertTrue(measured.get(0).failure().startsWith("java.nio.file.NoSuchFileException: " + folder.resolve("gone")),
                measured.get(0).failure());
    }
}
