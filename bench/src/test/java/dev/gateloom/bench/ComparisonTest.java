package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Case CASE = new Case(CellType.LSTM, new Dims(4, 10, 8, 8), Kind.FORWARD);
    @TempDir
    private Path folder;

    @Test
    void changesAreFoundForWhatBothRunsHave() throws IOException {
        Comparison old = Comparison.read(json("us/op", "[[20, 20, 20], [22, 22, 22]]"));
        List<Change> changes = old.with(List.of(now(CASE, CASE, 10_000)));
        assertEquals(1, changes.size());
        assertEquals(21_000, changes.get(0).oldNanos(), 1e-6);
        assertEquals(2.1, changes.get(0).speedup(), 1e-9);
        assertEquals("faster", changes.get(0).verdict());
    }

    @Test
    void anotherSizeIsNotCompared() throws IOException {
        Case other = CASE.with(new Dims(5, 10, 8, 8));
        assertEquals(List.of(), Comparison.read(json("us/op", "[[20]]")).with(List.of(now(other, other, 1))));
        assertEquals(List.of(), Comparison.read(json("us/op", "[[20]]"))
                .with(List.of(Measurement.failed(CASE, "cpu", "wrong"))));
    }

    @Test
    void unitsAreRead() throws IOException {
        assertEquals(20e6, Comparison.read(json("ms/op", "[[20]]")).with(List.of(now(CASE, CASE, 1))).get(0).oldNanos());
        String message = assertThrows(IllegalArgumentException.class, () -> Comparison.read(json("ops/s", "[[20]]")))
                .getMessage();
        assertTrue(message.contains("ops/s"), message);
    }

    @Test
    void smallOrNoisyChangesAreNone() {
        assertEquals("same", new Change("a", "b", 100, 97, 0).verdict());
        assertEquals("faster", new Change("a", "b", 100, 90, 0.01).verdict());
        assertEquals("same", new Change("a", "b", 100, 90, 0.2).verdict());
        assertEquals("slower", new Change("a", "b", 100, 120, 0.05).verdict());
    }

    private static Measurement now(Case of, Case timed, double nanos) {
        return new Measurement(of, "cpu", "", timed, new double[][] {{nanos}}, "");
    }

    private Path json(String unit, String rawData) throws IOException {
        return Files.writeString(folder.resolve(unit.replace('/', '-') + ".json"), """
                [{"benchmark": "x", "params": {"cell": "lstm", "contender": "cpu", "kind": "forward", "shape": "4x10x8x8"},
                  "primaryMetric": {"score": 1, "scoreUnit": "%s", "rawData": %s}}]
                """.formatted(unit, rawData));
    }
}
