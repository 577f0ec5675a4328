package dev.gateloom.cli;

import dev.gateloom.profile.Progress;
import dev.gateloom.train.Terminal;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A bar of the launches on standard error, if that is a terminal: the emulator may run for minutes. */
final class ProfileProgress implements Progress, AutoCloseable {
    private static final int UPDATE_MILLIS = 100;

    private final ProgressBar bar = Terminal.isThere()
            ? new ProgressBarBuilder().setTaskName("profile").setInitialMax(0).setUnit(" launches", 1)
                    .setUpdateIntervalMillis(UPDATE_MILLIS).clearDisplayOnFinish().build()
            : null;

    @Override
    public void expect(int launches) {
        if (bar != null) {
            bar.maxHint(bar.getMax() + launches);
        }
    }

    @Override
    public void ended() {
        if (bar != null) {
            bar.step();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
