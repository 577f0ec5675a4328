package dev.gateloom.bench.report;

import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Measurement;
import dev.gateloom.bench.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code results.csv}: one line for each case and contender, plain numbers, for other programs. */
public final class Csv {

    private Csv() {
    }

    static String of(Results r) {
        List<String> header = new ArrayList<>(List.of("cell", "kind", "batch", "steps", "input_size", "hidden_size",
                "contender", "nanos_median", "nanos_spread", "forks", "gflops", "share_of_peak", "sequences_per_second",
                "steps_per_second", "share_of_bandwidth", "scaled_from"));
        r.others().forEach(other -> header.add("times_faster_than_" + other));
        header.add("failure");
        List<List<String>> rows = new ArrayList<>();
        for (Measurement m : r.measurements()) {
            List<String> row = new ArrayList<>(List.of(m.of().cell().name(), m.of().kind().text(),
                    String.valueOf(m.of().dims().batch()), String.valueOf(m.of().dims().steps()),
                    String.valueOf(m.of().dims().inputSize()), String.valueOf(m.of().dims().hiddenSize()), m.contender()));
            if (m.ok()) {
                row.addAll(List.of(number(m.nanos()), number(m.spread()), String.valueOf(m.rounds().length),
                        number(m.gflops()), number(m.gflops() / r.limits().peakAll()), number(m.sequencesPerSecond()),
                        number(m.stepsPerSecond()), m.of().kind() != Kind.STEP ? ""
                                : number(m.weightBandwidth() / r.limits().bandwidth()), m.scaled() ? m.timed().dims().toString() : ""));
            } else {
                row.addAll(List.of("", "", "", "", "", "", "", "", ""));
            }
            r.others().forEach(other -> row.add(r.ratio(m.of(), m.contender(), other).map(Csv::number).orElse("")));
            row.add(m.failure());
            rows.add(row);
        }
        return of(header, rows);
    }

    /**
     * Lines with quotes where they are needed.
     *
     * @param header names of the columns
     * @param rows their cells
     * @return the file
     */
    public static String of(List<String> header, List<List<String>> rows) {
        StringBuilder out = new StringBuilder(line(header));
        rows.forEach(row -> out.append(line(row)));
        return out.toString();
    }

    /**
     * A number for other programs.
     *
     * @param value any
     * @return six digits
     */
    public static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    private static String line(List<String> cells) {
        return cells.stream().map(Csv::field).collect(Collectors.joining(",")) + "\n";
    }

    private static String field(String text) {
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
