package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.PassPlan;
import dev.gateloom.cuda.planner.Tiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tables of KERNELS.md that are the model's, and how they write what it says. */
public final class KernelsDocument {
    private static final Path PLACE = Path.of("../../kernels/KERNELS.md");

    private KernelsDocument() {
    }

    /** That the table with that head has those rows and no other. */
    public static void assertTable(String head, List<String> rows) {
        List<String> lines;
        try {
            lines = Files.readAllLines(PLACE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertTrue(lines.contains(head), () -> PLACE + " has no table with the head " + head);
        List<String> after = lines.subList(lines.indexOf(head) + 2, lines.size());
        assertEquals(String.join("\n", rows), String.join("\n", after.stream().takeWhile(line -> line.startsWith("|")).toList()));
    }

    public static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    static String shape(int batch, int steps, int hidden) {
        return batch + " x " + steps + " x " + hidden;
    }

    /** A strategy, on A to C with groups x blocks of each. */
    static String division(PassPlan pass) {
        Tiles tiles = pass.tiles();
        return pass.strategy() + (pass.strategy() == Strategy.D ? "" : " " + tiles.groups() + " x " + tiles.blocksPerGroup())
                + (pass.exchange() == Exchange.PARTIAL_SUMS ? " sums" : "");
    }
}
