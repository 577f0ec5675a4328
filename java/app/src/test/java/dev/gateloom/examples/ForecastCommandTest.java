package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
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
}
