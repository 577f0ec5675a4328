package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start of the README: the lines between the marks are the same ones. */
class QuickStartTest {
    @TempDir
    Path folder;

    @Test
    void trainsAndResumes() throws IOException {
        Path folder = this.folder;
        // begin
        float[] wave = new float[1000];
        for (int i = 0; i < wave.length; i++) {
            wave[i] = (float) Math.sin(0.3 * i);
        }
        Windows train = new Windows(wave, wave, 20, 5, 20, 800);        // 20 steps in, the next 5 out, these from rows 20 to 799
        Windows test = new Windows(wave, wave, 20, 5, 800, 1000);
        try (RnnEngine engine = Engines.best();
                Model model = Model.sequential(Setup.of(engine, 42), Node.input(20, 1),
                        new Lstm(32).returnSequences(true), new Lstm(16).dropout(0.1f), new Dense(5))) {
            System.out.print(model.summary());
            Trainer trainer = new Trainer(model, new MeanSquaredError(), new Adam(model.parameters(), 0.01))
                    .clipNorm(1).schedule(Schedule.cosine()).metrics(Metrics.rmse())
                    .validation(test).earlyStopping(5, 0).checkpoints(new Checkpoints(folder))
                    .listener(TrainingProgress.onStandardError("wave"));
            trainer.resume();                                           // goes on where a killed run ended
            History history = trainer.fit(train, 10, 32, 1);            // epochs, batch size, seed
            System.out.println(history.last() + " " + trainer.evaluate(test, 100));
            float[] next = trainer.predict(test.future(), 1)[0];        // the five steps after the last
            // end
            assertEquals(5, next.length);
            for (int k = 0; k < next.length; k++) {
                assertEquals(Math.sin(0.3 * (wave.length + k)), next[k], 0.4);
            }
            assertTrue(trainer.evaluate(test, 100).metrics().get("rmse") < 0.2, "a sine has 0.7");
        }
    }

    @Test
    void theReadmeShowsTheSame() throws IOException {
        List<String> lines = Files.readAllLines(
                Path.of("src/test/java/dev/gateloom/train/QuickStartTest.java"));
        int begin = lines.indexOf("        // begin");
        int end = lines.indexOf("            // end");
        String code = String.join("\n", lines.subList(begin + 1, end)).indent(-8).strip();
        assertTrue(Files.readString(Path.of("../../README.md")).contains(code), code);
    }
}
