package dev.gateloom.bench.gpu;

import dev.gateloom.bench.report.Table;
import dev.gateloom.bench.report.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The tables of a run on a device: a row for each case and contender. */
final class GpuTables {
    private static final String NONE = "–";

    private GpuTables() {
    }

    /** Times and shares of the limits; counts in their place where nothing is timed. */
    static Table results(GpuResults r) {
        return r.settings().timed() ? timed(r) : counted(r);
    }

    private static Table timed(GpuResults r) {
        List<List<String>> rows = new ArrayList<>();
        for (GpuMeasurement m : r.measurements()) {
            if (!m.timed()) {
                rows.add(List.of(m.of().title(), m.label(), "failed", NONE, NONE, NONE, NONE, NONE));
                continue;
            }
            rows.add(List.of(m.of().title(), m.label(), Text.time(m.median(), m.spread()), m.run().how().text(),
                    Text.digits(m.tflops()), share(r.limits().productShare(m)), share(r.limits().copyShare(m)), ratio(r, m)));
        }
        return new Table(List.of("case", "contender", "time", "by", "TFLOP/s", "of products", "of copy",
                "× " + Entrants.BASELINE), rows);
    }

    private static Table counted(GpuResults r) {
        List<List<String>> rows = new ArrayList<>();
        for (GpuMeasurement m : r.measurements()) {
            Counts counts = m.ok() ? m.run().counts() : null;
            rows.add(List.of(m.of().title(), m.label(), m.ok() ? "verified" : "failed", m.ok() ? m.run().how().text() : NONE,
                    counts == null ? NONE : String.valueOf(counts.launches()),
                    counts == null ? NONE : Text.digits(counts.instructions()),
                    counts == null ? NONE : Text.digits(counts.bytes() / 1e3)));
        }
        return new Table(List.of("case", "contender", "result", "by", "launches", "warp instructions", "kB asked of memory"), rows);
    }

    /** Times faster than the library's best algorithm. */
    private static String ratio(GpuResults r, GpuMeasurement m) {
        return r.best(m.of(), Entrants.BASELINE).map(best -> Text.ratio(best.median() / m.median())).orElse(NONE);
    }

    /** What is not the kernels' time: apart from it, once for each case and contender. */
    static Table apart(GpuResults r) {
        List<List<String>> rows = new ArrayList<>();
        for (GpuMeasurement m : r.measurements()) {
            if (m.timed() && m.run().rotation() != null) {
                Preparation before = m.run().preparation();
                rows.add(List.of(m.of().title(), m.label(), Text.time(before.open()), Text.time(before.firstCall()),
                        m.run().how() == GpuMeasurement.How.GRAPH ? Text.time(before.capture()) : NONE,
                        Text.time(m.run().transferNanos()), Text.time(m.median()), m.run().rotation().toString(), m.run().clocks()));
            }
        }
        return new Table(List.of("case", "contender", "open", "first call", "capture", "transfer", "kernels", "inputs", "clocks before → after"), rows);
    }

    /** How each recurrence ran, and why, where the plan says so. */
    static Table strategies(GpuResults r) {
        return new Table(List.of("case", "contender", "how"), r.measurements().stream()
                .filter(m -> m.ok() && !m.run().strategy().isEmpty())
                .map(m -> List.of(m.of().title(), m.label(), m.run().strategy().replace("\n", "; "))).toList());
    }

    private static String share(OptionalDouble share) {
        return share.isPresent() ? Text.share(share.getAsDouble()) : NONE;
    }
}
