package dev.gateloom.examples;

import dev.gateloom.machine.Terminal;
import dev.gateloom.train.Epoch;
import dev.gateloom.train.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how training goes, with loss, speed and time left: a live bar on a terminal, else about ten plain lines. */
public final class TrainingProgress implements TrainingListener {
    private static final int PLAIN_LINES = 10;
    private static final int UPDATE_MILLIS = 100;

    private final String task;
    private final PrintStream out;
    private final boolean live;
    private ProgressBar bar;
    private int epochs;
    private int batches;
    private long updates;               // seen here; a run that was resumed had some before
    private long start;

    private TrainingProgress(String task, PrintStream out, boolean live) {
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
        updates = 0;
        start = System.nanoTime();
        if (live) {
            bar = new ProgressBarBuilder().setTaskName(task).setInitialMax((long) allEpochs * batches)
                    .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(UPDATE_MILLIS).showSpeed().build();
        }
    }

    @Override
    public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
        updates++;
        if (bar != null) {
            bar.step();
        }
    }

    @Override
    public void epochDone(Epoch epoch) {
        String losses = String.format(Locale.ROOT, "loss %.4f", epoch.loss());
        if (!Double.isNaN(epoch.validationLoss())) {
            losses += String.format(Locale.ROOT, ", validation %.4f", epoch.validationLoss());
        }
        int number = epoch.number();
        if (bar != null) {
            bar.setExtraMessage(losses);
        } else if (number == epochs || number % Math.max(1, epochs / PLAIN_LINES) == 0) {
            double seconds = (System.nanoTime() - start) / 1e9;
            double left = seconds / Math.max(1, updates) * batches * (epochs - number);
            out.printf(Locale.ROOT, "%s: epoch %d of %d, %s, %.1f s (%.1f updates/s), %.0f s left%n", task, number, epochs,
                    losses, seconds, updates / seconds, left);
        }
    }

    @Override
    public void finished() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
