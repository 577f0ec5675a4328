package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.train.Epoch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ForecastCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return new CommandLine(new ForecastCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void printsTheErrorsBesideTheBaselines() {
        assertEquals(0, run("--epochs", "1", "--seed", "7"), err::toString);
        String text = out.toString();
        for (String part : new String[] {"359 windows", "two-layer LSTM", "persistence", "same day last year",
            "seasonal mean", "(seed 9)"}) {
            assertTrue(text.contains(part), part + " in:\n" + text);
        }
    }

    @Test
    void wrongArgumentsGiveALineAndStatus2() {
        assertEquals(2, run("--engine", "abacus"));
        assertTrue(err.toString().startsWith("--engine: name: expected one of ["), err.toString());
        assertEquals(2, run("--epochs", "0"));
        assertTrue(err.toString().contains("--epochs: expected at least 1, got 0"), err.toString());
        assertEquals(2, run("--epochs", "many"));
    }

    @Test
    void plainProgressHasAboutTenLines() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TrainingProgress progress = TrainingProgress.plain("seed 3",
                new PrintStream(bytes, true, StandardCharsets.UTF_8));
        progress.started(25, 1);
        for (int epoch = 1; epoch <= 25; epoch++) {
            progress.batchDone(epoch, 1, 0.5, 1);
            progress.epochDone(new Epoch(epoch, 0.5, Double.NaN, Map.of()));
        }
        progress.finished();
        String[] lines = bytes.toString(StandardCharsets.UTF_8).split("\\R");
        assertEquals(13, lines.length);
        assertTrue(lines[12].matches("seed 3: epoch 25 of 25, loss 0.5000, [0-9.]+ s \\([0-9.]+ updates/s\\), 0 s left"), lines[12]);
    }

    /** Whoever resumes in the middle has fewer updates behind than rounds. */
    @Test
    void plainProgressSaysHowLongItTakes() throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TrainingProgress progress = TrainingProgress.plain("seed 3", new PrintStream(bytes, true, StandardCharsets.UTF_8));
        progress.started(10, 4);
        Thread.sleep(500);
        for (int batch = 3; batch <= 4; batch++) {
            progress.batchDone(9, batch, 0.5, 1);
        }
        progress.epochDone(new Epoch(9, 0.5, Double.NaN, Map.of()));
        Matcher line = Pattern.compile(", ([0-9.]+) s \\(([0-9.]+) updates/s\\), ([0-9]+) s left")
                .matcher(bytes.toString(StandardCharsets.UTF_8));
        assertTrue(line.find(), bytes::toString);
        double seconds = Double.parseDouble(line.group(1));
        assertEquals(2 / seconds, Double.parseDouble(line.group(2)), 0.2 * 2 / seconds + 0.05);
        assertEquals(4 * seconds / 2, Double.parseDouble(line.group(3)), 0.6);
    }
}
