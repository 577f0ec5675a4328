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
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every example for a round; the shortest to their full score. */
class ExamplesTest {
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
        for (Path file : files()) {
            if (file.toString().endsWith(".safetensors")) {
                assertFalse(Safetensors.read(file).names().isEmpty(), file.toString());
                models++;
            } else if (file.toString().endsWith(".svg")) {
                assertEquals("svg", DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile())
                        .getDocumentElement().getTagName());
            }
        }
        assertTrue(models >= 1, "a saved model in " + files());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alphabet", "ball"})
    void beatsEveryBaseline(String name) throws IOException {
        Example example = Examples.named(name).orElseThrow();
        Result result = run(example, example.epochs(), 1);
        assertTrue(result.beatsEveryBaseline(), result.models() + " against " + result.baselines());
    }

    @Test
    void theSeedDecidesTheScore() throws IOException {
        Example example = new AlphabetExample();
        Result first = run(example, 1, 1);
        assertEquals(first.models(), run(example, 1, 1).models());
        assertNotEquals(first.models(), run(example, 1, 2).models());
    }
}
