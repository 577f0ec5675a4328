package dev.gateloom.bench.report;

import dev.gateloom.bench.Case;
import dev.gateloom.bench.Change;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Measurement;
import dev.gateloom.bench.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of results: one row for each case and contender. The terminal, Markdown and HTML show the same one.
 *
 * @param header names of the columns
 * @param rows cells of the rows, in the order of the columns
 */
public record Table(List<String> header, List<List<String>> rows) {

    /**
     * The table.
     *
     * @param results what was measured
     * @return all rows
     */
    public static Table of(Results results) {
        List<String> header = new ArrayList<>(List.of("case", "contender", "time", "GFLOP/s", "of peak",
                "sequences/s", "steps/s"));
        boolean steps = results.cases().stream().anyMatch(c -> c.kind() == Kind.STEP);
        if (steps) {
            header.add("of bandwidth");
        }
        results.others().forEach(other -> header.add("× " + other));
        List<List<String>> rows = new ArrayList<>();
        for (Case c : results.cases()) {
            for (Measurement m : results.measurements()) {
                if (m.of().equals(c)) {
                    rows.add(row(results, m, steps, header.size()));
                }
            }
        }
        return new Table(header, rows);
    }

    /**
     * The table of a comparison with an older run.
     *
     * @param changes one for each row
     * @return all rows
     */
    public static Table ofChanges(List<Change> changes) {
        return new Table(List.of("case", "contender", "before", "now", "speed-up", "verdict"), changes.stream()
                .map(c -> List.of(c.title(), c.contender(), Text.time(c.oldNanos()), Text.time(c.newNanos()),
                        Text.ratio(c.speedup()), c.verdict())).toList());
    }

    private static List<String> row(Results results, Measurement m, boolean steps, int width) {
        List<String> row = new ArrayList<>(List.of(m.of().title(), m.contender()));
        if (!m.ok()) {
            row.add("failed");
            while (row.size() < width) {
                row.add("–");
            }
            return row;
        }
        row.add((m.scaled() ? "≈ " : "") + Text.time(m.nanos(), m.spread()));
        row.add(Text.digits(m.gflops()));
        row.add(Text.share(m.gflops() / results.limits().peakAll()));
        row.add(m.of().kind() == Kind.STEP ? "–" : Text.digits(m.sequencesPerSecond()));
        row.add(Text.digits(m.stepsPerSecond()));
        if (steps) {
            row.add(m.of().kind() == Kind.STEP ? Text.share(m.weightBandwidth() / results.limits().bandwidth()) : "–");
        }
        results.others().forEach(other -> row.add(ratio(results, m, other)));
        return row;
    }

    private static String ratio(Results results, Measurement m, String other) {
        Optional<Double> ratio = m.contender().equals(other) ? Optional.empty()
                : results.ratio(m.of(), m.contender(), other);
        return ratio.map(Text::ratio).orElse("–");
    }

    /**
     * Aligned for a terminal: text to the left, numbers to the right.
     *
     * @return lines
     */
    public String plain() {
        int[] widths = new int[header.size()];
        List<List<String>> all = new ArrayList<>(List.of(header));
        all.addAll(rows);
        for (List<String> row : all) {
            for (int k = 0; k < widths.length; k++) {
                widths[k] = Math.max(widths[k], row.get(k).length());
            }
        }
        StringBuilder out = new StringBuilder();
        String last = "";
        for (List<String> row : all) {
            for (int k = 0; k < widths.length; k++) {
                String cell = k == 0 && row.get(0).equals(last) ? "" : row.get(k);
                String pad = " ".repeat(widths[k] - cell.length());
                out.append(k < 2 ? cell + pad : pad + cell).append(k + 1 < widths.length ? "  " : "\n");
            }
            last = row.get(0);
        }
        return out.toString();
    }

    /**
     * As Markdown.
     *
     * @return lines
     */
    public String markdown() {
        StringBuilder out = new StringBuilder("| " + String.join(" | ", header) + " |\n|");
        for (int k = 0; k < header.size(); k++) {
            out.append(k < 2 ? " --- |" : " ---: |");
        }
        out.append('\n');
        for (List<String> row : rows) {
            out.append("| ").append(String.join(" | ", row)).append(" |\n");
        }
        return out.toString();
    }

    /**
     * As an HTML table.
     *
     * @return the element
     */
    public String html() {
        StringBuilder out = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
        for (String h : header) {
            out.append("<th>").append(Svg.escape(h)).append("</th>");
        }
        out.append("</tr></thead><tbody>\n");
        String last = "";
        for (List<String> row : rows) {
            out.append(row.get(0).equals(last) ? "<tr>" : "<tr class=\"first\">");
            for (int k = 0; k < row.size(); k++) {
                String cell = k == 0 && row.get(0).equals(last) ? "" : row.get(k);
                out.append(k < 2 ? "<td>" : "<td class=\"n\">").append(Svg.escape(cell)).append("</td>");
            }
            out.append("</tr>\n");
            last = row.get(0);
        }
        return out.append("</tbody></table></div>\n").toString();
    }
}
