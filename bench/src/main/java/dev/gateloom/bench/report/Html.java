package dev.gateloom.bench.report;

import dev.gateloom.bench.report.Document.Block;
import dev.gateloom.bench.report.Document.Facts;
import dev.gateloom.bench.report.Document.Figures;
import dev.gateloom.bench.report.Document.Heading;
import dev.gateloom.bench.report.Document.Lines;
import dev.gateloom.bench.report.Document.Rows;
import dev.gateloom.bench.report.Document.Warning;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code report.html}: one file, no scripts, nothing from the network; light or dark as the reader's system is. */
final class Html {

    private Html() {
    }

    static String of(Document document) {
        StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" + Svg.escape(document.title()) + "</title>\n"
                + "<link rel=\"icon\" href=\"data:,\">\n<style>\n").append(style()).append("</style></head><body><main>\n");
        out.append("<h1>").append(Svg.escape(document.title())).append("</h1>\n<p class=\"when\">")
                .append(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ROOT).format(document.when()))
                .append(" · <code>").append(Svg.escape(document.command())).append("</code></p>\n");
        document.blocks().forEach(block -> add(out, block));
        return out.append("</main></body></html>\n").toString();
    }

    private static void add(StringBuilder out, Block block) {
        if (block instanceof Heading heading) {
            out.append("<h2>").append(Svg.escape(heading.text())).append("</h2>\n");
        } else if (block instanceof Warning warning) {
            out.append("<p class=\"warning\">").append(Svg.escape(warning.text())).append("</p>\n");
        } else if (block instanceof Lines lines) {
            out.append("<ul class=\"").append(lines.style()).append("\">\n");
            lines.lines().forEach(l -> out.append("<li>").append(Svg.escape(l)).append("</li>\n"));
            out.append("</ul>\n");
        } else if (block instanceof Facts facts) {
            out.append("<dl>\n");
            facts.facts().forEach((k, v) -> out.append("<dt>").append(Svg.escape(k)).append("</dt><dd>").append(Svg.escape(v))
                    .append("</dd>\n"));
            out.append("</dl>\n");
        } else if (block instanceof Rows rows) {
            out.append(rows.table().html());
        } else if (block instanceof Document.Text text) {
            out.append("<p>").append(Svg.escape(text.text())).append("</p>\n");
        } else if (block instanceof Figures figures) {
            out.append("<div class=\"charts\">\n");
            for (Figure f : figures.figures()) {
                out.append("<figure class=\"chart\">").append(f.svg()).append("<figcaption>").append(Svg.escape(f.caption()))
                        .append("</figcaption></figure>\n");
            }
            out.append("</div>\n");
        }
    }

    private static String style() {
        try (InputStream in = Html.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css is missing in the jar", e);
        }
    }
}
