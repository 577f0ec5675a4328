package dev.gateloom.profile;

import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import java.util.LinkedHashMap;
import java.util.Map;

/** Launches that have ended, added up by kernel and geometry, in the order of the first ones. */
final class LaunchLog {
    private final Map<Key, Sum> sums = new LinkedHashMap<>();

    /** Launches that count as the same. */
    record Key(String kernel, Launch launch) {
    }

    /** What they come to. */
    static final class Sum {
        final Kernel kernel;
        long launches;
        double milliseconds;

        private Sum(Kernel kernel) {
            this.kernel = kernel;
        }
    }

    void add(Kernel kernel, Launch launch, double milliseconds) {
        Sum sum = sums.computeIfAbsent(new Key(kernel.name(), launch), key -> new Sum(kernel));
        sum.launches++;
        sum.milliseconds += milliseconds;
    }

    Map<Key, Sum> sums() {
        return sums;
    }
}
