package dev.gateloom.bench.report;

import dev.gateloom.bench.Measurement;
import dev.gateloom.bench.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code results.csv}: one line for each case and contender, plain numbers, for other programs. */
final class Csv {

    private Csv() {
    }

    static String of(Results r) {
        List<String> header = new ArrayList<>(List.of("cell", "kind", "batch", "steps", "input_size", "hidden_size",
                "contender", "nanos_median", "nanos_spread", "forks", "gflops", "share_of_peak", "sequences_per_second",
                "steps_per_second", "scaled_from"));
        r.others().forEach(other -> header.add("times_faster_than_" + other));
        header.add("failure");
        StringBuilder out = new StringBuilder(String.join(",", header)).append('\n');
        for (Measurement m : r.measurements()) {
            List<String> row = new ArrayList<>(List.of(m.of().cell().name(), m.of().kind().text(),
                    String.valueOf(m.of().dims().batch()), String.valueOf(m.of().dims().steps()),
                    String.valueOf(m.of().dims().inputSize()), String.valueOf(m.of().dims().hiddenSize()), m.contender()));
            if (m.ok()) {
                row.addAll(List.of(number(m.nanos()), number(m.spread()), String.valueOf(m.rounds().length),
                        number(m.gflops()), number(m.gflops() / r.limits().peakAll()), number(m.sequencesPerSecond()),
                        number(m.stepsPerSecond()), m.scaled() ? m.timed().dims().toString() : ""));
            } else {
                row.addAll(List.of("", "", "", "", "", "", "", ""));
            }
            r.others().forEach(other -> row.add(r.ratio(m.of(), m.contender(), other).map(Csv::number).orElse("")));
            row.add(m.failure());
            out.append(row.stream().map(Csv::field).collect(Collectors.joining(","))).append('\n');
        }
        return out.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    private static String field(String text) {
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
