package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnWeights;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Two ways to ask for the same function. These tests need no other engine to compare with. */
interface EquivalenceTests extends ConformanceSubject {
    /** Reading backward is reading the reversed sequence. */
    @TestFactory
    default Stream<DynamicTest> backwardReadsTheReversedSequence() {
        return cells(b -> b.direction(Direction.BACKWARD), config -> {
            Problem p = new Draw(41).problem(config, Mode.TRAINING, 5, 3);
            RnnConfig forward = config.toBuilder().direction(Direction.FORWARD).build();
            int in = p.batch() * config.inputSize();
            int out = p.batch() * config.outputSize();
            Problem reversed = p.with(forward, copy(p.weights(), forward), reverse(p.x(), in), reverse(p.dy(), out));
            Results expected = p.run(engine());
            Results actual = reversed.run(engine());
            actual.put("y", reverse(actual.get("y"), out));
            actual.put("grad.x", reverse(actual.get("grad.x"), in));
            actual.assertClose(expected, sameFunction());
        });
    }

    /** No input is an input whose weights are zero. */
    @TestFactory
    default Stream<DynamicTest> noInputIsAnInputWithoutWeight() {
        return Stream.of(CellType.values()).map(cell -> RnnConfig.of(cell, 0, 9).layers(2).build())
                .filter(config -> !unsupported().covers(config, Mode.TRAINING))
                .map(config -> DynamicTest.dynamicTest(config.toString(), () -> {
                    Problem p = new Draw(42).problem(config, Mode.TRAINING, 5, 3);
                    RnnConfig wide = RnnConfig.of(config.cell(), 3, 9).layers(2).build();
                    Results actual = p.with(wide, copy(p.weights(), wide), new Draw(1).normal(5 * 3 * 3, 1), p.dy())
                            .run(engine());
                    Results expected = p.run(engine());
                    for (String name : Arrays.asList("y", "hn", "grad.h0", "grad.weight_hh_l0", "grad.bias_ih_l1")) {
                        Results.assertClose(name, expected.get(name), actual.get(name), sameFunction());
                    }
                    assertEquals(0, expected.get("grad.x").length);
                    assertEquals(0, expected.get("grad.weight_ih_l0").length);
                }));
    }

    /** A ragged batch is each sequence alone. */
    @TestFactory
    default Stream<DynamicTest> raggedBatchIsEachSequenceAlone() {
        return cells(b -> b.layers(2).bidirectional(true), config -> {
            Problem p = new Draw(43).ragged(true).problem(config, Mode.TRAINING, 6, 5);
            Results all = p.run(engine());
            RnnWeights sum = RnnWeights.zeros(config);
            int in = config.inputSize();
            int out = 2 * config.outputSize();
            int layers = 4;
            for (int b = 0; b < p.batch(); b++) {
                int length = p.lengths()[b];
                if (length == 0) {
                    Results.assertSameBits("h of an empty sequence",
                            p.h0() == null ? new float[layers * config.outputSize()]
                                    : state(p.h0(), layers, p.batch(), b),
                            state(all.get("hn"), layers, p.batch(), b));
                    continue;
                }
                Problem alone = new Problem("sequence " + b, config, Mode.TRAINING, length, 1, null, p.weights(),
                        rows(p.x(), p.batch(), b, length, in), state(p.h0(), layers, p.batch(), b),
                        state(p.c0(), layers, p.batch(), b), rows(p.dy(), p.batch(), b, length, out),
                        state(p.dhN(), layers, p.batch(), b), state(p.dcN(), layers, p.batch(), b), null);
                Results one = alone.run(engine());
                assertRows("y", one.get("y"), all.get("y"), p, b, out);
                assertRows("dx", one.get("grad.x"), all.get("grad.x"), p, b, in);
                Results.assertClose("hn", one.get("hn"), state(all.get("hn"), layers, p.batch(), b), sameFunction());
                Results.assertClose("dh0", one.get("grad.h0"), state(all.get("grad.h0"), layers, p.batch(), b), sameFunction());
                for (Parameter w : sum.parameters()) {
                    float[] gradient = one.get("grad." + w.name());
                    for (int i = 0; i < w.size(); i++) {
                        sum.data()[w.offset() + i] += gradient[i];
                    }
                }
            }
            sum.names().forEach(name -> Results.assertClose(name, sum.get(name), all.get("grad." + name), sameFunction()));
        });
    }

    /** The last output is the top layer's final state, and takes its gradient. */
    @TestFactory
    default Stream<DynamicTest> lastOutputIsTheFinalState() {
        return cells(b -> b.layers(2).bidirectional(true).returnSequences(false), config -> {
            Problem p = new Draw(44).ragged(true).problem(config, Mode.TRAINING, 4, 3);
            int r = config.outputSize();
            Results last = p.run(engine());
            float[] dhN = p.dhN() == null ? new float[p.hSize()] : p.dhN().clone();
            float[] y = new float[p.ySize()];
            for (int d = 0; d < 2; d++) {
                for (int b = 0; b < p.batch(); b++) {
                    for (int j = 0; j < r; j++) {
                        int top = ((2 + d) * p.batch() + b) * r + j;
                        y[(b * 2 + d) * r + j] = last.get("hn")[top];
                        dhN[top] += p.dy()[(b * 2 + d) * r + j];
                    }
                }
            }
            Results.assertSameBits("y", y, last.get("y"));
            RnnConfig sequences = config.toBuilder().returnSequences(true).build();
            float[] dcN = p.lstm() && p.dcN() == null ? new float[p.cSize()] : p.dcN();
            Results whole = new Problem("sequences", sequences, p.mode(), p.steps(), p.batch(), p.lengths(),
                    copy(p.weights(), sequences), p.x(), p.h0(), p.c0(), null, dhN, dcN, null).run(engine());
            whole.put("y", y);
            last.assertClose(whole, sameFunction());
        });
    }

    /** Two layers are one layer after the other. */
    @TestFactory
    default Stream<DynamicTest> layersAreOneAfterTheOther() {
        return cells(b -> b.layers(2), config -> {
            Problem p = new Draw(45).problem(config, Mode.TRAINING, 4, 3);
            RnnConfig lowerConfig = config.toBuilder().layers(1).build();
            RnnConfig upperConfig = RnnConfig.of(config.cell(), config.outputSize(), config.hiddenSize()).build();
            RnnWeights upperWeights = RnnWeights.zeros(upperConfig);
            upperWeights.names().forEach(n -> upperWeights.set(n, p.weights().get(n.replace("_l0", "_l1"))));
            Problem plain = new Problem("stack", config, p.mode(), 4, 3, null, p.weights(), p.x(), null, null, p.dy(),
                    null, null, null);
            Problem lower = plain.with(lowerConfig, copy(p.weights(), lowerConfig), p.x(), null);
            Problem upper = plain.with(upperConfig, upperWeights, lower.run(engine()).get("y"), p.dy());
            Results top = upper.run(engine());
            Results bottom = lower.with(lowerConfig, lower.weights(), p.x(), top.get("grad.x")).run(engine());
            Results stack = plain.run(engine());
            Results.assertClose("y", top.get("y"), stack.get("y"), sameFunction());
            Results.assertClose("dx", bottom.get("grad.x"), stack.get("grad.x"), sameFunction());
            lower.weights().names().forEach(n ->
                    Results.assertClose(n, bottom.get("grad." + n), stack.get("grad." + n), sameFunction()));
            upperWeights.names().forEach(n ->
                    Results.assertClose(n, top.get("grad." + n), stack.get("grad." + n.replace("_l0", "_l1")), sameFunction()));
        });
    }

    /** Dropout is off in inference; masks that drop nothing change nothing in training. */
    @TestFactory
    default Stream<DynamicTest> masksThatDropNothing() {
        return cells(b -> b.layers(2).dropout(0.5f).recurrentDropout(0.5f).dropConnect(0.5f), config -> {
            RnnConfig plainConfig = RnnConfig.of(config.cell(), config.inputSize(), config.hiddenSize()).layers(2)
                    .build();
            Problem p = new Draw(46).problem(config, Mode.TRAINING, 4, 3);
            RnnMasks masks = new RnnMasks(config, 4, 3);
            for (RnnMasks.Kind kind : RnnMasks.Kind.values()) {
                if (masks.get(kind) != null) {
                    Arrays.fill(masks.get(kind), 1f);
                }
            }
            Problem kept = new Problem("nothing dropped", config, p.mode(), 4, 3, null, p.weights(), p.x(), p.h0(),
                    p.c0(), p.dy(), p.dhN(), p.dcN(), masks);
            Problem plain = new Problem("plain", plainConfig, p.mode(), 4, 3, null, copy(p.weights(), plainConfig),
                    p.x(), p.h0(), p.c0(), p.dy(), p.dhN(), p.dcN(), null);
            Results expected = plain.run(engine());
            kept.run(engine()).assertClose(expected, sameFunction());
            Problem inference = new Problem("inference", config, Mode.INFERENCE, 4, 3, null, p.weights(), p.x(), p.h0(),
                    p.c0(), null, null, null, null);
            Results.assertClose("y in inference", expected.get("y"), inference.run(engine()).get("y"), sameFunction());
        });
    }

    /** One test for each cell that the engine can train. */
    private Stream<DynamicTest> cells(UnaryOperator<RnnConfig.Builder> options,
            Consumer<RnnConfig> test) {
        return Stream.of(CellType.values()).map(cell -> options.apply(RnnConfig.of(cell, 5, 9)).build())
                .filter(config -> !unsupported().covers(config, Mode.TRAINING))
                .map(config -> DynamicTest.dynamicTest(config.toString(), () -> test.accept(config)));
    }

    /** The parameters that both stacks have and that fit; the others stay zero. */
    private static RnnWeights copy(RnnWeights from, RnnConfig config) {
        RnnWeights to = RnnWeights.zeros(config);
        for (Parameter p : to.parameters()) {
            if (from.parameter(p.name()).size() == p.size()) {
                to.set(p.name(), from.get(p.name()));
            }
        }
        return to;
    }

    private static float[] reverse(float[] values, int row) {
        float[] reversed = new float[values.length];
        for (int at = 0; at < values.length; at += row) {
            System.arraycopy(values, at, reversed, values.length - row - at, row);
        }
        return reversed;
    }

    /** {@code [T, B, width]} to the rows of one sequence. */
    private static float[] rows(float[] values, int batch, int b, int length, int width) {
        float[] rows = new float[length * width];
        for (int t = 0; t < length; t++) {
            System.arraycopy(values, (t * batch + b) * width, rows, t * width, width);
        }
        return rows;
    }

    /** {@code [L·D, B, width]} to the state of one sequence; null for null. */
    private static float[] state(float[] values, int layers, int batch, int b) {
        if (values == null) {
            return null;
        }
        return rows(values, batch, b, layers, values.length / layers / batch);
    }

    private void assertRows(String name, float[] alone, float[] all, Problem p, int b, int width) {
        float[] padded = Arrays.copyOf(alone, p.steps() * width);       // zeros past the length
        Results.assertClose(name + " of sequence " + b, padded, rows(all, p.batch(), b, p.steps(), width), sameFunction());
    }
}
