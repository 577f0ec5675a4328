package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
    private static RnnEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.get("cpu");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Model sequential(Node input, Layer... layers) {
        return Model.sequential(Setup.of(engine, 1), input, layers);
    }

    /** Those of the model, and the total in its summary, which is the sum of the rows there. */
    private static long parameters(Model model) {
        long parameters = model.parameters().stream().mapToLong(Trainable::size).sum();
        List<String> lines = model.summary().lines().toList();
        assertTrue(lines.contains(String.format(Locale.ROOT, "Total params: %,d", parameters)), model::summary);
        assertEquals(parameters, lines.stream().filter(line -> line.matches(" .*\\) +\\d+")).mapToLong(
                line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))).sum(), model::summary);
        return parameters;
    }

    @Test
    void inputsHaveTheShapeThatTheModelWasMadeFor() {
        try (RnnEngine engine = Engines.get("cpu-scalar"); Model model = Model.sequential(Setup.of(engine, 1), Node.input(10, 2), new Lstm(3))) {
            assertEquals("x: expected [B, 10, 2], as Node.input says (-1 there lets a size vary), got [4, 20, 2]",
                    assertThrows(IllegalArgumentException.class, () -> model.forward(new Tensor(4, 20, 2), new Tensor(), false)).getMessage());
            assertThrows(IllegalArgumentException.class, () -> model.forward(new Tensor(4, 10), new Tensor(), false));
            model.forward(new Tensor(4, 10, 2), new Tensor(), false);
        }
        try (RnnEngine engine = Engines.get("cpu-scalar"); Model model = Model.sequential(Setup.of(engine, 1), Node.input(-1, 2), new Lstm(3))) {
            model.forward(new Tensor(4, 20, 2), new Tensor(), false);
        }
    }

    @Test
    void parameterCountsAreKerass() {
        assertEquals(168, parameters(sequential(Node.input(2, 10), new Lstm(3))));
        assertEquals(30_567, parameters(sequential(Node.input(10, 5), new Lstm(64).returnSequences(true), new Lstm(32),
                new Dense(7))));
        assertEquals(29_543, parameters(sequential(Node.input(10, 1), new Lstm(64).returnSequences(true), new Lstm(32),
                new Dense(7))));
        assertEquals(4_828_650, parameters(sequential(Node.input(150_528), new Dense(32), new Dense(64), new Dense(128),
                new Dense(10))));
        assertEquals(2_048, parameters(sequential(Node.input(32, 32, 3), new Dense(512))));
    }
    @Test
    void theSummaryIsKerassTable() {
        Model model = sequential(Node.input(10, 5), new Lstm(64).returnSequences(true), new Lstm(32), new Dense(7));
        assertEquals(String.join("\n",
                "Model: \"sequential\"",
                "__________________________________________________________________",
                " Layer (type)                Output Shape              Param #",
                "==================================================================",
                " lstm (LSTM)                 (None, 10, 64)            17920",
                " lstm_1 (LSTM)               (None, 32)                12416",
                " dense (Dense)               (None, 7)                 231",
                "==================================================================",
                "Total params: 30,567",
                "__________________________________________________________________",
                ""), model.summary());
    }

    @Test
    void aGraphsSummarySaysWhatIsReadWhere() {
        Node x = Node.input(-1, 3);
        Node h = new Gru(3).returnSequences(true).on(x);
        Model model = new Model(Setup.of(engine, 1), List.of(x), List.of(new Add().on(h, x)));
        String summary = model.summary();
        assertTrue(summary.startsWith("Model: \"functional\"\n"), summary);
        assertTrue(summary.contains(" gru (GRU)                   (None, None, 3)           72         input\n"), summary);
        assertTrue(summary.contains(" add (Add)                   (None, None, 3)           0          gru, input\n"), summary);
    }

    @Test
    void namesAreKerass() {
        Model model = sequential(Node.input(8, 2), new Conv1D(2, 3), new MaxPooling(2),
                new TimeDistributed(new Dense(2)), new LayerNorm(), new SimpleRnn(2).returnSequences(true),
                new Bidirectional(new Gru(2)), new Dense(1).named("answer"));
        assertEquals(List.of("conv1d", "max_pooling1d", "time_distributed", "layer_normalization", "simple_rnn",
                "bidirectional", "answer"), List.copyOf(model.layers().keySet()));
        assertEquals("conv1d.weight", model.parameters().get(0).name());
        assertEquals("bidirectional.weight_ih_l0_reverse", model.parameters().stream().map(Trainable::name)
                .filter(n -> n.endsWith("ih_l0_reverse")).findFirst().orElseThrow());
    }

    @Test
    void layersDifferInTheirFirstValues() {
        Model model = sequential(Node.input(4), new Dense(4), new Dense(4));
        float[] first = model.parameters().get(0).values();
        float[] second = model.parameters().get(2).values();
        assertTrue(first[0] != second[0]);
        assertArrayEquals(first, sequential(Node.input(4), new Dense(4), new Dense(4)).parameters().get(0).values());
    }

    @Test
    void graphErrors() {
        Node x = Node.input(4);
        Node other = Node.input(4);
        Setup setup = Setup.of(engine, 1);
        assertThrows(IllegalArgumentException.class,
                () -> new Model(setup, List.of(x), List.of(new Add().on(new Dense(4).on(x), other))), "other is no input");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new Model(setup, List.of(x), List.of(new Add().on(new Dense(3).on(x), x))));
        assertEquals("layer add (Add): inputs of Add: expected all of shape [3], got [4]", e.getMessage());
        Dense shared = new Dense(4);
        assertThrows(IllegalStateException.class,
                () -> new Model(setup, List.of(x), List.of(shared.on(shared.on(x)))), "one place only");
        Node steps = Node.input(3, 4);
        assertThrows(IllegalArgumentException.class,
                () -> new Model(setup, List.of(steps), List.of(new Lstm(2).on(steps).output(1))), "without returnState");
        assertThrows(IllegalArgumentException.class, () -> new Model(setup, List.of(x), List.of(x)));
        assertThrows(IllegalArgumentException.class, () -> sequential(Node.input(4), new Dense(2).named("a"),
                new Dense(2).named("a")));
    }

    @Test
    void namesTheLayerWhereNumbersEnd() {
        Model model = sequential(Node.input(3, 2), new Lstm(2).returnSequences(true), new Dense(2), new Flatten());
        Tensor x = new Tensor(2, 3, 2);
        Tensor y = new Tensor();
        model.forward(x, y, false);
        assertNull(model.firstNotFinite());
        x.values()[x.index(1, 2, 0)] = Float.NaN;
        model.forward(x, y, false);
        assertEquals("layer lstm (LSTM), sample 1, time step 2", model.firstNotFinite());
    }

    @Test
    void inputsThatNobodyAsksGradientsOfGetNone() {
        Model model = sequential(Node.input(3), new Dense(2), new Dense(1));
        SplittableRandom random = new SplittableRandom(1);
        Tensor x = Gradients.random(random, 4, 3);
        Tensor y = new Tensor();
        model.forward(x, y, true);
        model.backward(Gradients.random(random, 4, 1), null);
        assertTrue(model.parameters().get(0).gradients()[0] != 0);
    }

    @Test
    void savesAndLoads(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.safetensors");
        Model model = Model.sequential(Setup.of(engine, 1), Node.input(3, 2), new Lstm(2), new Dense(2));
        Model other = Model.sequential(Setup.of(engine, 2), Node.input(3, 2), new Lstm(2), new Dense(2));
        Tensor x = Gradients.random(new SplittableRandom(1), 4, 3, 2);
        Weights.save(model, file);
        Weights.load(other, file);
        assertArrayEquals(Plain.values(Plain.forward(model, x)), Plain.values(Plain.forward(other, x)));
        Model narrow = sequential(Node.input(3, 2), new Lstm(2), new Dense(1));
        assertThrows(SafetensorsException.class, () -> Weights.load(narrow, file));
        Model shorter = sequential(Node.input(3, 2), new Lstm(2));
        assertThrows(SafetensorsException.class, () -> Weights.load(shorter, file));
    }

    /** Keras has one bias, PyTorch two: a file has both, so that weights that came from there are all saved. */
    @Test
    void theBiasThatIsNotTrainedIsSaved(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.safetensors");
        Lstm lstm = new Lstm(1);
        Model model = Model.sequential(Setup.of(engine, 1), Node.input(3, 2), new Bidirectional(lstm));
        lstm.weights().set("bias_hh_l0", new float[] {0.5f, 1, -1, 2});
        lstm.weights().changed();
        assertEquals(6, model.parameters().size());
        Tensor x = Gradients.random(new SplittableRandom(1), 4, 3, 2);
        Weights.save(model, file);
        assertEquals(List.of(4L), Safetensors.read(file).shape("bidirectional.bias_hh_l0_reverse"));
        Model other = Model.sequential(Setup.of(engine, 2), Node.input(3, 2), new Bidirectional(new Lstm(1)));
        Weights.load(other, file);
        assertArrayEquals(Plain.values(Plain.forward(model, x)), Plain.values(Plain.forward(other, x)));
    }

    @Test
    void shapeErrorsNameTheLayer() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> sequential(Node.input(10, 2), new Lstm(3), new Lstm(4)));
        assertEquals("layer lstm_1 (LSTM): input of LSTM: expected steps and features (a recurrent layer before it gives all steps "
                + "with returnSequences(true)), got [3]", e.getMessage());
        Model model = sequential(Node.input(-1), new Embedding(7, 3).named("words"), new Gru(2));
        e = assertThrows(IllegalArgumentException.class,
                () -> model.forward(Tensor.of(new float[] {1, 9}, 1, 2), new Tensor(), false));
        assertEquals("layer words (Embedding): x[1]: expected a whole number from 0 to 6, got 9.0", e.getMessage());
    }
}
