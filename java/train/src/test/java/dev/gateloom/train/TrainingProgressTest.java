package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static Epoch epoch(int number, double loss, double validation) {
        return new Epoch(number, loss, validation, Map.of());
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aPlainLineForEachTenth() {
        TrainingProgress progress = TrainingProgress.plain("seed 3", out);
        progress.started(25, 1);
        for (int epoch = 1; epoch <= 25; epoch++) {
            progress.batchDone(epoch, 1, 9, 1);
            progress.epochDone(epoch(epoch, 0.5, epoch == 25 ? 0.25 : Double.NaN));
        }
        progress.finished();
        String[] lines = shown().split("\\R");
        assertEquals(10, lines.length, this::shown);
        assertTrue(lines[0].startsWith("seed 3: epoch 3 of 25, mean loss 0.5000, "), lines[0]);
        assertTrue(lines[9].matches("seed 3: epoch 25 of 25, mean loss 0.5000, validation 0.2500, [0-9.]+ s "
                + "\\([0-9.]+ updates/s\\), 0 s left"), lines[9]);
    }

    /** A single round may last for minutes: its running loss is shown meanwhile. */
    @Test
    void aPlainLineForEachTenthOfARound() {
        TrainingProgress progress = TrainingProgress.plain("seed 3", out);
        progress.started(1, 105);
        for (int batch = 1; batch <= 105; batch++) {
            progress.batchDone(1, batch, batch == 1 ? 1 : 0, 1);
        }
        String[] lines = shown().split("\\R");
        assertEquals(9, lines.length, this::shown);
        assertTrue(lines[0].startsWith("seed 3: epoch 1 of 1, loss 0.5987, "), "0.95 to the power of 10: " + lines[0]);
        assertTrue(lines[1].startsWith("seed 3: epoch 1 of 1, loss 0.3585, "), "0.95 to the power of 20: " + lines[1]);
        progress.epochDone(epoch(1, 0.75, Double.NaN));
        lines = shown().split("\\R");
        assertEquals(10, lines.length, this::shown);
        assertTrue(lines[9].startsWith("seed 3: epoch 1 of 1, mean loss 0.7500, "), lines[9]);
    }

    /** Whoever resumes in the middle has fewer updates behind than rounds. */
    @Test
    void plainLinesSayHowLongItTakes() throws InterruptedException {
        TrainingProgress progress = TrainingProgress.plain("seed 3", out);
        progress.started(10, 4);
        Thread.sleep(500);
        for (int batch = 3; batch <= 4; batch++) {
            progress.batchDone(9, batch, 0.5, 1);
        }
        progress.epochDone(epoch(9, 0.5, Double.NaN));
        Matcher line = Pattern.compile(", ([0-9.]+) s \\(([0-9.]+) updates/s\\), ([0-9]+) s left").matcher(shown());
        assertTrue(line.find(), this::shown);
        double seconds = Double.parseDouble(line.group(1));
        assertEquals(2 / seconds, Double.parseDouble(line.group(2)), 0.2 * 2 / seconds + 0.05);
        assertEquals(4 * seconds / 2, Double.parseDouble(line.group(3)), 0.6);
    }

    @Test
    void aBarShowsWhereAResumedRunStands() {
        TrainingProgress progress = new TrainingProgress("seed 3, a long name", out, true);
        progress.started(10, 4);
        progress.batchDone(9, 3, 123456, 1);
        assertTrue(shown().matches("\rseed 3, a long name \\[########\\.\\.] 87 %, loss 123456\\.0000, [0-9.]+/s, [0-9]+ s left"),
                this::shown);
        int first = shown().length() - 1;
        progress.epochDone(epoch(9, 0.5, Double.NaN));
        String second = shown().substring(first + 1);
        assertTrue(second.matches("\rseed 3, a long name \\[#########\\.] 90 %, mean 0\\.5000, [0-9.]+/s, [0-9]+ s left *"), second);
        assertTrue(second.length() - 1 >= first, "what was drawn before is covered");
        progress.finished();
        assertTrue(shown().endsWith(System.lineSeparator()));
    }

    @Test
    void aRunThatGoesOnSaysSo() {
        TrainingProgress progress = TrainingProgress.plain("seed 3", out);
        progress.started(10, 4);
        progress.resumed(3, "");
        progress.resumed(10, "that run is finished");
        assertEquals("seed 3: resumed after epoch 3 of 10\nseed 3: resumed after epoch 10 of 10; that run is finished\n",
                shown().replace("\r\n", "\n"));
    }

    /** What is left to come is nothing, and which round was the best is what one wants to know. */
    @Test
    void earlyStoppingIsTheLastLine() {
        TrainingProgress progress = TrainingProgress.plain("seed 3", out);
        stopAtTheThirdOf(20, progress);
        String[] lines = shown().split("\\R");
        assertEquals(2, lines.length, this::shown);
        assertTrue(lines[0].startsWith("seed 3: epoch 2 of 20, ") && lines[0].endsWith(" s left"), lines[0]);
        assertTrue(lines[1].matches("seed 3: epoch 3 of 20, mean loss 0.5000, validation 0.2500, [0-9.]+ s "
                + "\\([0-9.]+ updates/s\\), stopped early, best epoch 1"), lines[1]);
    }

    @Test
    void earlyStoppingReplacesTheBar() {
        TrainingProgress progress = new TrainingProgress("seed 3, " + "long ".repeat(20), out, true);
        stopAtTheThirdOf(20, progress);
        String last = shown().substring(shown().lastIndexOf('\r') + 1);
        assertTrue(last.matches("seed 3, .*: epoch 3 of 20, mean loss 0.5000, .*, stopped early, best epoch 1 *\\R"), last);
    }

    private static void stopAtTheThirdOf(int epochs, TrainingProgress progress) {
        progress.started(epochs, 1);
        for (int epoch = 1; epoch <= 3; epoch++) {
            progress.batchDone(epoch, 1, 0.5, 1);
            progress.epochDone(epoch(epoch, 0.5, 0.25));
        }
        progress.stoppedEarly(epoch(3, 0.5, 0.25), 1);
        progress.finished();
    }

    @Test
    void aBarFitsIntoALine() {
        TrainingProgress progress = new TrainingProgress("seed 3, " + "long ".repeat(20), out, true);
        progress.started(2, 1);
        for (int epoch = 1; epoch <= 2; epoch++) {
            progress.batchDone(epoch, 1, 0.5, 1);
            progress.epochDone(epoch(epoch, 0.5, 0.25));
        }
        String last = shown().substring(shown().lastIndexOf('\r') + 1).stripTrailing();
        assertTrue(last.matches("seed 3, .* \\[##########] 100 %, mean 0\\.5000, validation 0\\.2500, [0-9.]+/s, 0 s left"), last);
        assertEquals(79, last.length(), last);
    }
}
