package dev.gateloom.train;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how training goes, with loss, speed and time left: on a terminal a bar, else a plain line after each tenth of all
 * updates. "mean loss", "mean" in the bar, is that of the round that has just ended, "loss" a running mean over about the last twenty
 * updates.
 */
public final class TrainingProgress implements TrainingListener {
    private static final int PLAIN_LINES = 10;
    private static final int BAR = 10;                      // characters
    private static final int COLUMNS = 79;                  // a longer line would wrap, and could not be drawn again
    private static final long REDRAW_NANOS = 100_000_000;
    private static final double NEWEST = 0.05;              // weight of the newest loss in the running mean

    private static final String RUNNING = "loss";
    private static final String OF_ROUND = "mean loss";

    private final String task;
    private final PrintStream out;
    private final boolean live;
    private int epochs;
    private int batches;
    private long seen;                  // updates; a run that was resumed had some before
    private double running;
    private double validation;
    private long start;
    private long drawn;                 // when
    private int width;                  // of what is drawn

    TrainingProgress(String task, PrintStream out, boolean live) {
        this.task = task;
        this.out = out;
        this.live = live;
    }

    /**
     * A bar on standard error if that looks like a terminal, else plain lines there.
     *
     * @param task what is shown in front, for example {@code seed 1}
     * @return the listener
     */
    public static TrainingProgress onStandardError(String task) {
        return new TrainingProgress(task, System.err, Terminal.isThere());
    }

    /**
     * Plain lines.
     *
     * @param task what is shown in front
     * @param out where to
     * @return the listener
     */
    public static TrainingProgress plain(String task, PrintStream out) {
        return new TrainingProgress(task, out, false);
    }

    @Override
    public void started(int allEpochs, int allBatches) {
        epochs = allEpochs;
        batches = allBatches;
        seen = 0;
        validation = Double.NaN;
        width = 0;
        start = System.nanoTime();
    }

    @Override
    public void resumed(int done, String note) {
        out.println(task + ": resumed after epoch " + done + " of " + epochs + (note.isEmpty() ? "" : "; " + note));
    }

    @Override
    public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
        seen++;
        running = seen == 1 ? loss : running + NEWEST * (loss - running);
        long done = (epoch - 1L) * batches + batch;
        if (live && (seen == 1 || System.nanoTime() - drawn >= REDRAW_NANOS)) {
            draw(done, RUNNING, running);
        } else if (!live && batch < batches && endsTenth(done)) {      // after the last of a round comes the round
            out.println(line(epoch, RUNNING, running, left(done)));
        }
    }

    @Override
    public void epochDone(Epoch epoch) {
        validation = epoch.validationLoss();
        long done = (long) epoch.number() * batches;
        if (live) {
            draw(done, "mean", epoch.loss());     // room is scarce there
        } else if (endsTenth(done)) {
            out.println(line(epoch.number(), OF_ROUND, epoch.loss(), left(done)));
        }
    }

    /** A last line with no time left, in place of the bar: it is longer, but nothing is drawn over it. */
    @Override
    public void stoppedEarly(Epoch last, int bestEpoch) {
        validation = last.validationLoss();
        String line = line(last.number(), OF_ROUND, last.loss(), "stopped early, best epoch " + bestEpoch);
        if (live) {
            overdraw(line);
        } else {
            out.println(line);
        }
    }

    @Override
    public void finished() {
        if (width > 0) {
            out.println();
        }
    }

    private long all() {
        return Math.max(1, (long) epochs * batches);
    }

    private boolean endsTenth(long done) {
        return PLAIN_LINES * done / all() > PLAIN_LINES * (done - 1) / all();
    }

    private String line(int epoch, String name, double loss, String end) {
        double seconds = seconds();
        return String.format(Locale.ROOT, "%s: epoch %d of %d, %s, %.1f s (%.1f updates/s), %s", task, epoch, epochs, losses(name, loss),
                seconds, seen / seconds, end);
    }

    private void draw(long done, String name, double loss) {
        int full = (int) (BAR * done / all());
        String line = String.format(Locale.ROOT, " [%s%s] %d %%, %s, %.1f/s, %s", "#".repeat(full), ".".repeat(BAR - full),
                100 * done / all(), losses(name, loss), seen / seconds(), left(done));
        overdraw(task.substring(0, Math.max(0, Math.min(task.length(), COLUMNS - line.length()))) + line);
        drawn = System.nanoTime();
    }

    private void overdraw(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        out.flush();
        width = line.length();
    }

    private String losses(String name, double loss) {
        return String.format(Locale.ROOT, "%s %.4f", name, loss)
                + (Double.isNaN(validation) ? "" : String.format(Locale.ROOT, ", validation %.4f", validation));
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private String left(long done) {
        return String.format(Locale.ROOT, "%.0f s left", seconds() / Math.max(1, seen) * (all() - done));
    }
}
