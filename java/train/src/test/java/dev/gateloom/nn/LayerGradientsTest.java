package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer with its options: gradients of all parameters and inputs against differences. */
class LayerGradientsTest {
    private static RnnEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.get("reference");      // computes in double: only its outputs are rounded
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    /**
     * @param shapes of a sample of each input
     * @param ids how many inputs hold ids below 5 rather than numbers
     * @param mask {@code [2, T]} of the first input, or of the second if the first holds queries; null for none
     */
    record Case(String name, Supplier<Layer> layer, int[][] shapes, int ids, int masked, boolean[] mask) {
        Case(String name, Supplier<Layer> layer, int[]... shapes) {
            this(name, layer, shapes, 0, 0, null);
        }

        Case ids(int count) {
            return new Case(name, layer, shapes, count, masked, mask);
        }

        Case masked(int input, boolean... steps) {
            return new Case(name + ", masked", layer, shapes, ids, input, steps);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static int[] s(int... shape) {
        return shape;
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Activation f : Activation.values()) {
            cases.add(new Case("Dense " + f, () -> new Dense(3, f), s(5)));
        }
        cases.add(new Case("Dense on steps, no bias", () -> new Dense(3).useBias(false), s(4, 5)));
        recurrent(cases);
        cases.add(new Case("TimeDistributed Dense", () -> new TimeDistributed(new Dense(3, Activation.TANH)), s(4, 5)));
        cases.add(new Case("TimeDistributed Conv2D",
                () -> new TimeDistributed(new Conv2D(2, 2).activation(Activation.TANH)), s(3, 4, 3, 2)));
        cases.add(new Case("RepeatVector", () -> new RepeatVector(3), s(4)));
        cases.add(new Case("Embedding", () -> new Embedding(5, 3), s(4)).ids(1));
        windows(cases);
        cases.add(new Case("Dropout", () -> new Dropout(0.4f), s(4, 5)));
        cases.add(new Case("LayerNorm", LayerNorm::new, s(3, 6)));
        cases.add(new Case("Flatten", Flatten::new, s(3, 2, 2)));
        cases.add(new Case("Add", Add::new, s(3, 2), s(3, 2), s(3, 2)));
        cases.add(new Case("Concatenate", Concatenate::new, s(3, 2), s(3, 4), s(3, 1)));
        for (boolean additive : new boolean[] {false, true}) {
            Supplier<Layer> attention = () -> additive ? Attention.additive() : Attention.dot();
            String name = additive ? "Attention additive" : "Attention dot";
            cases.add(new Case(name, attention, s(3, 4), s(5, 4)));
            cases.add(new Case(name + ", key", attention, s(3, 4), s(5, 2), s(5, 4)));
            cases.add(new Case(name, attention, s(2, 3), s(3, 3)).masked(1, true, false, true, false, false, false));
        }
        cases.add(new Case("Attention dot, scaled", () -> Attention.dot().scaled(true), s(3, 4), s(5, 4)));
        cases.add(new Case("graph with two streams and a skip", LayerGradientsTest::graph, s(4, 3), s(2)));
        cases.add(new Case("encoder-decoder", () -> EncoderDecoder.withAttention(Setup.of(engine, 3), 5, 5, 2, 2,
                Attention.additive()), s(3), s(2)).ids(2));
        return cases;
    }

    private static void recurrent(List<Case> cases) {
        boolean[] gaps = {true, false, true, true, false, false, true, true};      // [2, 4]
        List<Supplier<Recurrent>> cells = List.of(() -> new Lstm(3), () -> new Gru(3), () -> new SimpleRnn(3),
                () -> new Gru(3).options(o -> o.resetAfter(false)));
        for (Supplier<Recurrent> cell : cells) {
            String name = cell.get().kind();
            Case last = new Case(name, cell::get, s(4, 2));
            Case all = new Case(name + " sequences", () -> cell.get().returnSequences(true), s(4, 2));
            Case back = new Case(name + " backwards", () -> cell.get().returnSequences(true).goBackwards(true), s(4, 2));
            for (Case c : List.of(last, all, back)) {
                cases.add(c);
                cases.add(c.masked(0, gaps));
            }
            cases.add(new Case(name + " two biases", () -> cell.get().redundantBias(true), s(4, 2)));
            cases.add(new Case(name + " dropout", () -> cell.get().dropout(0.3f).recurrentDropout(0.3f), s(4, 2)));
            cases.add(new Case(name + " state", () -> cell.get().returnSequences(true).returnState(true), s(4, 2)));
            cases.add(new Case(name + " stateful", () -> cell.get().stateful(true), s(4, 2)));
            for (Merge merge : Merge.values()) {
                Case both = new Case("Bidirectional " + name + " " + merge,
                        () -> new Bidirectional(cell.get().returnSequences(true), merge), s(4, 2));
                cases.add(both);
                cases.add(both.masked(0, gaps));
                cases.add(new Case("Bidirectional " + name + " last " + merge, () -> new Bidirectional(cell.get(), merge),
                        s(4, 2)));
            }
        }
        cases.add(new Case("LSTM from a state", () -> new Lstm(3).returnState(true), s(4, 2), s(3), s(3)));
        cases.add(new Case("GRU from a state", () -> new Gru(3).returnState(true), s(4, 2), s(3)));
        cases.add(new Case("two layers with states", () -> new Lstm(3).options(o -> o.layers(2)).returnState(true), s(4, 2),
                s(6), s(6)));
        cases.add(new Case("Bidirectional from a state", () -> new Bidirectional(new Gru(3).returnState(true)), s(4, 2),
                s(6)));
    }

    private static void windows(List<Case> cases) {
        for (Padding padding : Padding.values()) {
            for (int stride : new int[] {1, 2}) {
                cases.add(new Case("Conv1D " + padding + " " + stride,
                        () -> new Conv1D(3, 3).padding(padding).strides(stride).activation(Activation.TANH), s(7, 2)));
                if (padding != Padding.CAUSAL) {
                    cases.add(new Case("Conv2D " + padding + " " + stride,
                            () -> new Conv2D(2, 3, 2).padding(padding).strides(stride), s(5, 4, 2)));
                    cases.add(new Case("Conv3D " + padding + " " + stride,
                            () -> new Conv3D(2, 2).padding(padding).strides(stride).useBias(false), s(3, 3, 4, 2)));
                    for (boolean max : new boolean[] {true, false}) {
                        cases.add(new Case((max ? "Max" : "Average") + " 1D " + padding + " " + stride,
                                () -> pooling(max, 3).padding(padding).strides(stride), s(7, 2)));
                        cases.add(new Case((max ? "Max" : "Average") + " 2D " + padding + " " + stride,
                                () -> pooling(max, 3, 2).padding(padding).strides(stride), s(5, 4, 2)));
                        cases.add(new Case((max ? "Max" : "Average") + " 3D " + padding + " " + stride,
                                () -> pooling(max, 2, 2, 2).padding(padding).strides(stride), s(3, 4, 3, 2)));
                    }
                }
            }
        }
        cases.add(new Case("GlobalMax", GlobalPooling::max, s(4, 3, 2)));
        cases.add(new Case("GlobalAverage", GlobalPooling::average, s(5, 2)));
        boolean[] gaps = {true, false, true, true, false, false, false, false};    // [2, 4]: nothing of the second sample
        for (Supplier<Layer> pool : List.<Supplier<Layer>>of(GlobalPooling::max, GlobalPooling::average)) {
            cases.add(new Case("Global pooling", pool, s(4, 2)).masked(0, gaps));
            cases.add(new Case("Global pooling of images", pool, s(4, 3, 2)).masked(0, gaps));
        }
    }

    private static Pooling pooling(boolean max, int... size) {
        return max ? new MaxPooling(size) : new AveragePooling(size);
    }

    private static Layer graph() {
        Node sequence = Node.input(4, 3);
        Node vector = Node.input(2);
        Node h = new Gru(3).returnSequences(true).on(sequence);
        Node skip = new Add().on(h, sequence);                          // sequence and h are both read twice
        Node last = new Lstm(2).on(new Concatenate().on(skip, h));
        Node joined = new Concatenate().on(last, vector, new Dense(2, Activation.TANH).on(vector));
        return new Model(Setup.of(engine, 4), List.of(sequence, vector), List.of(new Dense(2).on(joined), joined));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreeWithDifferences(Case c) {
        SplittableRandom random = new SplittableRandom(11);
        Tensor[] x = new Tensor[c.shapes.length];
        for (int k = 0; k < x.length; k++) {
            int[] shape = new int[c.shapes[k].length + 1];
            shape[0] = 2;
            System.arraycopy(c.shapes[k], 0, shape, 1, c.shapes[k].length);
            x[k] = distinct(random, new Tensor(shape));
            for (int i = 0; k < c.ids && i < x[k].size(); i++) {
                x[k].values()[i] = random.nextInt(5);
            }
        }
        if (c.mask != null) {
            x[c.masked].mask(c.mask);
        }
        try (Layer layer = c.layer.get()) {
            int outputs = layer.build(Setup.of(engine, 5), c.shapes).length;
            Gradients.check(layer, x, outputs, random, 4e-3, 2e-4, c.ids);
        }
    }

    /** Values in [-1, 1) so far apart that no step of the differences changes which is the larger of two. */
    private static Tensor distinct(SplittableRandom random, Tensor t) {
        for (int i = 0; i < t.size(); i++) {
            int j = random.nextInt(i + 1);
            t.values()[i] = t.values()[j];
            t.values()[j] = 2f * i / t.size() - 1;
        }
        return t;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shapesAreAsPromised(Case c) {
        try (Layer layer = c.layer.get()) {
            int[][] promised = layer.build(Setup.of(engine, 5), c.shapes);
            Tensor[] x = new Tensor[c.shapes.length];
            for (int k = 0; k < x.length; k++) {
                x[k] = new Tensor().shape(3, c.shapes[k]);
            }
            Tensor[] y = Gradients.tensors(promised.length);
            layer.forward(x, y, false);
            for (int k = 0; k < y.length; k++) {
                int[] shape = promised[k].clone();
                for (int axis = 0; axis < shape.length; axis++) {
                    shape[axis] = shape[axis] < 0 ? y[k].dim(axis + 1) : shape[axis];     // it may vary
                }
                assertEquals(new Tensor().shape(3, shape).toString(), y[k].toString());
            }
        }
    }
}
