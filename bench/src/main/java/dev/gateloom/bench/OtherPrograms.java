package dev.gateloom.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;

/** What other programs use of the processors before anything is measured. Threads that meet at every step then wait for each other. */
final class OtherPrograms {
    private static final long MILLIS = 500;
    /** A desktop that does nothing uses less. */
    private static final double MUCH = 0.1;

    private OtherPrograms() {
    }

    /** A line for the machine's description, if it is much and the JVM knows. */
    static Map<String, String> lines() throws InterruptedException {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
            return Map.of();
        }
        system.getCpuLoad();            // the next one counts from here
        Thread.sleep(MILLIS);
        return lines(system.getCpuLoad());
    }

    /** The same for a share of all processors; negative if nobody knows it. */
    static Map<String, String> lines(double share) {
        return share < MUCH ? Map.of() : Map.of("Other programs", String.format(Locale.ROOT,
                "use %.0f %% of the processors: times will be longer and uneven", 100 * share));
    }
}
