package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OwnTrainerTest {

    /** Always answering 0 has the loss 1/3, the variance of the numbers. */
    @Test
    void learnsToRepeatWhatItSaw() {
        double first = OwnTrainer.train(10);
        double last = OwnTrainer.train(500);
        assertTrue(first > 1.0 / 6, "after 10 updates: " + first);
        assertTrue(last < 1.0 / 60, "after 500 updates: " + last);
    }

    @Test
    void theReadmeShowsTheSame() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/gateloom/examples/OwnTrainer.java"));
        String heart = source.substring(source.indexOf("        RnnConfig config"), source.indexOf("        return loss;"))
                .indent(-8).strip();
        String readme = Files.readString(Path.of("../../README.md"));
        assertTrue(readme.contains(heart), heart);
        String lines = "OwnTrainer.java) is " + source.lines().count() + " lines";
        assertTrue(readme.contains(lines), lines);
    }
}
