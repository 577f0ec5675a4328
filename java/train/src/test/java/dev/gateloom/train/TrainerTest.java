package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Operations;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.spi.Workers;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final int ROWS = 30;

    /** The next value is 0.5·(this one): a line that Dense can learn exactly. */
    private static Windows halving() {
        float[] series = new float[ROWS];
        for (int i = 0; i < ROWS; i++) {
            series[i] = (float) (i % 5 == 0 ? 1 + i / 5 : 0.5 * series[i - 1]);
        }
        return new Windows(series, series, 1, 1, 1, 5);     // targets 1 to 4
    }

    private static Model model(long seed) {
        return Model.sequential(Setup.of(null, seed), Node.input(1, 1), new Flatten(), new Dense(1));
    }

    private static Trainer trainer(long seed) {
        Model model = model(seed);
        return new Trainer(model, new MeanSquaredError(), new Adam(model.parameters(), 0.05));
    }

    /** 160,000 outputs and weights: the squares of both are summed in 20 parts, and the weights updated. */
    @Test
    void usesTheThreadsOfItsOperations() {
        List<Integer> parts = new ArrayList<>();
        Workers counting = (count, work) -> {
            parts.add(count);
            Workers.NONE.run(count, work);
        };
        Operations plain = Operations.of(null);
        Operations operations = (Operations) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Operations.class},
                (proxy, method, arguments) -> method.getName().equals("workers") ? counting : method.invoke(plain, arguments));
        Model model = Model.sequential(Setup.of(null, 1).with(operations), Node.input(400), new Dense(400));
        Samples samples = new Samples(400).input(new float[160_000], 400).target(new float[160_000], 400);
        new Trainer(model, new MeanSquaredError(), new Adam(model.parameters(), 0.05)).fit(samples, 1, 400, 1);
        assertEquals(List.of(20, 20, 20, 1), parts, "loss, norm of the weights, updates of weights and biases");
    }

    @Test
    void learnsALine() {
        Trainer trainer = trainer(1).schedule(Schedule.cosine()).clipNorm(1);
        double before = trainer.evaluate(halving(), 3).loss();
        trainer.fit(halving(), 300, 3, 1);
        double after = trainer.evaluate(halving(), 3).loss();
        assertTrue(after < 1e-4 && before > 1e-2, before + " → " + after);
        assertEquals(0.5f, trainer.predict(halving(), 3)[0][0], 0.02f);
        assertEquals(after, trainer.evaluate(halving(), 4).loss(), 1e-9, "a smaller last batch counts less");
    }

    @Test
    void sameSeedSameBits() {
        float[][] first = run(1, 5);
        assertArrayEquals(first, run(1, 5));
        assertFalse(Arrays.deepEquals(first, run(1, 6)), "another order of samples");
        assertFalse(Arrays.deepEquals(first, run(2, 5)), "another start");
    }

    private static float[][] run(long start, long shuffle) {
        Trainer trainer = trainer(start);
        trainer.fit(halving(), 3, 1, shuffle);
        return trainer.predict(halving(), 4);
    }

    @Test
    void tellsItsListeners() {
        List<String> heard = new ArrayList<>();
        int[] last = new int[2];
        trainer(1).listener(new TrainingListener() {
            @Override
            public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
                last[0] = epoch;
                last[1] = batch;
            }
        }).listener(new TrainingListener() {
            @Override
            public void started(int epochs, int batches) {
                heard.add("started " + epochs + " " + batches);
            }

            @Override
            public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
                assertTrue(loss > 0 && gradientNorm > 0);
                assertArrayEquals(new int[] {epoch, batch}, last, "who was added first hears first");
                heard.add(epoch + "." + batch);
            }

            @Override
            public void epochDone(Epoch epoch) {
                heard.add("epoch " + epoch.number());
            }

            @Override
            public void finished() {
                heard.add("finished");
            }
        }).fit(halving(), 2, 3, 1);
        assertEquals(List.of("started 2 2", "1.1", "1.2", "epoch 1", "2.1", "2.2", "epoch 2", "finished"), heard);
    }

    /** One that fails hides neither what the others hear nor what ended the training. */
    @Test
    void everyListenerHearsOfTheEnd() {
        List<String> heard = new ArrayList<>();
        RuntimeException first = new IllegalStateException("first");
        Error second = new AssertionError("second");
        Trainer trainer = trainer(1).listener(atTheEnd(() -> {
            throw first;
        })).listener(atTheEnd(() -> {
            throw second;
        })).listener(atTheEnd(() -> heard.add("finished")));
        assertSame(first, assertThrows(IllegalStateException.class, () -> trainer.fit(halving(), 1, 2, 1)));
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
        DivergenceException ended = assertThrows(DivergenceException.class,
                () -> trainer.explosion(1e-6).fit(halving(), 1, 2, 1));
        assertArrayEquals(new Throwable[] {first, second}, ended.getSuppressed());
        assertEquals(List.of("finished", "finished"), heard);
    }

    private static TrainingListener atTheEnd(Runnable action) {
        return new TrainingListener() {
            @Override
            public void finished() {
                action.run();
            }
        };
    }

    @Test
    void predictsWithoutTargets() {
        Samples asked = new Samples(2).input(new float[] {1, 0.5f}, 1, 1);
        Trainer trainer = trainer(1);
        assertArrayEquals(trainer.predict(new Samples(2).input(new float[] {1, 0.5f}, 1, 1).target(new float[2], 1), 2),
                trainer.predict(asked, 2));
        for (Runnable other : List.<Runnable>of(() -> trainer.fit(asked, 1, 2, 1), () -> trainer.evaluate(asked, 2))) {
            assertEquals("data: expected samples with a target, got samples without one: they can be predicted only",
                    assertThrows(IllegalArgumentException.class, other::run).getMessage());
        }
        Batch batch = new Batch(1);
        new Tokens(1).input(new int[][] {{1, 2}}).gather(new int[] {0}, 0, 1, batch);
        assertEquals(0, batch.target().size());
    }

    @Test
    void refusesTheOptimizerOfAnotherModel() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new Trainer(model(1), new MeanSquaredError(), new Adam(model(1).parameters(), 0.05)));
        assertEquals("optimizer: expected one made for the parameters of this model, dense.weight being the first that differs, "
                + "got dense.weight of another one", e.getMessage());
    }

    @Test
    void metricsCountWhatTheLossCounts() {
        Model model = Model.sequential(Setup.of(null, 1), Node.input(2, 1), new Dense(2));
        Samples data = new Samples(1).input(new float[2], 2, 1).target(new float[] {1, 0}, 2);
        Trainer trainer = new Trainer(model, new CrossEntropy().until(1), new Sgd(model.parameters(), 0.1))
                .metrics(Metrics.accuracy());
        double value = trainer.evaluate(data, 1).metrics().get("accuracy");
        assertTrue(value == 0 || value == 1, "one of two steps counts: " + value);
    }

    /** Those of the model, so that another device computes the loss too. */
    @Test
    void theLossIsComputedByTheModelsOperations() {
        Operations plain = Operations.of(null);
        List<String> called = new ArrayList<>();
        Operations counted = (Operations) Proxy.newProxyInstance(Operations.class.getClassLoader(),
                new Class<?>[] {Operations.class}, (self, method, arguments) -> {
                    called.add(method.getName());
                    return method.invoke(plain, arguments);
                });
        Model model = Model.sequential(Setup.of(null, 1).with(counted), Node.input(2, 1), new Dense(2));
        Samples data = new Samples(1).input(new float[2], 2, 1).target(new float[] {1, 0}, 2);
        new Trainer(model, new CrossEntropy(), new Sgd(model.parameters(), 0.1)).fit(data, 1, 1, 1);
        assertEquals(1, Collections.frequency(called, "softmaxCrossEntropy"), called::toString);
    }

    /** Of the data, in whatever order they came; nobody reads what is masked. */
    @Test
    void namesTheSampleThatIsNoNumber() {
        float[] x = new float[5 * 3 * 2];
        x[4 * 6 + 2 * 2 + 1] = Float.NaN;
        Samples samples = new Samples(5).input(x, 3, 2).target(new float[5], 1);
        Model model = Model.sequential(Setup.of(null, 1), Node.input(3, 2), new Flatten(), new Dense(1));
        Trainer trainer = new Trainer(model, new MeanSquaredError(), new Sgd(model.parameters(), 0.01));
        for (long seed : new long[] {1, 2, 3}) {
            String message = assertThrows(DivergenceException.class, () -> trainer.fit(samples, 1, 2, seed)).getMessage();
            assertTrue(message.contains("; input of sample 4, time step 2, feature 1 is NaN in the data: "), message);
        }
        Batch batch = new Batch(2);
        batch.input(0).shape(1, 2, 1).mask(new boolean[] {true, false});
        batch.input(0).values()[1] = Float.NaN;
        batch.target().shape(0);
        batch.input(1).shape(1, 2);
        assertNull(batch.firstNotFinite(row -> row));
        batch.input(1).values()[1] = Float.NaN;
        assertEquals("input 1 of sample 7, value 1 is NaN", batch.firstNotFinite(row -> 7 + row));
    }

    @Test
    void stopsWhenTheLossIsNoNumber() {
        float[] series = {1, Float.NaN, 1};
        Windows broken = new Windows(series, series, 1, 1, 1, 3);
        DivergenceException e = assertThrows(DivergenceException.class, () -> trainer(1).fit(broken, 1, 2, 1));
        assertTrue(e.getMessage().matches("epoch 1, batch 1: loss NaN, gradient norm NaN; input of sample 1, time step 0, feature 0 is NaN "
                + "in the data: leave such samples out, or fill gaps with an Imputer"), e.getMessage());
        Samples target = new Samples(2).input(new float[] {1, 1}, 1, 1).target(new float[] {1, Float.POSITIVE_INFINITY}, 1);
        e = assertThrows(DivergenceException.class, () -> trainer(1).fit(target, 1, 2, 1));
        assertTrue(e.getMessage().matches(".*; target of sample 1, value 0 is Infinity in the data: .*"), e.getMessage());
        Samples large = new Samples(2).input(new float[] {1, Float.MAX_VALUE}, 1, 1).target(new float[] {1, 1}, 1);
        e = assertThrows(DivergenceException.class, () -> {
            Trainer trainer = trainer(1);
            trainer.fit(large, 1, 2, 1);
            trainer.fit(large, 1, 2, 1);
        });
        assertTrue(e.getMessage().endsWith("; try a smaller learning rate or clipNorm"), e.getMessage());
    }

    @Test
    void stopsWhenGradientsExplode() {
        DivergenceException e = assertThrows(DivergenceException.class,
                () -> trainer(1).explosion(1e-6).fit(halving(), 1, 2, 1));
        assertTrue(e.getMessage().contains("the largest gradient is that of dense."), e.getMessage());
    }

    /** Inputs are at most 1, so the bias has the larger gradient; clipped to almost nothing both are alike. */
    @Test
    void theCulpritIsThatBeforeClipping() {
        List<UnaryOperator<Trainer>> clips = List.of(t -> t, t -> t.clipNorm(1e-9), t -> t.clipEachNorm(1e-9),
                t -> t.clipValue(1e-9));
        for (UnaryOperator<Trainer> clip : clips) {
            DivergenceException e = assertThrows(DivergenceException.class,
                    () -> clip.apply(trainer(1)).explosion(1e-6).fit(halving(), 1, 4, 1));
            assertTrue(e.getMessage().contains("the largest gradient is that of dense.bias, norm "), e.getMessage());
            assertFalse(e.getMessage().contains("E-"), e.getMessage());
        }
    }

    @Test
    void refusesNamesOfMetricsThatACheckpointCannotHold() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> trainer(1).metrics(Metrics.accuracy(), Metrics.binaryAccuracy(0)));
        assertEquals("metrics: expected different names, got accuracy twice", e.getMessage());
        Metric spaced = new Metric() {
            @Override
            public String name() {
                return "my metric";
            }

            @Override
            public void reset() {
            }

            @Override
            public void add(Tensor y, Tensor target) {
            }

            @Override
            public double result() {
                return 0;
            }
        };
        e = assertThrows(IllegalArgumentException.class, () -> trainer(1).metrics(spaced));
        assertEquals("metrics: expected names without spaces, got \"my metric\"", e.getMessage());
    }

    @Test
    void earlyStoppingGoesBackToTheBest() {
        Model model = model(1);
        // a rate so large that it soon gets worse
        Trainer trainer = new Trainer(model, new MeanSquaredError(), new Sgd(model.parameters(), 0.9));
        List<String> heard = new ArrayList<>();
        History history = trainer.validation(halving()).earlyStopping(3, 0).listener(new TrainingListener() {
            @Override
            public void stoppedEarly(Epoch last, int bestEpoch) {
                heard.add("stopped at " + last.number() + ", best " + bestEpoch);
            }

            @Override
            public void finished() {
                heard.add("finished");
            }
        }).fit(halving(), 50, 2, 1);
        assertTrue(history.stoppedEarly());
        assertEquals(List.of("stopped at " + history.epochs().size() + ", best " + history.bestEpoch(), "finished"), heard);
        assertEquals(history.bestEpoch() + 3, history.epochs().size());
        double best = history.epochs().stream().mapToDouble(Epoch::validationLoss).min().orElseThrow();
        assertEquals(best, history.epochs().get(history.bestEpoch() - 1).validationLoss());
        assertEquals(best, trainer.evaluate(halving(), 2).loss());
    }

    /** With a penalty the loss is that of the data and the penalty, and weights are smaller. */
    @Test
    void regularizers() {
        Model free = model(1);
        Model bound = model(1);
        new Trainer(free, new MeanSquaredError(), new Sgd(free.parameters(), 0.1)).fit(halving(), 200, 4, 1);
        History history = new Trainer(bound, new MeanSquaredError(), new Sgd(bound.parameters(), 0.1))
                .regularizer(Regularizer.of(0.01, 0.1)).fit(halving(), 200, 4, 1);
        float w = bound.parameters().get(0).values()[0];
        assertTrue(Math.abs(w) < Math.abs(free.parameters().get(0).values()[0]) - 0.05, "weight " + w);
        assertTrue(history.last().loss() > 0.01 * Math.abs(w) + 0.1 * w * w);
    }

    @Test
    void regularizerByHand() {
        float[] w = {2, -3};
        float[] g = {1, 1};
        List<Trainable> matrix = List.of(new Trainable("w", List.of(1, 2), w, g, 0, () -> { }),
                new Trainable("b", new float[] {5}, new float[1], () -> { }));
        assertEquals(0.1 * 5 + 0.01 * 13, Regularizer.of(0.1, 0.01).apply(matrix), 1e-12);
        assertArrayEquals(new float[] {1 + 0.1f + 0.04f, 1 - 0.1f - 0.06f}, g, 1e-6f);
        assertEquals(0.25, Regularizer.of(0, 0.01).on(t -> t.name().equals("b")).apply(matrix), 1e-12);
    }

    @Test
    void batchesOfLikeLengths() {
        int[][] sequences = new int[40][];
        int[][] labels = new int[40][1];
        for (int i = 0; i < 40; i++) {
            sequences[i] = new int[1 + i * 7 % 40];
        }
        Tokens data = new Tokens(40).input(sequences).target(labels);
        Batch batch = new Batch(1);
        int padded = 0;
        int seen = 0;
        Order order = new Order(data, 4, 5).shuffle(1, 1);
        for (int k = 0; k < order.batches(); k++) {
            seen += order.gather(k, batch);
            padded += batch.input(0).size();
        }
        assertEquals(40, seen);
        int needed = Arrays.stream(sequences).mapToInt(s -> s.length).sum();
        assertTrue(padded < 1.2 * needed, padded + " padded, " + needed + " needed");
    }

    @Test
    void bucketsAndBatchesMayBeLargerThanTheData() {
        Windows data = halving();
        Order order = new Order(data, 2, Integer.MAX_VALUE).shuffle(1, 1);
        Batch batch = new Batch(1);
        assertEquals(2, order.batches());
        assertEquals(4, order.gather(0, batch) + order.gather(1, batch));
        assertEquals(1, new Order(data, Integer.MAX_VALUE, 0).batches());
    }

    @Test
    void schedules() {
        assertEquals(0.25, Schedule.steps(10, 0.5).factor(20, 100));
        assertEquals(0.5, Schedule.exponential(10, 0.25).factor(5, 100), 1e-12);
        assertEquals(0.75, Schedule.linear().factor(25, 100));
        Schedule warm = Schedule.linear().warmup(3);
        assertEquals(0.25, warm.factor(0, 13));
        assertEquals(0.75, warm.factor(2, 13));
        assertEquals(1, warm.factor(3, 13));
        assertEquals(0.5, warm.factor(8, 13));
    }

    @Test
    void cosineFallsFromOneToZero() {
        assertEquals(1, Schedule.cosine().factor(0, 10));
        assertEquals(0.5, Schedule.cosine().factor(5, 10), 1e-12);
        assertEquals(0, Schedule.cosine().factor(10, 10), 1e-12);
        assertEquals(1, Schedule.constant().factor(7, 10));
    }
}
