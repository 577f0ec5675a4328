package dev.gateloom.bench.report;

import dev.gateloom.bench.report.Document.Block;
import dev.gateloom.bench.report.Document.Facts;
import dev.gateloom.bench.report.Document.Heading;
import dev.gateloom.bench.report.Document.Lines;
import dev.gateloom.bench.report.Document.Rows;
import dev.gateloom.bench.report.Document.Warning;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** {@code report.md}: the same as the HTML report, without the charts. */
final class Markdown {

    private Markdown() {
    }

    static String of(Document document) {
        StringBuilder out = new StringBuilder("# " + document.title() + "\n\n");
        out.append(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ROOT).format(document.when()))
                .append(" · `").append(document.command()).append("`\n\n");
        document.blocks().forEach(block -> add(out, block));
        return out.toString().stripTrailing() + "\n";
    }

    private static void add(StringBuilder out, Block block) {
        if (block instanceof Heading heading) {
            out.append("## ").append(heading.text()).append("\n\n");
        } else if (block instanceof Warning warning) {
            out.append("**").append(warning.text()).append("**\n\n");
        } else if (block instanceof Lines lines) {
            lines.lines().forEach(l -> out.append("- ").append(l).append('\n'));
            out.append('\n');
        } else if (block instanceof Facts facts) {
            out.append("| | |\n| --- | --- |\n");
            facts.facts().forEach((k, v) -> out.append("| ").append(k).append(" | ").append(v).append(" |\n"));
            out.append('\n');
        } else if (block instanceof Rows rows) {
            out.append(rows.table().markdown()).append('\n');
        } else if (block instanceof Document.Text text) {
            out.append(text.text()).append("\n\n");
        }
    }
}
