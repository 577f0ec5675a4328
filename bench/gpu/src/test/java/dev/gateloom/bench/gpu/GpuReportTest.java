package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.bench.report.Figure;
import dev.gateloom.bench.report.Table;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** What the reports say about known results. */
class GpuReportTest {
    private static final Pattern TIME = Pattern.compile("[0-9] (ns|µs|ms|s)\\b");

    /** 2 · 64 · 256 · 4 · 512 · 1024 · 3 operations in 100 ms; 10 TFLOP/s is the limit. */
    @Test
    void timesStandBesideTheLimitsAndTheBaseline() {
        Table table = GpuTables.results(Samples.timed());
        List<String> cuda = row(table, "cuda");
        assertEquals("100 ms ±0.5 %", cuda.get(2));
        assertEquals("graph", cuda.get(3));
        assertEquals("2.06", cuda.get(table.header().indexOf("TFLOP/s")));
        assertEquals("21 %", cuda.get(table.header().indexOf("of products")));
        assertEquals("1.50×", cuda.get(table.header().indexOf("× cudnn")), "against the best algorithm");
        assertEquals("0.750×", row(table, "cudnn STANDARD").get(table.header().indexOf("× cudnn")));
        assertEquals("failed", row(table, "cuda A").get(2));
        assertEquals("host arrays", row(table, "cpu").get(3));
    }

    @Test
    void findingsCompareTheEnginesChoiceWithTheBestAlgorithm() {
        String found = String.join("\n", GpuFindings.of(Samples.timed()));
        assertTrue(found.contains("training: cuda is 1.50× as fast as the best algorithm of cudnn (geometric mean of 1 cases; 1 won, "
                + "0 tied, 0 lost)."), found);
        assertTrue(found.contains("cuda reaches at best 21 % of this card's rate of large products"), found);
        assertTrue(found.contains("4 of 5 results agree"), found);
    }

    @Test
    void preparationTransferAndKernelsAreApart() {
        Table apart = GpuTables.apart(Samples.timed());
        assertEquals(3, apart.rows().size(), "neither the failure nor the CPU");
        assertEquals(List.of("open", "first call", "capture", "transfer", "kernels"), apart.header().subList(2, 7));
        assertEquals(List.of("500 ms", "300 ms", "4.00 ms", "2.00 ms", "100 ms"), apart.rows().get(0).subList(2, 7));
        assertTrue(apart.rows().get(0).get(8).contains("1755 MHz → 1980 MHz"));
    }

    @Test
    void plannersDecisionsAreThere() {
        Table how = GpuTables.strategies(Samples.timed());
        assertEquals(List.of("layer 0: strategy C; layer 1: strategy D", "STANDARD", "PERSIST"),
                how.rows().stream().map(r -> r.get(2)).toList(), "neither the failure nor the CPU");
    }

    /** One map of winners and one of strategies for each T: H to the right, B down. */
    @Test
    void sweepsDrawWhoWinsWhere() throws Exception {
        List<Figure> maps = WinMaps.of(Samples.sweep());
        assertEquals(4, maps.size());
        for (Figure map : maps) {
            DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new ByteArrayInputStream(map.svg().getBytes(StandardCharsets.UTF_8)));
        }
        String winners = maps.get(0).svg();
        assertTrue(winners.contains("LSTM, forward, bf16, T=10: who wins where"), winners);
        assertTrue(winners.contains("hidden size H 512, batch size B 1: cudnn STANDARD (fp16) 2.00×"), winners);
        assertTrue(winners.contains("hidden size H 512, batch size B 64: cuda 2.00×"), "against cudnn, not against cuda A: " + winners);
        assertTrue(maps.get(1).svg().contains(">strategy A<"), maps.get(1).svg());
        assertTrue(maps.get(2).svg().contains("T=20"), maps.get(2).svg());
    }

    /** One map of H by B for each cell, kind and precision of the sweep, though the other shapes make no grid with it; single steps are a row. */
    @Test
    void builtInCasesDrawWhoWinsWhere() {
        for (boolean onGpu : new boolean[] {true, false}) {
            List<GpuMeasurement> all = new ArrayList<>();
            for (GpuCase c : GpuOptionsTest.parse().cases(onGpu)) {
                all.add(Samples.measured(c, "cuda", c.precision(), "strategy C", 1e5));
                all.add(Samples.measured(c, "cudnn STANDARD", c.precision(), "STANDARD", 2e5));
            }
            List<String> maps = WinMaps.of(Samples.results(all, true)).stream().map(Figure::svg).filter(svg -> svg.contains("who wins where")).toList();
            int steps = onGpu ? 8 : 0;          // cells by precisions; on the emulator of one size
            assertEquals(8 + steps, maps.size());
            String title = "LSTM, training, bf16, T=" + (onGpu ? 128 : 2) + ": who wins where";
            String map = maps.stream().filter(svg -> svg.contains(title)).findFirst().orElseThrow();
            for (String cell : onGpu ? new String[] {"256, batch size B 1:", "512, batch size B 64:", "1024, batch size B 128:"}
                    : new String[] {"8, batch size B 1:", "16, batch size B 2:"}) {
                assertTrue(map.contains("hidden size H " + cell + " cuda 2.00×"), cell + map);
            }
        }
    }

    @Test
    void mapsOfStrategiesLeaveTheReasonsOut() {
        assertEquals("strategy C, strategy D", WinMaps.brief("forward: strategy C, 8 blocks; not D: slower\n"
                + "backward: strategy D, not C: too large"));
        assertEquals("STANDARD", WinMaps.brief("STANDARD, 2 layers"));
        assertEquals("strategy D", WinMaps.brief("strategy D\nforward: strategy D"));
    }

    @Test
    void shapesPickedOneByOneDrawNoMap() {
        assertEquals(List.of(), WinMaps.of(Samples.timed()));
    }

    @Test
    void emulatorsReportHasNoTimesAndSaysSo() throws Exception {
        GpuResults r = Samples.emulated();
        Map<String, String> files = GpuReport.files(r);
        assertTrue(files.get("report.html").contains(GpuReport.WARNING) && files.get("report.md").contains(GpuReport.WARNING));
        String body = files.get("report.html").replaceAll("(?s)<style>.*</style>", "");
        Matcher time = TIME.matcher(body);
        assertFalse(time.find(), () -> body.substring(Math.max(0, time.start() - 40), time.end()));
        assertTrue(body.contains("<td class=\"n\">3,460</td>"), "warp instructions: " + body);
        assertTrue(body.contains("how engine cuda runs it") && !body.contains("who wins where"), body);
        JsonNode json = new ObjectMapper().readTree(files.get("results.json"));
        assertFalse(json.path("timed").asBoolean(true));
        assertEquals(0, json.path("measurements").get(0).path("nanos").size());
        assertTrue(json.path("measurements").get(0).path("nanos_median").isNull());
        assertEquals(3456, json.path("measurements").get(0).path("warp_instructions").asInt());
        assertFalse(files.get("results.csv").contains("5.00000e+08"), "nor the time of preparation");
    }

    @Test
    void everyFileHasEveryMeasurement() throws Exception {
        GpuResults r = Samples.timed();
        Map<String, String> files = GpuReport.files(r);
        assertEquals(List.of("report.html", "report.md", "results.csv", "results.json"), List.copyOf(files.keySet()));
        assertEquals(1 + r.measurements().size(), files.get("results.csv").lines().count());
        assertTrue(files.get("results.csv").contains("\"y is off by 1, \"\"oh\"\", dear\""));
        assertTrue(files.get("report.html").contains("Example &lt;GPU&gt;"));
        assertTrue(files.get("report.html").contains("FAILED: cuda A"));
        GpuTables.results(r).rows().forEach(row -> assertTrue(files.get("report.md").contains("| " + String.join(" | ", row) + " |")));
        JsonNode json = new ObjectMapper().readTree(files.get("results.json"));
        assertEquals(2000, json.path("limits").path("copy_gb_per_s").asInt());
        assertEquals("cuBLAS", json.path("limits").path("products_by_bf16").asText());
        assertEquals(3, json.path("measurements").get(0).path("nanos").size());
        assertEquals(List.of(5e8, 3e8, 4e6), Stream.of("open_nanos", "first_call_nanos", "capture_nanos")
                .map(name -> json.path("measurements").get(0).path(name).asDouble()).toList());
        assertEquals("layer 1: strategy D", json.path("measurements").get(0).path("strategy").get(1).asText());
    }

    private static List<String> row(Table table, String contender) {
        return table.rows().stream().filter(r -> r.get(1).equals(contender)).findFirst().orElseThrow();
    }
}
