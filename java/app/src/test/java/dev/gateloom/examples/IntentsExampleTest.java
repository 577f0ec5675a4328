package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.train.TrainingListener;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Trains to its full score, then asks the network. */
class IntentsExampleTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int ask(String typed, String... args) {
        AskCommand command = new AskCommand(new ByteArrayInputStream(typed.getBytes(Charset.defaultCharset())));
        return new CommandLine(command).setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    }

    @Test
    void beatsItsBaselineAndAnswers() throws IOException {
        IntentsExample example = new IntentsExample();
        try (RnnEngine engine = Engines.best()) {
            Result result = example.run(new Context(engine, 1, example.epochs(), null, folder,
                    task -> new TrainingListener() { }, new PrintWriter(out)));
            assertTrue(result.beatsEveryBaseline(), result.models() + " against " + result.baselines());
            assertTrue(result.models().get("embedding, GRU") >= 0.75, result.models().toString());
            assertEquals("share of 60 held-out utterances understood", result.measure());
        }
        String model = folder.resolve("intents.safetensors").toString();
        assertEquals(0, ask("Please move some money from savings to checking!\nmove some money from checking to savings\n"
                + "?\nxyzzy Plugh!\nxyzzy savings\n\nnot read any more\n", "--model", model), err::toString);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(0).startsWith("What can I do for you? to_checking "), out.toString());
        assertTrue(lines.get(1).startsWith("> to_savings "), out.toString());
        assertEquals("> I see no word in that.", lines.get(2));
        assertEquals("> I know none of these words.", lines.get(3));
        assertTrue(lines.get(4).endsWith(" %"), lines.get(4));
        assertEquals(List.of("> "), lines.subList(5, lines.size()));
    }

    @Test
    void saysWhatToDoWithoutAModel() throws IOException {
        assertEquals(2, ask("", "--model", folder.resolve("none").toString()));
        assertTrue(err.toString().contains("run it first"), err.toString());
        Path broken = Files.writeString(folder.resolve("broken.safetensors"), "no model");
        assertEquals(2, ask("", "--model", broken.toString()));
        assertTrue(err.toString().contains(broken.toString()), err.toString());
    }
}
