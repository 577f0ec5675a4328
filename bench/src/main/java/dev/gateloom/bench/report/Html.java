package dev.gateloom.bench.report;

import dev.gateloom.bench.Results;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** {@code report.html}: one file, no scripts, nothing from the network; light or dark as the reader's system is. */
final class Html {

    private Html() {
    }

    static String of(Results r) {
        StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Gateloom benchmark</title>\n"
                + "<link rel=\"icon\" href=\"data:,\">\n<style>\n").append(style()).append("</style></head><body><main>\n");
        out.append("<h1>Gateloom benchmark</h1>\n<p class=\"when\">")
                .append(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ROOT).format(r.started()))
                .append(" · <code>").append(Svg.escape(("bench/run " + r.command()).trim())).append("</code></p>\n");
        list(out, "findings", Findings.of(r));
        out.append("<section class=\"machine\"><h2>Machine</h2><dl>\n");
        r.machine().forEach((k, v) -> out.append("<dt>").append(Svg.escape(k)).append("</dt><dd>").append(Svg.escape(v))
                .append("</dd>\n"));
        out.append("</dl></section>\n<h2>Charts</h2>\n<div class=\"charts\">\n");
        for (Charts.Figure f : new Charts(r).all()) {
            out.append("<figure class=\"chart\">").append(f.svg()).append("<figcaption>").append(Svg.escape(f.caption()))
                    .append("</figcaption></figure>\n");
        }
        out.append("</div>\n");
        r.forecast().ifPresent(f -> forecast(out, f));
        if (!r.changes().isEmpty()) {
            out.append("<h2>Changes since the older run</h2>\n").append(Table.ofChanges(r.changes()).html());
        }
        out.append("<h2>All results</h2>\n").append(Table.of(r).html());
        out.append("<h2>How it was measured</h2>\n");
        list(out, "notes", Method.of(r));
        if (!Method.remarks(r).isEmpty()) {
            out.append("<h2>Notes</h2>\n");
            list(out, "notes", Method.remarks(r));
        }
        return out.append("</main></body></html>\n").toString();
    }

    private static void forecast(StringBuilder out, ForecastSection f) {
        List<List<String>> rows = f.rmse().entrySet().stream()
                .map(e -> List.of(e.getKey(), "", String.format(Locale.ROOT, "%.2f", e.getValue()))).toList();
        out.append("<h2>Forecast of ").append(Svg.escape(f.title())).append("</h2>\n")
                .append(new Table(List.of("method", "", "RMSE, °C"), rows).html())
                .append(String.format(Locale.ROOT, "<p>Error for each seed: %s °C. Training and scoring took %.1f s.</p>%n",
                        String.join(", ", f.seeds().stream().map(s -> String.format(Locale.ROOT, "%.2f", s)).toList()),
                        f.seconds()));
    }

    private static void list(StringBuilder out, String style, List<String> lines) {
        out.append("<ul class=\"").append(style).append("\">\n");
        lines.forEach(l -> out.append("<li>").append(Svg.escape(l)).append("</li>\n"));
        out.append("</ul>\n");
    }

    private static String style() {
        try (InputStream in = Html.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css is missing in the jar", e);
        }
    }
}
