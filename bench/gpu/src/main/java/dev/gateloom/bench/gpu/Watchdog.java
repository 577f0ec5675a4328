package dev.gateloom.bench.gpu;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says so when something does not end: of a kernel that waits for ever nothing comes back, not even to the thread that waits for it. */
final class Watchdog {
    /** What opening an engine may take, where the driver first compiles its kernels, and verifying it; or a call. */
    static final double SECONDS = 120;
    /** So many times what something took before it may take again: others use the device too. */
    private static final double SLACK = 10;

    private final Consumer<String> begins;
    private final Consumer<String> endless;
    private final double seconds;
    private final ScheduledExecutorService timer;

    /**
     * From the first watch on.
     *
     * @param begins is told what begins
     * @param endless is told what has not ended in time, on a thread of its own
     * @param seconds in which all must end of which nobody knows how long it takes; infinity where nobody ever knows, as on the
     *     emulator
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
        return watch(what, 0);
    }

    /**
     * More of what began before.
     *
     * @param expected seconds that it takes if all is well; 0 if nobody knows
     */
    Watch watch(String what, double expected) {
        if (Double.isInfinite(seconds)) {
            return () -> { };
        }
        double most = seconds + SLACK * expected;
        ScheduledFuture<?> bark = timer.schedule(() -> endless.accept(what + " did not end within " + Math.round(most) + " s"),
                Math.round(1e3 * most), TimeUnit.MILLISECONDS);
        return () -> bark.cancel(false);
    }
}
