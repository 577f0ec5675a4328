package dev.gateloom.bench.report;

import dev.gateloom.bench.Results;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** {@code report.md}: the same as the HTML report, without the charts. */
final class Markdown {

    private Markdown() {
    }

    static String of(Results r) {
        StringBuilder out = new StringBuilder("# Gateloom benchmark\n\n");
        out.append(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ROOT).format(r.started()))
                .append(" · `bench/run").append(r.command().isEmpty() ? "" : " " + r.command()).append("`\n\n");
        list(out, Findings.of(r));
        out.append("## Machine\n\n| | |\n| --- | --- |\n");
        r.machine().forEach((k, v) -> out.append("| ").append(k).append(" | ").append(v).append(" |\n"));
        out.append("\n## Results\n\n").append(Table.of(r).markdown()).append('\n');
        r.forecast().ifPresent(f -> {
            out.append("## Forecast of ").append(f.title()).append("\n\n").append(f.explanation())
                    .append("\n\n| method | RMSE, °C |\n| --- | ---: |\n");
            f.rmse().forEach((k, v) -> out.append(String.format(Locale.ROOT, "| %s | %.2f |%n", k, v)));
            out.append('\n');
        });
        if (!r.changes().isEmpty()) {
            out.append("## Changes since the older run\n\n").append(Table.ofChanges(r.changes()).markdown()).append('\n');
        }
        out.append("## How it was measured\n\n");
        list(out, Method.of(r));
        if (!Method.remarks(r).isEmpty()) {
            out.append("## Notes\n\n");
            list(out, Method.remarks(r));
        }
        return out.toString();
    }

    private static void list(StringBuilder out, List<String> lines) {
        lines.forEach(l -> out.append("- ").append(l).append('\n'));
        out.append('\n');
    }
}
