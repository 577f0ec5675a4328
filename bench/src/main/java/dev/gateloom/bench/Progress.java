package dev.gateloom.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Shows how far the run is: a bar with the time left on a terminal, plain lines otherwise. */
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 28;
    private final PrintStream out;
    private final boolean terminal;
    private final double total;
    private final long start = System.nanoTime();
    private double done;
    private int lastWidth;

    /**
     * Nothing is done yet.
     *
     * @param out where it shows
     * @param terminal whether a line can be drawn again there
     * @param total of all work, in any unit that is proportional to time
     */
    public Progress(PrintStream out, boolean terminal, double total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
    }

    /**
     * Something begins.
     *
     * @param what it is
     */
    public void show(String what) {
        double share = Math.min(1, done / total);
        String left = done == 0 ? "" : ", " + left(share) + " left";
        if (!terminal) {
            out.printf(Locale.ROOT, "%3.0f %%%s  %s%n", 100 * share, left, what);
            return;
        }
        int full = (int) (WIDTH * share);
        print("[" + "=".repeat(full) + " ".repeat(WIDTH - full) + "] "
                + String.format(Locale.ROOT, "%3.0f %%", 100 * share) + left + "  " + what);
    }

    /**
     * So much is done.
     *
     * @param amount in the unit of the total
     */
    public void advance(double amount) {
        done += amount;
    }

    private String left(double share) {
        Duration d = Duration.ofNanos((long) ((System.nanoTime() - start) * (1 - share) / share));
        return d.toMinutes() > 0 ? d.toMinutes() + " min " + d.toSecondsPart() + " s" : d.toSeconds() + " s";
    }

    private void print(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, lastWidth - line.length())));
        out.flush();
        lastWidth = line.length();
    }

    @Override
    public void close() {
        if (terminal) {
            print("");
            out.print("\r");
            out.flush();
        }
    }
}
