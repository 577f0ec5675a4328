package dev.gateloom.golden;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Bidirectional;
import dev.gateloom.nn.Conv1D;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.Masking;
import dev.gateloom.nn.Merge;
import dev.gateloom.nn.Padding;
import dev.gateloom.nn.Recurrent;
import dev.gateloom.nn.RepeatVector;
import dev.gateloom.nn.TimeDistributed;
import dev.gateloom.nn.Trainable;
import dev.gateloom.safetensors.SafetensorsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A layer as a Keras configuration describes it, and its weights in Keras's layout: kernels {@code [inputs, outputs]}, the
 * GRU's gates in the order z, r, h.
 */
final class KerasLayer {
    private final Supplier<Layer> maker;
    private final List<String> names;
    private final List<Integer> sizes;
    private final boolean gru;

    private KerasLayer(CaseJson layer, boolean gru, Supplier<Layer> maker) throws SafetensorsException {
        this.maker = maker;
        this.gru = gru;
        names = new ArrayList<>();
        sizes = new ArrayList<>();
        for (CaseJson weight : layer.objects("weights")) {
            names.add(weight.text("name"));
            long size = 1;
            for (long axis : weight.shape("shape")) {
                size *= axis;
            }
            sizes.add(Math.toIntExact(size));
        }
    }

    static KerasLayer of(CaseJson layer) throws SafetensorsException {
        CaseJson c = layer.object("config");
        return switch (layer.text("class", "LSTM", "GRU", "Bidirectional", "Dense", "Conv1D", "Masking", "RepeatVector",
                "TimeDistributed")) {
            case "LSTM" -> new KerasLayer(layer, false, lstm(c));
            case "GRU" -> new KerasLayer(layer, true, gru(c));
            case "Bidirectional" -> new KerasLayer(layer, false, bidirectional(c));
            case "Dense" -> new KerasLayer(layer, false, dense(c));
            case "Conv1D" -> new KerasLayer(layer, false, conv(c));
            case "Masking" -> new KerasLayer(layer, false, masking(c));
            case "RepeatVector" -> new KerasLayer(layer, false, repeat(c));
            default -> new KerasLayer(layer, false, timeDistributed(c));
        };
    }

    private static Supplier<Layer> lstm(CaseJson c) throws SafetensorsException {
        Supplier<Recurrent> made = recurrent(c, false);
        return made::get;
    }

    private static Supplier<Layer> gru(CaseJson c) throws SafetensorsException {
        Supplier<Recurrent> made = recurrent(c, true);
        boolean resetAfter = c.flag("reset_after");
        return () -> made.get().options(o -> o.resetAfter(resetAfter));
    }

    private static Supplier<Recurrent> recurrent(CaseJson c, boolean gru) throws SafetensorsException {
        int units = c.integer("units", 1);
        boolean sequences = c.flag("return_sequences");
        boolean backwards = c.flag("go_backwards");
        c.text("activation", "tanh");
        c.text("recurrent_activation", "sigmoid");
        return () -> (gru ? new Gru(units) : new Lstm(units)).returnSequences(sequences).goBackwards(backwards);
    }

    private static Supplier<Layer> bidirectional(CaseJson c) throws SafetensorsException {
        CaseJson inner = c.object("layer");
        inner.text("class_name", "LSTM");
        Supplier<Recurrent> made = recurrent(inner.object("config"), false);
        Merge merge = switch (c.text("merge_mode", "concat", "sum", "mul", "ave")) {
            case "concat" -> Merge.CONCAT;
            case "sum" -> Merge.SUM;
            case "mul" -> Merge.MUL;
            default -> Merge.AVERAGE;
        };
        return () -> new Bidirectional(made.get(), merge);
    }

    private static Supplier<Layer> dense(CaseJson c) throws SafetensorsException {
        int units = c.integer("units", 1);
        Activation activation = activation(c);
        return () -> new Dense(units, activation);
    }

    private static Supplier<Layer> conv(CaseJson c) throws SafetensorsException {
        int filters = c.integer("filters", 1);
        int kernel = one(c, "kernel_size");
        int stride = one(c, "strides");
        Padding padding = Padding.valueOf(c.text("padding", "valid", "same", "causal").toUpperCase(Locale.ROOT));
        Activation activation = activation(c);
        return () -> new Conv1D(filters, kernel).strides(stride).padding(padding).activation(activation);
    }

    private static Supplier<Layer> masking(CaseJson c) throws SafetensorsException {
        float value = (float) c.number("mask_value", -Double.MAX_VALUE, Double.MAX_VALUE);
        return () -> new Masking(value);
    }

    private static Supplier<Layer> repeat(CaseJson c) throws SafetensorsException {
        int n = c.integer("n", 1);
        return () -> new RepeatVector(n);
    }

    private static Supplier<Layer> timeDistributed(CaseJson c) throws SafetensorsException {
        CaseJson inner = c.object("layer");
        inner.text("class_name", "Dense");
        Supplier<Layer> made = dense(inner.object("config"));
        return () -> new TimeDistributed(made.get());
    }

    private static Activation activation(CaseJson c) throws SafetensorsException {
        return Activation.valueOf(c.text("activation", "linear", "relu", "tanh", "sigmoid", "softmax")
                .toUpperCase(Locale.ROOT));
    }

    private static int one(CaseJson c, String key) throws SafetensorsException {
        int[] values = c.integers(key, 1, Integer.MAX_VALUE);
        return values == null ? 0 : values[0];
    }

    Layer make() {
        return maker.get();
    }

    /** The weights of a layer that was built, in the order of the configuration. */
    List<KerasWeight> weights(Layer layer) {
        List<KerasWeight> weights = new ArrayList<>();
        List<Trainable> all = layer.parameters();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            int size = sizes.get(i);
            String direction = name.contains("/backward_") ? "_reverse" : "";
            if (name.endsWith("_cell/kernel")) {
                weights.add(matrix(name, size, parameter(all, "weight_ih_l0" + direction)));
            } else if (name.endsWith("_cell/recurrent_kernel")) {
                weights.add(matrix(name, size, parameter(all, "weight_hh_l0" + direction)));
            } else if (name.endsWith("_cell/bias")) {
                weights.add(biases(name, size, all, direction));
            } else if (name.endsWith("/kernel")) {
                weights.add(matrix(name, size, parameter(all, "weight")));
            } else {
                Trainable bias = parameter(all, "bias");
                weights.add(KerasWeight.of(name, size, k -> new KerasWeight.Place(bias, k)));
            }
        }
        return weights;
    }

    private static Trainable parameter(List<Trainable> all, String name) {
        return all.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "weights: expected those of the layer, " + all.stream().map(Trainable::name).toList() + ", got " + name));
    }

    /** Keras's {@code [..., inputs, outputs]} is the transpose of our {@code [outputs, ..., inputs]}. */
    private KerasWeight matrix(String name, int size, Trainable ours) {
        int outputs = ours.shape().get(0);
        int inputs = ours.size() / outputs;
        require(name, size, ours.size());
        return KerasWeight.of(name, size,
                k -> new KerasWeight.Place(ours, gate(k % outputs, outputs) * inputs + k / outputs));
    }

    /** One bias, or for the GRU that resets after the product the input's and the recurrent one. */
    private KerasWeight biases(String name, int size, List<Trainable> all, String direction) {
        Trainable input = parameter(all, "bias_ih_l0" + direction);
        boolean two = size == 2 * input.size();
        Trainable recurrent = two ? parameter(all, "bias_hh_l0" + direction) : input;
        require(name, size, two ? 2 * input.size() : input.size());
        int rows = input.size();
        return KerasWeight.of(name, size,
                k -> new KerasWeight.Place(k < rows ? input : recurrent, gate(k % rows, rows)));
    }

    /** The row of ours for a column of Keras's: z, r, h becomes r, z, n. */
    private int gate(int column, int rows) {
        int units = rows / 3;
        return !gru || column >= 2 * units ? column : column < units ? column + units : column - units;
    }

    private static void require(String name, int size, int expected) {
        if (size != expected) {
            throw new IllegalArgumentException(name + ": expected " + expected + " values, got " + size);
        }
    }
}
