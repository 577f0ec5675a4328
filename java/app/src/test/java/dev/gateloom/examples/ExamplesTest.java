package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.train.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples that make their data or have few, for a round each, and the shortest of them to their full score; {@link
 * ExamplesRunTest} runs the others, {@link IntentsExampleTest} one more to its full score.
 */
class ExamplesTest {
    private static final Map<String, Set<String>> PICTURES = Map.of(
            "weather", Set.of("forecast.svg"),
            "births", Set.of("forecast.svg"),
            "ball", Set.of("flights.svg"),
            "activity", Set.of("windows.svg"),
            "tones", Set.of("spectrogram.svg"),
            "vanishing-gradient", Set.of("gradients.svg"));

    private static RnnEngine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        engine = Engines.best();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private Result run(Example example, int epochs, long seed) throws IOException {
        return example.run(new Context(engine, seed, epochs, null, folder, training -> new TrainingListener() { },
                new PrintWriter(new StringWriter())));
    }

    static Stream<String> names() {
        return Examples.names().stream().filter(name -> !ExamplesRunTest.WITH_MUCH_DATA.contains(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void scoresAndSavesAfterOneRound(String name) throws Exception {
        Result result = run(Examples.named(name).orElseThrow(), 1, 1);
        assertFalse(result.models().isEmpty());
        assertFalse(result.baselines().isEmpty());
        result.models().forEach((model, score) -> assertTrue(Double.isFinite(score), model + ": " + score));
        result.baselines().forEach((baseline, score) -> assertTrue(Double.isFinite(score), baseline + ": " + score));
        int models = 0;
        Set<String> pictures = new TreeSet<>();
        for (Path file : files()) {
            if (file.toString().endsWith(".safetensors")) {
                assertFalse(Safetensors.read(file).names().isEmpty(), file.toString());
                models++;
            } else if (file.toString().endsWith(".svg")) {
                pictures.add(file.getFileName().toString());
                assertEquals("svg", DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile())
                        .getDocumentElement().getTagName());
            }
        }
        assertTrue(models >= 1, "a saved model in " + files());
        assertEquals(PICTURES.getOrDefault(name, Set.of()), pictures);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"alphabet, stateful LSTM, 0.98", "ball, 'CNN and GRU, six pictures', 0.95"})
    void beatsEveryBaseline(String name, String model, double least) throws IOException {
        Example example = Examples.named(name).orElseThrow();
        Result result = run(example, example.epochs(), 1);
        assertTrue(result.beatsEveryBaseline(), result.models() + " against " + result.baselines());
        assertTrue(result.models().get(model) >= least, result.models().toString());
    }

    @Test
    void theSeedDecidesTheScore() throws IOException {
        Example example = new AlphabetExample();
        Result first = run(example, 1, 1);
        assertEquals(first.models(), run(example, 1, 1).models());
        assertNotEquals(first.models(), run(example, 1, 2).models());
    }
}
