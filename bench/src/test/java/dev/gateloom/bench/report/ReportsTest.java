package dev.gateloom.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.bench.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What the reports say about a known set of results. */
class ReportsTest {
    @TempDir
    private Path folder;
    private final Results results = Samples.full();
    private Path report;

    @BeforeEach
    void write() throws IOException {
        report = folder.resolve("report");
        Reports.write(results, List.of(), report);
    }

    @Test
    void folderAppearsComplete() throws IOException {
        try (Stream<Path> files = Files.list(report)) {
            assertEquals(List.of("jmh.json", "report.html", "report.md", "results.csv"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
        assertFalse(Files.exists(Reports.unfinished(report)));
    }

    @Test
    void htmlNeedsNothingFromOutside() throws IOException {
        String html = read("report.html");
        Matcher links = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(html);
        while (links.find()) {
            assertTrue(links.group(1).startsWith("data:"), links.group());
        }
        assertFalse(html.contains("<script") || html.contains("@import") || html.contains("url("), "no outside content");
        assertTrue(html.contains("prefers-color-scheme: dark"));
    }

    @Test
    void textIsEscaped() throws IOException {
        String html = read("report.html");
        assertTrue(html.contains("Example 3000 &lt;fast&gt;") && html.contains("rival &lt;&amp;&quot;"));
        assertFalse(html.contains("<fast>"));
    }

    /** Three against the rival; forward and training bars for LSTM, a sweep for GRU, single steps, the forecast. */
    @Test
    void everyChartNamesItsAxesAndBars() throws Exception {
        List<Figure> figures = new Charts(results).all();
        assertEquals(8, figures.size());
        for (Figure f : figures) {
            Element svg = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new java.io.ByteArrayInputStream(f.svg().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .getDocumentElement();
            assertEquals(1, count(svg, "text", "title"), f.svg());
            assertTrue(count(svg, "text", "unit") >= 1, f.svg());
            assertTrue(count(svg, "text", "tick") >= 3, f.svg());
            assertTrue(count(svg, "text", "name") >= 2 || f.caption().contains("One sequence"), f.svg());
            assertFalse(f.svg().contains("NaN") || f.svg().contains("Infinity"), f.svg());
            assertFalse(f.caption().isBlank());
        }
        assertTrue(figures.get(3).svg().contains("peak of this machine: 200"));
        assertTrue(figures.get(4).svg().contains("batch size B"), figures.get(4).svg());
    }

    @Test
    void barsAreAsLongAsTheirValues() throws Exception {
        BarChart chart = new BarChart("t", "u", Text::digits);
        chart.group("g", List.of(new BarChart.Bar("a", 10, "fill0"), new BarChart.Bar("b", 5, "fill1")));
        Matcher widths = Pattern.compile("<rect[^>]* width=\"([0-9.]+)\"").matcher(chart.svg());
        assertTrue(widths.find());
        double a = Double.parseDouble(widths.group(1));
        assertTrue(widths.find());
        assertEquals(a / 2, Double.parseDouble(widths.group(1)), 0.1);
    }

    @Test
    void tableHasTimesSharesAndRatios() {
        Table table = Table.of(results);
        List<String> cpu = row(table, "LSTM S2 forward", "cpu");
        assertEquals("1.00 ms ±0.5 %", cpu.get(2));
        assertEquals("100×", cpu.get(table.header().indexOf("× reference")));
        assertEquals("2.00×", cpu.get(table.header().indexOf("× rival <&\"")));
        assertEquals("32,000", cpu.get(5), "32 sequences in a millisecond");
        assertEquals("1,600,000", cpu.get(6));
        assertEquals("–", cpu.get(table.header().indexOf("of bandwidth")));
        assertEquals("41 %", row(table, "GRU H=512 step", "cpu").get(table.header().indexOf("of bandwidth")),
                "3 · 512 · 1024 floats in 512 µs are 12.3 of 30 GB/s");
        assertTrue(row(table, "LSTM S2 forward", "reference").get(2).startsWith("≈ 100 ms"));
        assertEquals("failed", row(table, "LSTM S1 forward", "broken").get(2));
    }

    @Test
    void findingsCountWinsAndTheForecast() {
        String found = String.join("\n", Findings.of(results));
        assertTrue(found.contains("LSTM forward: cpu is 2.00× as fast as rival <&\" (geometric mean of 5; 5 won, 0 tied, "
                + "0 lost)."), found);
        assertTrue(found.contains("error 2.90 °C, less than every baseline"), found);
        assertTrue(found.contains("1 measurement(s) failed"), found);
    }

    @Test
    void markdownHasTheSameRows() throws IOException {
        String md = read("report.md");
        Table.of(results).rows().forEach(r -> assertTrue(md.contains("| " + String.join(" | ", r) + " |"), r.toString()));
        assertTrue(md.contains("FAILED: broken, LSTM S1 forward") && md.contains("rival: has no GRU layer."));
        assertTrue(md.contains("| 2.00× | faster |"), "the comparison with the older run");
    }

    @Test
    void csvIsPlainNumbersWithQuotedText() throws IOException {
        List<String> lines = read("results.csv").lines().toList();
        assertEquals(1 + results.measurements().size(), lines.size());
        String cpu = lines.stream().filter(l -> l.startsWith("LSTM,forward,32,50,128,256,cpu,")).findFirst().orElseThrow();
        assertTrue(cpu.startsWith("LSTM,forward,32,50,128,256,cpu,1.00000e+06,"), cpu);
        assertTrue(lines.get(lines.size() - 1).endsWith("\"y[3] is NaN, \"\"oh\"\", dear\""), lines.get(lines.size() - 1));
    }

    /** Who is measured otherwise than the rest is named. */
    @Test
    void methodSaysWhoIsTimedDifferently() {
        String method = String.join("\n", Method.of(results));
        assertTrue(method.contains("they get one fork for each case, a shorter one."), method);
        assertTrue(method.contains("or the ratio of the medians") && method.contains("Of bandwidth: "), method);
        assertFalse(method.contains("python-pytorch"), method);
    }

    private String read(String file) throws IOException {
        return Files.readString(report.resolve(file));
    }

    private static List<String> row(Table table, String title, String contender) {
        return table.rows().stream().filter(r -> r.get(0).equals(title) && r.get(1).equals(contender)).findFirst()
                .orElseThrow();
    }

    private static int count(Element svg, String tag, String style) {
        NodeList all = svg.getElementsByTagName(tag);
        int n = 0;
        for (int k = 0; k < all.getLength(); k++) {
            n += List.of(((Element) all.item(k)).getAttribute("class").split(" ")).contains(style) ? 1 : 0;
        }
        return n;
    }
}
