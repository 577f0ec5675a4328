package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Statistics;
import dev.gateloom.bench.report.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a run on a device says, in sentences. */
final class GpuFindings {

    private GpuFindings() {
    }

    static List<String> of(GpuResults r) {
        List<String> found = new ArrayList<>();
        if (r.settings().timed()) {
            for (Kind kind : Kind.values()) {
                sentence(r, kind).ifPresent(found::add);
            }
            share(r).ifPresent(found::add);
        }
        long right = r.measurements().stream().filter(GpuMeasurement::ok).count();
        found.add(right + " of " + r.measurements().size() + " results agree with the reference engine"
                + (right < r.measurements().size() ? "; those that do not are in the notes." : "."));
        return found;
    }

    private static Optional<String> sentence(GpuResults r, Kind kind) {
        List<Double> ratios = new ArrayList<>();
        for (GpuCase c : r.cases()) {
            Optional<GpuMeasurement> fused = fused(r, c);
            Optional<GpuMeasurement> library = r.best(c, Entrants.BASELINE);
            if (c.of().kind() == kind && fused.isPresent() && library.isPresent()) {
                ratios.add(library.get().median() / fused.get().median());
            }
        }
        if (ratios.isEmpty()) {
            return Optional.empty();
        }
        double mean = Statistics.geometricMean(ratios.stream().mapToDouble(v -> v).toArray());
        long won = ratios.stream().filter(ratio -> Text.verdict(ratio).equals("wins")).count();
        long lost = ratios.stream().filter(ratio -> Text.verdict(ratio).equals("loses")).count();
        return Optional.of(kind.text() + ": " + Entrants.FUSED + " is " + Text.ratio(mean) + " as fast as the best algorithm of "
                + Entrants.BASELINE + " (geometric mean of " + ratios.size() + " cases; " + won + " won, "
                + (ratios.size() - won - lost) + " tied, " + lost + " lost).");
    }

    /** The engine as it comes, not the best of its settings: that is what a user gets. */
    private static Optional<GpuMeasurement> fused(GpuResults r, GpuCase c) {
        return r.of(c).stream().filter(m -> m.timed() && m.contender().equals(Entrants.FUSED)).findFirst();
    }

    private static Optional<String> share(GpuResults r) {
        return r.measurements().stream().filter(m -> m.timed() && m.contender().equals(Entrants.FUSED)
                        && r.limits().productShare(m).isPresent())
                .max(Comparator.comparingDouble(m -> r.limits().productShare(m).getAsDouble()))
                .map(m -> Entrants.FUSED + " reaches at best " + Text.share(r.limits().productShare(m).getAsDouble())
                        + " of this card's rate of large products, " + Text.digits(m.tflops()) + " TFLOP/s (" + m.of().title() + ").");
    }
}
