package dev.gateloom.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser: nothing on its console, every chart and every text inside its picture. */
@EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true",
        disabledReason = "the browser test belongs to -Pexhaustive")
class BrowserTest {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome",
            "google-chrome-stable", "chrome", "msedge");
    /** Asks the browser where things are; what is wrong becomes the page's title, which the DOM dump shows. */
    private static final String PROBE = """
            <script>
            window.addEventListener('load', () => {
              const wrong = [];
              const charts = document.querySelectorAll('figure.chart svg');
              charts.forEach((svg, k) => {
                const frame = svg.getBoundingClientRect();
                if (frame.width < 200 || frame.height < 60) wrong.push('chart ' + k + ' is ' + frame.width + 'x' + frame.height);
                const marks = svg.querySelectorAll('rect, polyline');
                if (marks.length === 0) wrong.push('chart ' + k + ' has no bars or lines');
                marks.forEach(m => { const b = m.getBoundingClientRect();
                  if (b.width + b.height < 1) wrong.push('chart ' + k + ' has an empty mark'); });
                svg.querySelectorAll('text').forEach(t => { const b = t.getBoundingClientRect();
                  if (b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1 || b.bottom > frame.bottom + 1)
                    wrong.push('chart ' + k + ': outside the picture: ' + t.textContent); });
                const texts = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]);
                texts.forEach(([t, a], i) => texts.slice(i + 1).forEach(([u, b]) => {
                  if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
                    wrong.push('chart ' + k + ': ' + t.textContent + ' covers ' + u.textContent); }));
              });
              const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
              document.title = charts.length + ' charts; ' + scheme + '; ' + (wrong.length ? wrong.join('; ') : 'all drawn');
            });
            </script>
            """;
    @TempDir
    private Path folder;
    private String browser;
    private Path page;

    @BeforeEach
    void writeReport() throws IOException {
        Optional<String> found = find();
        Assumptions.assumeTrue(found.isPresent(), "no headless Chromium on the path (" + NAMES + ")");
        browser = found.get();
        Reports.write(Samples.full(), List.of(), folder.resolve("report"));
        page = folder.resolve("report/report.html");
    }

    @Test
    void consoleStaysEmpty() throws Exception {
        Run run = run(page, "--enable-logging=stderr", "--v=0", "--dump-dom");
        assertTrue(run.out.contains("<svg"), run.err);
        assertEquals(List.of(), run.err.lines().filter(l -> l.contains("CONSOLE")).toList());
    }

    @Test
    void everyChartIsDrawnInLightAndDark() throws Exception {
        Path probed = folder.resolve("report/probed.html");
        Files.writeString(probed, Files.readString(page).replace("</body>", PROBE + "</body>"));
        Map<String, String> options = Map.of("light", "--disable-extensions", "dark", "--force-dark-mode");
        for (String scheme : options.keySet()) {
            Run run = run(probed, "--dump-dom", options.get(scheme));
            String title = run.out.replaceAll("(?s).*<title>(\\d+ charts[^<]*)</title>.*", "$1");
            assertEquals("8 charts; " + scheme + "; all drawn", title);
        }
    }

    private record Run(String out, String err) {
    }

    private Run run(Path url, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(browser, "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--window-size=1200,900", "--user-data-dir=" + Files.createTempDirectory(folder, "profile")));
        command.addAll(List.of(options));
        command.add(url.toUri().toString());
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        Process p = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
        if (!p.waitFor(120, TimeUnit.SECONDS)) {
            p.destroyForcibly().waitFor();
        }
        String text = Files.readString(err.toPath(), StandardCharsets.UTF_8);
        assertEquals(0, p.exitValue(), text);
        return new Run(Files.readString(out.toPath(), StandardCharsets.UTF_8), text);
    }

    private static Optional<String> find() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(dir -> NAMES.stream().map(name -> Path.of(dir, name)))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }
}
