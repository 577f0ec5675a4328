package dev.gateloom.bench.report;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Results;
import dev.gateloom.bench.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
                for (String rival : results.rivals()) {
                    againstRival(results, engine, rival, cell, kind).ifPresent(found::add);
                }
            }
        }
        results.measurements().stream()
                .filter(m -> m.ok() && m.contender().equals(engine))
                .max((a, b) -> Double.compare(a.gflops(), b.gflops()))
                .ifPresent(m -> found.add(engine + " reaches at best " + Text.digits(m.gflops()) + " GFLOP/s, "
                        + Text.share(m.gflops() / results.limits().peakAll()) + " of this machine's peak ("
                        + m.of().title() + ")."));
        if (!engine.equals(Results.REFERENCE)) {
            double[] ratios = ratios(results, results.cases(), engine, Results.REFERENCE);
            if (ratios.length > 0) {
                found.add(engine + " is " + Text.ratio(Statistics.geometricMean(ratios)) + " as fast as the reference "
                        + "engine (geometric mean of " + ratios.length + " cases).");
            }
        }
        results.forecast().ifPresent(f -> found.add("Forecast of " + f.title() + ": error "
                + String.format(Locale.ROOT, "%.2f °C", f.rmse().values().iterator().next())
                + (f.beatsAll() ? ", less than every baseline." : ", NOT less than every baseline.")));
        long failures = results.measurements().stream().filter(m -> !m.ok()).count();
        if (failures > 0) {
            found.add(failures + " measurement(s) failed: see the notes.");
        }
        return found;
    }

    private static java.util.Optional<String> againstRival(Results results, String engine, String rival, CellType cell,
            Kind kind) {
        List<Case> cases = results.cases().stream().filter(c -> c.cell() == cell && c.kind() == kind).toList();
        double[] ratios = ratios(results, cases, engine, rival);
        if (ratios.length == 0) {
            return java.util.Optional.empty();
        }
        int wins = 0;
        int ties = 0;
        for (double r : ratios) {
            wins += Text.verdict(r).equals("wins") ? 1 : 0;
            ties += Text.verdict(r).equals("ties") ? 1 : 0;
        }
        return java.util.Optional.of(String.format("%s %s: %s is %s as fast as %s (geometric mean of %d; %d won, %d "
                + "tied, %d lost).", cell, kind.text(), engine, Text.ratio(Statistics.geometricMean(ratios)), rival,
                ratios.length, wins, ties, ratios.length - wins - ties));
    }

    private static double[] ratios(Results results, List<Case> cases, String engine, String other) {
        return cases.stream().flatMap(c -> results.ratio(c, engine, other).stream()).mapToDouble(r -> r).toArray();
    }
}
