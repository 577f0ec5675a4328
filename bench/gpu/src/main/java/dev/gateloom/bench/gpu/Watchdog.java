package dev.gateloom.bench.gpu;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says so when something does not end: of a kernel that waits for ever nothing comes back, not even to the thread that waits for it. */
final class Watchdog {
    /** What opening an engine may take, where the driver first compiles its kernels, and verifying it. */
    static final double SECONDS = 120;

    private final Consumer<String> begins;
    private final Consumer<String> endless;
    private final double seconds;
    private final ScheduledExecutorService timer;

    /**
     * From the first watch on.
     *
     * @param begins is told what begins
     * @param endless is told what has not ended in time, on a thread of its own
     * @param seconds in which all must end; infinity where nobody can know, as on the emulator
     */
    Watchdog(Consumer<String> begins, Consumer<String> endless, double seconds) {
        this.begins = begins;
        this.endless = endless;
        this.seconds = seconds;
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "watchdog");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** It watches nothing. */
    static Watchdog none() {
        return new Watchdog(what -> { }, what -> { }, Double.POSITIVE_INFINITY);
    }

    /** Something that is watched. */
    interface Watch {

        /** It has ended. */
        void end();
    }

    /** Something new. */
    Watch begin(String what) {
        begins.accept(what);
        return watch(what);
    }

    /** More of what began before. */
    Watch watch(String what) {
        if (Double.isInfinite(seconds)) {
            return () -> { };
        }
        ScheduledFuture<?> bark = timer.schedule(() -> endless.accept(what + " did not end within " + Math.round(seconds) + " s"),
                Math.round(1e3 * seconds), TimeUnit.MILLISECONDS);
        return () -> bark.cancel(false);
    }
}
