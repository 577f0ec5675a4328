package dev.gateloom.bench.report;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Results;
import dev.gateloom.bench.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a set of results says, in sentences. */
public final class Findings {

    private Findings() {
    }

    /**
     * The sentences, the most important first.
     *
     * @param results what was measured
     * @return at least one sentence
     */
    public static List<String> of(Results results) {
        List<String> found = new ArrayList<>();
        String engine = results.engines().get(0);
        for (Kind kind : Kind.values()) {
            for (CellType cell : CellType.values()) {
                List<Case> cases = results.cases().stream().filter(c -> c.cell() == cell && c.kind() == kind).toList();
                String what = cell + " " + kind.text();
                if (results.rivals().size() > 1) {
                    sentence(what, engine, "the best rival of each case",
                            ratios(cases, c -> results.ratioToBestRival(c, engine))).ifPresent(found::add);
                }
                for (String rival : results.rivals()) {
                    sentence(what, engine, rival, ratios(cases, c -> results.ratio(c, engine, rival)))
                            .ifPresent(found::add);
                }
            }
        }
        results.measurements().stream()
                .filter(m -> m.ok() && m.contender().equals(engine))
                .max((a, b) -> Double.compare(a.gflops(), b.gflops()))
                .ifPresent(m -> found.add(engine + " reaches at best " + Text.digits(m.gflops()) + " GFLOP/s, "
                        + Text.share(m.gflops() / results.limits().peakAll()) + " of this machine's peak ("
                        + m.of().title() + ")."));
        results.engines().stream().skip(1).forEach(other -> {
            double[] ratios = ratios(results.cases(), c -> results.ratio(c, engine, other));
            if (ratios.length > 0) {
                found.add(engine + " is " + Text.ratio(Statistics.geometricMean(ratios)) + " as fast as " + other
                        + " (geometric mean of " + ratios.length + " cases).");
            }
        });
        results.forecast().ifPresent(f -> found.add("Forecast of " + f.title() + ": error "
                + String.format(Locale.ROOT, "%.2f °C", f.rmse().values().iterator().next())
                + (f.beatsAll() ? ", less than every baseline." : ", NOT less than every baseline.")));
        long failures = results.measurements().stream().filter(m -> !m.ok()).count();
        if (failures > 0) {
            found.add(failures + " measurement(s) failed: see the notes.");
        }
        return found;
    }

    private static Optional<String> sentence(String what, String engine, String other, double[] ratios) {
        if (ratios.length == 0) {
            return Optional.empty();
        }
        Map<String, Long> verdicts = Arrays.stream(ratios).mapToObj(Text::verdict)
                .collect(Collectors.groupingBy(v -> v, Collectors.counting()));
        return Optional.of(String.format("%s: %s is %s as fast as %s (geometric mean of %d; %d won, %d tied, %d lost).",
                what, engine, Text.ratio(Statistics.geometricMean(ratios)), other, ratios.length,
                verdicts.getOrDefault("wins", 0L), verdicts.getOrDefault("ties", 0L),
                verdicts.getOrDefault("loses", 0L)));
    }

    private static double[] ratios(List<Case> cases, Function<Case, Optional<Double>> ratio) {
        return cases.stream().flatMap(c -> ratio.apply(c).stream()).mapToDouble(r -> r).toArray();
    }
}
