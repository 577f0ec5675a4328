package dev.gateloom.bench.gpu;

import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one run on a device found out; the reports are made from this.
 *
 * @param started when
 * @param command the arguments
 * @param environment machine, device, driver, libraries and commit: label and text
 * @param limits what the device can do
 * @param settings how it was measured
 * @param measurements case by case
 * @param notes what was left out and why, and what else a reader must know
 */
public record GpuResults(ZonedDateTime started, String command, Map<String, String> environment, DeviceLimits limits,
        GpuSettings settings, List<GpuMeasurement> measurements, List<String> notes) {

    /**
     * The cases in the order they were run.
     *
     * @return each once
     */
    public List<GpuCase> cases() {
        return measurements.stream().map(GpuMeasurement::of).distinct().toList();
    }

    /**
     * Those of a case.
     *
     * @param c the case
     * @return in the order of the contenders
     */
    public List<GpuMeasurement> of(GpuCase c) {
        return measurements.stream().filter(m -> m.of().equals(c)).toList();
    }

    /**
     * The fastest of a family on a case.
     *
     * @param c the case
     * @param family first word of the contenders' names
     * @return its measurement, if there is a time
     */
    public Optional<GpuMeasurement> best(GpuCase c, String family) {
        return of(c).stream().filter(m -> m.timed() && Entrant.family(m.contender()).equals(family))
                .min(Comparator.comparingDouble(GpuMeasurement::median));
    }

    /**
     * The fastest of all on a case.
     *
     * @param c the case
     * @return its measurement, if there is a time
     */
    public Optional<GpuMeasurement> best(GpuCase c) {
        return of(c).stream().filter(GpuMeasurement::timed).min(Comparator.comparingDouble(GpuMeasurement::median));
    }

    /**
     * Whether anything went wrong.
     *
     * @return true if a contender failed or gave a wrong result, or a limit could not be measured
     */
    public boolean failed() {
        return !limits.failures().isEmpty() || measurements.stream().anyMatch(m -> !m.ok());
    }
}
