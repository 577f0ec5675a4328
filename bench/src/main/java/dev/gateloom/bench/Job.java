package dev.gateloom.bench;

import dev.gateloom.bench.report.ForecastSection;
import java.util.Optional;

/** The end-to-end job on real data: Seattle's daily maximum temperature. */
final class Job {

    private Job() {
    }

    static Optional<ForecastSection> run(String engine) {
        return Optional.empty();
    }
}
