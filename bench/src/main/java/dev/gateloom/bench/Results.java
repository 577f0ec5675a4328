package dev.gateloom.bench;

import dev.gateloom.bench.report.ForecastSection;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that one run found out; the reports are made from this.
 *
 * @param started when
 * @param command the arguments
 * @param machine label and text
 * @param limits what the machine can do
 * @param settings how it was measured
 * @param engines our engines, the one that is compared with rivals first
 * @param rivals the rivals' names
 * @param measurements case by case
 * @param skipped what was not run and why
 * @param notes what else a reader must know
 * @param forecast the job on real data, if it was run
 * @param changes comparison with an older run, if asked for
 */
public record Results(ZonedDateTime started, String command, Map<String, String> machine, Limits limits,
        Settings settings, List<String> engines, List<String> rivals, List<Measurement> measurements,
        List<String> skipped, List<String> notes, Optional<ForecastSection> forecast, List<Change> changes) {

    /**
     * Whom the others are compared with: the second engine and those after it, and every rival.
     *
     * @return their names
     */
    public List<String> others() {
        return Stream.concat(engines.stream().skip(1), rivals.stream()).toList();
    }

    /**
     * The cases in the order they were run.
     *
     * @return each once
     */
    public List<Case> cases() {
        return measurements.stream().map(Measurement::of).distinct().toList();
    }

    /**
     * A contender on a case.
     *
     * @param c the case
     * @param contender its name
     * @return the measurement, if there is a result
     */
    public Optional<Measurement> find(Case c, String contender) {
        return measurements.stream().filter(m -> m.of().equals(c) && m.contender().equals(contender) && m.ok())
                .findFirst();
    }

    /**
     * How many times faster one contender is than another.
     *
     * @param c the case
     * @param contender one
     * @param other the other
     * @return the ratio, if both have a result
     */
    public Optional<Double> ratio(Case c, String contender, String other) {
        return find(c, contender).flatMap(m -> find(c, other).map(m::timesFasterThan));
    }

    /**
     * How many times faster a contender is than the best rival of that case.
     *
     * @param c the case
     * @param contender its name
     * @return the smallest of its ratios to rivals, if there is one
     */
    public Optional<Double> ratioToBestRival(Case c, String contender) {
        return rivals.stream().flatMap(rival -> ratio(c, contender, rival).stream()).min(Double::compare);
    }

    /**
     * Whether anything went wrong.
     *
     * @return true if a contender failed or gave a wrong result
     */
    public boolean failed() {
        return measurements.stream().anyMatch(m -> !m.ok());
    }
}
