package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Examples with much data, for one round over its first lines: they run, print their scores and leave their files. */
class ExamplesRunTest {
    static final List<String> WITH_MUCH_DATA = List.of("text", "sketches", "pronunciation", "translation", "intents", "digits",
            "clips");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int run(String... args) {
        return new CommandLine(new ExamplesCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    }

    /** A resource's first lines, in a file. */
    private Path beginning(String resource, int lines) throws IOException {
        boolean packed = resource.endsWith(".gz");
        try (InputStream raw = Example.class.getResourceAsStream(resource);
                InputStream in = packed ? new GZIPInputStream(raw) : raw;
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return Files.write(folder.resolve(packed ? resource.substring(0, resource.length() - 3) : resource),
                    reader.lines().limit(lines).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "intents,       200, intents.safetensors,                       logistic regression on words",
        "text,           30, text.safetensors written.txt,              '5-gram, Witten-Bell'",
        "sketches,      150, sketches.safetensors guesses.svg sketch.svg, always the largest class",
        "pronunciation, 300, pronunciation.safetensors attention.svg,   most frequent phoneme of each letter",
        "translation,    60, translation.safetensors,                   always the most frequent word",
        "digits,        120, digits.safetensors drawn.svg,              nearest mean drawing",
        "clips,         120, lstm.safetensors two-streams.safetensors conv3d.safetensors last-frame.safetensors clips.svg, last frame alone",
    })
    void runsAndLeavesItsFiles(String name, int lines, String files, String baseline) throws Exception {
        assertTrue(WITH_MUCH_DATA.contains(name));
        String resource = Examples.named(name).orElseThrow().data().orElseThrow();
        Path data = beginning(resource, lines);
        assertEquals(0, run("run", name, "--epochs", "1", "--data", data.toString(), "--out", folder.toString()),
                err::toString);
        String text = out.toString();
        assertTrue(text.contains("  " + baseline + " ") && text.contains(" every baseline.") && !text.contains("NaN"), text);
        for (String file : files.split(" ")) {
            Path written = folder.resolve(name).resolve("seed-1").resolve(file);
            assertTrue(Files.size(written) > 200, file);
            if (file.endsWith(".svg")) {
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(written.toFile());
            }
        }
    }

    @Test
    void otherDrawingsAreReadInTheirFormats() throws IOException {
        Path ndjson = Path.of("src/test/resources/dev/gateloom/examples/drawings.ndjson");
        assertEquals(0, run("run", "sketches", "--epochs", "1", "--data", ndjson.toString(), "--out", folder.toString()),
                err::toString);
        assertTrue(out.toString().contains("2 held-out drawings of 2 classes"), out.toString());
    }

    @Test
    void wrongDataGiveALineThatNamesTheFile() throws IOException {
        Path wrong = Files.write(folder.resolve("wrong.tsv"), List.of("no data", "at all"));
        Path empty = Files.createFile(folder.resolve("empty.tsv"));
        Path binary = Files.write(folder.resolve("binary.tsv"), new byte[] {'a', (byte) 0xC3, 0, (byte) 0xFF});
        Path folderNamedSo = Files.createDirectory(folder.resolve("folder.tsv"));
        Path unpacked = Files.writeString(folder.resolve("unpacked.tsv.gz"), "no gzip");
        for (Example example : Examples.ALL) {
            if (example.data().isPresent()) {
                refused(wrong, example.name(), "expected ");
                refused(empty, example.name(), "expected ");
                refused(binary, example.name(), "expected a text in UTF-8, got other bytes");
                refused(folderNamedSo, example.name(), "expected a file, got a folder");
                refused(unpacked, example.name(), "Not in GZIP format");
            }
        }
        refused(Files.write(folder.resolve("headless.tsv"), List.of("\u4E00\t1\t1,2 3,4")), "sketches",
                "line 1: expected the header \"char<tab>radical<tab>strokes\", got \u4E00");
    }

    /** Before it trains, not after. */
    @Test
    void aTextMayHaveSoManyLetters() throws IOException {
        int most = WittenBell.largestAlphabet(5) - 4;
        String text = IntStream.rangeClosed(0x4E00, 0x4E00 + most).mapToObj(Character::toString).collect(Collectors.joining());
        refused(Files.writeString(folder.resolve("many.txt"), text), "text",
                "expected at most " + most + " different letters, ");
    }

    private void refused(Path file, String name, String expected) {
        err.getBuffer().setLength(0);
        assertEquals(2, run("run", name, "--engine", "cpu", "--data", file.toString(), "--out", folder.toString()), name);
        assertTrue(err.toString().startsWith(file + ": ") && err.toString().contains(expected), name + ": " + err);
    }
}
