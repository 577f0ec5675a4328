package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Dropout;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Huber;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was ended at any moment and resumed gives the same bits as one that was not. */
class ResumeTest {
    private static final int EPOCHS = 6;
    /** All over a checkpoint: header, tensors of each kind. */
    private static final int PLACES = 300;

    @TempDir
    Path folder;

    private static int[] text() {
        SplittableRandom random = new SplittableRandom(1);
        int[] tokens = new int[401];
        for (int i = 1; i < tokens.length; i++) {
            tokens[i] = random.nextInt(4) > 0 ? (tokens[i - 1] + 1) % 7 : random.nextInt(7);
        }
        return tokens;
    }

    /** Truncated backpropagation with carried state, dropout of every kind, a schedule and early stopping: all has state. */
    private static Trainer trainer(Model model, Path checkpoints) {
        return new Trainer(model, new CrossEntropy(), new NAdam(model.parameters(), 0.01)).clipNorm(1)
                .schedule(Schedule.cosine()).validation(new Chunks(text(), 4, 10)).earlyStopping(20, 0)
                .metrics(Metrics.accuracy()).checkpoints(new Checkpoints(checkpoints).every(1));
    }

    private static Model model(RnnEngine engine) {
        return Model.sequential(Setup.of(engine, 5), Node.input(-1), new Embedding(7, 6), new Dropout(0.1f),
                new Lstm(8).returnSequences(true).stateful(true).dropout(0.1f).recurrentDropout(0.1f),
                new Gru(8).returnSequences(true).stateful(true), new Dense(7));
    }

    /** Trains, or goes on, to the end, and leaves the parameters. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (RnnEngine engine = Engines.get("cpu", EngineOptions.threads(1)); Model model = model(engine)) {
            History history = trainer(model, folder.resolve("checkpoints")).resume()
                    .fit(new Chunks(text(), 4, 10), EPOCHS, 4, 3);
            Weights.save(model, folder.resolve("end.safetensors"));
            Files.writeString(folder.resolve("history"), history.toString());
        }
    }

    private static Process start(Path folder) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                ResumeTest.class.getName(), folder.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()).start();
    }

    @Test
    void aKilledRunEndsInTheSameBits() throws Exception {
        Path whole = Files.createDirectories(folder.resolve("whole"));
        Path killed = Files.createDirectories(folder.resolve("killed"));
        Process first = start(whole);
        assertTrue(first.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, first.exitValue(), () -> log(whole));
        Checkpoints left = new Checkpoints(killed.resolve("checkpoints"));
        int kills = 0;
        start(killed).destroyForcibly().waitFor();          // before it has trained
        Process run = start(killed);
        for (String seen = ""; run.isAlive();) {
            List<Path> files = left.list();
            String newest = files.isEmpty() ? "" : files.get(0).getFileName().toString();
            if (!newest.equals(seen) && kills < 3 && Integer.parseInt(newest.replaceAll("\\D", "")) % 20 > 5) {
                run.destroyForcibly().waitFor();            // SIGKILL
                kills++;
                run = start(killed);
                seen = newest;
            }
            Thread.onSpinWait();
        }
        assertEquals(0, run.waitFor(), () -> log(killed));
        assertEquals(3, kills, "it ended too soon to be killed");
        assertArrayEquals(Files.readAllBytes(whole.resolve("end.safetensors")),
                Files.readAllBytes(killed.resolve("end.safetensors")));
        assertEquals(Files.readString(whole.resolve("history")), Files.readString(killed.resolve("history")));
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** From every single checkpoint, in this process: with bucketing, shuffling and a smaller last batch. */
    @Test
    void fromEveryCheckpoint() throws IOException {
        Tokens data = sentences();
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("all");
            Model whole = classifier(engine);
            classify(whole, where).fit(data, 4, 5, 9);
            List<Path> all = new Checkpoints(where).list();
            assertEquals(4 * 5, all.size(), "one after each update; those at the end of a round have its name");
            for (Path file : all) {
                Model again = classifier(engine);
                classify(again, folder.resolve("again")).resumeFrom(file).fit(data, 4, 5, 9);
                assertArrayEquals(values(whole), values(again), file::toString);
            }
        }
    }

    private static Tokens sentences() {
        SplittableRandom random = new SplittableRandom(2);
        int[][] x = new int[23][];
        int[][] labels = new int[23][];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.ints(1 + random.nextInt(6), 1, 7).toArray();
            labels[i] = new int[] {x[i][0] % 3};
        }
        return new Tokens(x.length).input(x).target(labels);
    }

    /** A listener may score the model at any time: another batch size, so another state, and other masks. */
    @Test
    void aListenerThatEvaluatesDisturbsNothing() throws IOException {
        Chunks data = new Chunks(text(), 4, 10);
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Model alone = model(engine);
            History expected = trainer(alone, folder.resolve("alone")).fit(data, 2, 4, 3);
            Model watched = model(engine);
            Trainer trainer = trainer(watched, folder.resolve("watched"));
            History history = trainer.listener(new TrainingListener() {
                @Override
                public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
                    trainer.evaluate(new Chunks(text(), 2, 7), 2);
                    trainer.predict(new Chunks(text(), 1, 9), 1);
                }
            }).fit(data, 2, 4, 3);
            assertArrayEquals(values(alone), values(watched));
            assertEquals(expected.toString(), history.toString());

            Model masked = classifier(engine);
            Model maskedAlone = classifier(engine);
            expected = classify(maskedAlone, folder.resolve("a")).fit(sentences(), 2, 5, 3);
            Trainer other = classify(masked, folder.resolve("b"));
            history = other.listener(new TrainingListener() {
                @Override
                public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
                    other.evaluate(sentences(), 23);
                }
            }).fit(sentences(), 2, 5, 3);
            assertArrayEquals(values(maskedAlone), values(masked));
            assertEquals(expected.toString(), history.toString());
        }
    }

    /** An optimizer that has trained before counts on; so does the one of a new process. */
    @Test
    void theSecondRunOfAnOptimizer() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("second");
            Model whole = classifier(engine);
            Trainer trainer = classify(whole, where);
            trainer.fit(sentences(), 1, 5, 8);
            trainer.fit(sentences(), 2, 5, 9);
            Path middle = new Checkpoints(where).list().get(5);
            Model again = classifier(engine);
            Trainer second = classify(again, folder.resolve("again")).resumeFrom(middle);
            second.fit(sentences(), 2, 5, 9);
            assertArrayEquals(values(whole), values(again));
        }
    }

    @Test
    void moreRoundsUnlessTheScheduleDependsOnThem() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("rounds");
            Model again = classifier(engine);
            classify(again, where).schedule(Schedule.constant().warmup(4)).fit(sentences(), 2, 5, 9);
            Model longer = classifier(engine);
            classify(longer, folder.resolve("longer")).schedule(Schedule.constant().warmup(4)).fit(sentences(), 3, 5, 9);
            classify(again, where).schedule(Schedule.constant().warmup(4)).resume().fit(sentences(), 3, 5, 9);
            assertArrayEquals(values(longer), values(again));

            classify(classifier(engine), where).schedule(Schedule.cosine()).fit(sentences(), 2, 5, 9);
            Model other = classifier(engine);
            float[] before = values(other);
            Trainer cosine = classify(other, where).schedule(Schedule.cosine()).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> cosine.fit(sentences(), 3, 5, 9));
            assertEquals("epochs: expected 2, as in the run that is resumed: the schedule depends on it, got 3", e.getMessage());
            assertArrayEquals(before, values(other));
        }
    }

    @Test
    void refusesOtherBucketsAndDefinitions() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("same");
            classify(classifier(engine), where).fit(sentences(), 1, 5, 9);
            Trainer buckets = classify(classifier(engine), where).bucketing(3).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> buckets.fit(sentences(), 1, 5, 9));
            assertTrue(e.getMessage().startsWith("checkpoint: run: expected 23 samples, batches of 5, bucketing 3"),
                    e.getMessage());
            Model model = classifier(engine);
            Trainer keras = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.01, Definition.KERAS))
                    .bucketing(2).checkpoints(new Checkpoints(where)).resume();
            e = assertThrows(IllegalArgumentException.class, () -> keras.fit(sentences(), 1, 5, 9));
            assertEquals("checkpoint: optimizer: expected Adam KERAS, got Adam PYTORCH", e.getMessage());
        }
    }

    /** Which would look like a result of them. */
    @Test
    void refusesOtherDataAndLosses() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("data");
            regress(classifier(engine), where, new MeanSquaredError(), 0.01).fit(ramp(0), 1, 4, 9);
            Trainer other = regress(classifier(engine), where, new MeanSquaredError(), 0.01).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> other.fit(ramp(1), 2, 4, 9));
            assertTrue(e.getMessage().matches("checkpoint: data: expected those of the run that is resumed, checksum [0-9a-f]{8}; go on with these, "
                    + "or name another folder to begin anew, got other values, checksum [0-9a-f]{8}"), e.getMessage());
            Trainer huber = regress(classifier(engine), where, new Huber(1), 0.01).resume();
            e = assertThrows(IllegalArgumentException.class, () -> huber.fit(ramp(0), 2, 4, 9));
            assertEquals("checkpoint: loss: expected Huber, delta 1.0, got MeanSquaredError", e.getMessage());
        }
    }

    /** A smaller rate is what one may want on the way, and for nothing once a run is finished. */
    @Test
    void otherSettingsAreToldAndRefusedOfAFinishedRun() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("settings");
            regress(classifier(engine), where, new MeanSquaredError(), 0.01).fit(ramp(0), 2, 4, 9);
            List<String> told = new ArrayList<>();
            TrainingListener listener = new TrainingListener() {
                @Override
                public void resumed(int done, String note) {
                    told.add(done + " " + note);
                }
            };
            Trainer other = regress(classifier(engine), where, new MeanSquaredError(), 0.001).clipNorm(1).listener(listener).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> other.fit(ramp(0), 2, 4, 9));
            String before = "learning rate 0.01, weight decay 0.0, betas 0.9 and 0.999, eps 1.0E-8, no clipping";
            String now = "learning rate 0.001, weight decay 0.0, betas 0.9 and 0.999, eps 1.0E-8, clipNorm 1.0";
            assertEquals("checkpoint: settings: expected " + before + ", since that run is finished, after 2 epochs, and there is nothing left "
                    + "to train; ask for more epochs, or name another folder to begin anew, got " + now, e.getMessage());
            other.resume().fit(ramp(0), 3, 4, 9);
            assertEquals(List.of("2 with " + now + ", before with " + before), told);
            regress(classifier(engine), where, new MeanSquaredError(), 0.001).clipNorm(1).listener(listener).resume().fit(ramp(0), 3, 4, 9);
            assertEquals("3 that run is finished: nothing is left to train", told.get(1));
        }
    }

    /** A dataset reuses the arrays of its masks, which are then longer than a batch: what is behind it depends on what was gathered before. */
    @Test
    void whatADatasetWasUsedForBeforeDoesNotMatter() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("used");
            classify(classifier(engine), where).fit(sentences(), 1, 5, 9);
            Tokens used = sentences();
            Trainer trainer = classify(classifier(engine), where);
            trainer.evaluate(used, 23);
            assertEquals(2, trainer.resume().fit(used, 2, 5, 9).epochs().size());
        }
    }

    /** The same class does not make the same loss. */
    @Test
    void refusesALossWithOtherOptions() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("loss");
            regress(classifier(engine), where, new Huber(1), 0.01).fit(ramp(0), 1, 4, 9);
            Trainer other = regress(classifier(engine), where, new Huber(2), 0.01).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> other.fit(ramp(0), 2, 4, 9));
            assertTrue(e.getMessage().startsWith("checkpoint: loss: ") && e.getMessage().contains("Huber, delta 1.0")
                    && e.getMessage().contains("Huber, delta 2.0"), e.getMessage());
        }
    }

    private static Trainer regress(Model model, Path where, Loss loss, double rate) {
        return new Trainer(model, loss, new Adam(model.parameters(), rate)).checkpoints(new Checkpoints(where));
    }

    /** Sequences of tokens, and three numbers for each, of which only those of the last sample differ. */
    private static Samples ramp(float last) {
        int size = 23;
        float[] tokens = new float[size * 2];
        float[] targets = new float[size * 3];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = 1 + i % 6;
        }
        targets[targets.length - 1] = last;
        return new Samples(size).input(tokens, 2).target(targets, 3);
    }

    @Test
    void aCheckpointThatLacksAPartChangesNothing() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("part");
            Model model = classifier(engine);
            classify(model, where).fit(sentences(), 1, 5, 9);
            Path newest = new Checkpoints(where).list().get(0);
            Snapshot lacking = Snapshot.read(newest);
            lacking.tensors().remove("optimizer.v." + model.parameters().get(model.parameters().size() - 1).name());
            lacking.write(newest);
            Model other = classifier(engine);
            float[] before = values(other);
            Adam adam = new Adam(other.parameters(), 0.01);
            Trainer trainer = new Trainer(other, new CrossEntropy(), adam).bucketing(2)
                    .checkpoints(new Checkpoints(where)).resume();
            assertThrows(IllegalArgumentException.class, () -> trainer.fit(sentences(), 1, 5, 9));
            assertArrayEquals(before, values(other));
            assertArrayEquals(new float[adam.slot(0, 0).length], adam.slot(0, 0));
        }
    }

    private static Model classifier(RnnEngine engine) {
        return Model.sequential(Setup.of(engine, 5), Node.input(-1), new Embedding(7, 3).maskZero(true),
                new Gru(4).dropout(0.2f), new Dense(3));
    }

    private static Trainer classify(Model model, Path where) {
        return new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.01)).bucketing(2)
                .checkpoints(new Checkpoints(where).every(1).keep(1000));
    }

    private static float[] values(Model model) {
        List<Float> values = new ArrayList<>();
        model.parameters().forEach(t -> {
            for (int i = t.offset(); i < t.end(); i++) {
                values.add(t.values()[i]);
            }
        });
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    @Test
    void aDamagedCheckpointIsRefusedAndAnotherOffered() throws IOException {
        Chunks data = new Chunks(text(), 4, 10);
        Path where = folder.resolve("checkpoints");
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1)); Model model = model(engine)) {
            trainer(model, where).fit(data, 1, 4, 3);
            List<Path> files = new Checkpoints(where).list();
            assertEquals(3, files.size());
            byte[] bytes = Files.readAllBytes(files.get(0));
            byte[] altered = bytes.clone();
            altered[bytes.length - 1] ^= 1;
            for (byte[] damaged : new byte[][] {altered, Arrays.copyOf(bytes, bytes.length - 1), {}}) {
                Files.write(files.get(0), damaged);
                IOException e = assertThrows(IOException.class, () -> trainer(model(engine), where).resume());
                assertTrue(e.getMessage().startsWith("checkpoint refused: " + files.get(0)), e.getMessage());
                assertTrue(e.getMessage().contains("intact is " + files.get(1)), e.getMessage());
            }
            for (int k = 0; k < PLACES; k++) {
                int place = (int) ((long) bytes.length * k / PLACES);
                byte[] flipped = bytes.clone();
                flipped[place] ^= (byte) (1 << k % 8);
                for (byte[] damaged : new byte[][] {flipped, Arrays.copyOf(bytes, place)}) {
                    Files.write(files.get(0), damaged);
                    assertThrows(IOException.class, () -> Snapshot.read(files.get(0)),
                            () -> (damaged.length < bytes.length ? "ends" : "altered") + " at byte " + place);
                }
            }
            trainer(model(engine), where).resumeFrom(files.get(1)).fit(data, 1, 4, 3);
            assertArrayEquals(bytes, Files.readAllBytes(files.get(0)), "and the same one was written again");
        }
    }

    @Test
    void refusesACheckpointOfSomethingElse() throws IOException {
        Chunks data = new Chunks(text(), 4, 10);
        Path where = folder.resolve("checkpoints");
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            trainer(model(engine), where).fit(data, 1, 4, 3);
            Trainer otherSeed = trainer(model(engine), where).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> otherSeed.fit(data, 1, 4, 4));
            assertTrue(e.getMessage().startsWith("checkpoint: run: expected 40 samples"), e.getMessage());
            Model other = classifier(engine);
            Trainer otherModel = new Trainer(other, new CrossEntropy(), new NAdam(other.parameters(), 0.01))
                    .checkpoints(new Checkpoints(where)).resume();
            assertThrows(IllegalArgumentException.class, () -> otherModel.fit(data, 1, 4, 3));
        }
    }

    /** The parts that it has are all there. */
    @Test
    void refusesACheckpointOfALargerModel() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("larger");
            Model larger = Model.sequential(Setup.of(engine, 5), Node.input(-1), new Embedding(7, 3).maskZero(true),
                    new Gru(4).dropout(0.2f), new Dense(3), new Dense(3));
            classify(larger, where).fit(sentences(), 1, 5, 9);
            Trainer smaller = classify(classifier(engine), where).resume();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> smaller.fit(sentences(), 1, 5, 9));
            assertEquals("checkpoint: expected tensors of this model only, got [model.dense_1.bias, model.dense_1.weight]",
                    e.getMessage());
        }
    }

    /** It may have been set by hand, to weights from elsewhere. */
    @Test
    void theBiasThatIsNotTrainedComesBack() throws IOException {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Path where = folder.resolve("bias");
            Lstm set = new Lstm(1);
            Lstm again = new Lstm(1);
            Model model = Model.sequential(Setup.of(engine, 5), Node.input(-1), new Embedding(7, 3), set, new Dense(3));
            Model other = Model.sequential(Setup.of(engine, 5), Node.input(-1), new Embedding(7, 3), again, new Dense(3));
            set.weights().set("bias_hh_l0", new float[] {0.5f, 1, -1, 2});
            classify(model, where).fit(sentences(), 1, 5, 9);
            classify(other, where).resume().fit(sentences(), 1, 5, 9);
            assertArrayEquals(set.weights().data(), again.weights().data());
        }
    }
}
