package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A graph of layers: one after the other, or with branches, joins, several inputs and outputs. Owns what lies between the
 * layers; after the first round nothing is allocated. A model is itself a layer and may be part of another one.
 */
public final class Model extends Layer {
    private final String kind;
    private final List<Step> steps = new ArrayList<>();
    private final Slot[] inputs;
    private final Slot[] outputs;
    private final Slot[] slots;
    private final List<Trainable> parameters;
    private final List<Trainable> frozen;
    private final Tensor[] oneX = new Tensor[1];
    private final Tensor[] oneY = new Tensor[1];

    /** A value of the graph and its gradient. */
    private static final class Slot {
        final int[] shape;
        final String owner;
        final Tensor ownValue = new Tensor();
        final Tensor ownGradient = new Tensor();
        boolean trained;                // parameters lie before it
        Tensor value = ownValue;        // the caller's for inputs and outputs
        Tensor room;                    // where its gradient goes: ownGradient, or the caller's for inputs; null if not wanted
        Tensor gradient;                // what has been gathered so far; null for nothing

        Slot(int[] shape, String owner) {
            this.shape = shape;
            this.owner = owner;
        }
    }

    /** A layer in its place. */
    static final class Step {
        final String name;
        final Layer layer;
        private final Slot[] in;
        private final Slot[] out;
        private final Tensor[] x;
        private final Tensor[] y;
        private final Tensor[] dy;
        private final Tensor[] dx;
        private final Tensor[] extra;   // where a second gradient of the same slot goes before it is added

        Step(String name, Layer layer, Slot[] in, Slot[] out) {
            this.name = name;
            this.layer = layer;
            this.in = in;
            this.out = out;
            x = new Tensor[in.length];
            y = new Tensor[out.length];
            dy = new Tensor[out.length];
            dx = new Tensor[in.length];
            extra = new Tensor[in.length];
            for (int j = 0; j < in.length; j++) {
                extra[j] = new Tensor();
            }
        }

        int[] outputShape() {
            return out[0].shape;
        }

        List<String> sources() {
            List<String> names = new ArrayList<>();
            for (Slot slot : in) {
                names.add(slot.owner);
            }
            return names;
        }
    }

    private final Operations operations;

    /**
     * Builds every layer between inputs and outputs.
     *
     * @param setup engine, operations, first values; must stay usable as long as the model
     * @param inputs made by {@link Node#input}
     * @param outputs what the model answers
     */
    public Model(Setup setup, List<Node> inputs, List<Node> outputs) {
        this("functional", setup, inputs, outputs);
    }

    private Model(String kind, Setup setup, List<Node> inputs, List<Node> outputs) {
        Require.that(!inputs.isEmpty(), "inputs", "at least one", "none");
        Require.that(!outputs.isEmpty(), "outputs", "at least one", "none");
        this.kind = kind;
        operations = setup.operations();
        Builder builder = new Builder(setup, inputs);
        this.inputs = new Slot[inputs.size()];
        this.outputs = new Slot[outputs.size()];
        for (int i = 0; i < this.outputs.length; i++) {
            this.outputs[i] = builder.slot(outputs.get(i));
            Require.that(outputs.get(i).call().layer() != null, "outputs[" + i + "]", "the output of a layer", "an input");
        }
        for (int i = 0; i < this.inputs.length; i++) {
            this.inputs[i] = builder.slot(inputs.get(i));
        }
        Require.that(new HashSet<>(List.of(this.outputs)).size() == this.outputs.length, "outputs", "each node once",
                "one twice");
        slots = builder.all.toArray(new Slot[0]);
        parameters = named(Layer::parameters);
        frozen = named(Layer::frozen);
    }

    private List<Trainable> named(Function<Layer, List<Trainable>> part) {
        List<Trainable> all = new ArrayList<>();
        for (Step step : steps) {
            for (Trainable t : part.apply(step.layer)) {
                all.add(t.in(step.name));
            }
        }
        return Collections.unmodifiableList(all);
    }

    /**
     * Layers one after the other.
     *
     * @param setup engine, operations, first values; must stay usable as long as the model
     * @param input made by {@link Node#input}
     * @param layers at least one, the input's first
     * @return the model
     */
    public static Model sequential(Setup setup, Node input, Layer... layers) {
        Require.that(layers.length > 0, "layers", "at least one", "none");
        Node node = input;
        for (Layer layer : layers) {
            node = layer.on(node);
        }
        return new Model("sequential", setup, List.of(input), List.of(node));
    }

    /** Visits the graph from its outputs back and builds each layer once its inputs are built. */
    private final class Builder {
        private final Setup setup;
        private final Map<Node.Call, Slot[]> built = new IdentityHashMap<>();
        private final Set<Node.Call> open = Collections.newSetFromMap(new IdentityHashMap<>());
        private final List<Slot> all = new ArrayList<>();
        private final Map<String, Integer> names = new HashMap<>();

        Builder(Setup setup, List<Node> inputs) {
            this.setup = setup;
            for (int i = 0; i < inputs.size(); i++) {
                Node node = inputs.get(i);
                Require.that(node.call().layer() == null, "inputs[" + i + "]", "made by Node.input", "an output of a layer");
                Slot slot = new Slot(node.shape(), inputs.size() == 1 ? "input" : "input_" + i);
                all.add(slot);
                Require.that(built.put(node.call(), new Slot[] {slot}) == null, "inputs[" + i + "]", "each input once",
                        "one twice");
            }
        }

        Slot slot(Node node) {
            Slot[] of = visit(node.call());
            Require.that(node.index() >= 0 && node.index() < of.length, "output", "0 to " + (of.length - 1)
                    + (of.length == 1 ? " (a recurrent layer gives its state with returnState(true))" : ""),
                    node.index());
            return of[node.index()];
        }

        private Slot[] visit(Node.Call call) {
            Slot[] of = built.get(call);
            if (of != null) {
                return of;
            }
            Require.that(call.layer() != null, "inputs", "all inputs that the outputs depend on", "one too few");
            Slot[] in = new Slot[call.inputs().size()];
            int[][] shapes = new int[in.length][];
            boolean trained = false;
            for (int j = 0; j < in.length; j++) {
                in[j] = slot(call.inputs().get(j));
                shapes[j] = in[j].shape;
                trained |= in[j].trained;
            }
            Layer layer = call.layer();
            int[][] results;
            try {
                results = layer.build(setup.seed(Draw.bits(setup.seed(), steps.size())), shapes);
            } catch (IllegalArgumentException e) {
                throw wrong(name(layer), layer, e);
            }
            String name = name(layer);
            trained |= !layer.parameters().isEmpty();
            Slot[] out = new Slot[results.length];
            for (int j = 0; j < out.length; j++) {
                out[j] = new Slot(results[j], name);
                out[j].trained = trained;
                all.add(out[j]);
            }
            steps.add(new Step(name, layer, in, out));
            built.put(call, out);
            return out;
        }

        /** The given name, or the class's in snake case with a number from the second on. */
        private String name(Layer layer) {
            String base = layer.name() != null ? layer.name() : layer.kind()
                    .replaceAll("(.)([A-Z][a-z0-9]+)", "$1_$2").replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
            int number = names.merge(base, 1, Integer::sum);
            Require.that(number == 1 || layer.name() == null, "name", "a name for each layer", base + " twice");
            return number == 1 ? base : base + "_" + (number - 1);
        }
    }

    @Override
    public String kind() {
        return kind.equals("sequential") ? "Sequential" : "Functional";
    }

    @Override
    public Operations operations() {
        return operations;
    }

    /** The model was built when it was made: checks that it fits. */
    @Override
    protected int[][] create(Setup setup, int[][] shapes) {
        Require.that(shapes.length == inputs.length, "inputs of the model", String.valueOf(inputs.length), shapes.length);
        int[][] results = new int[outputs.length][];
        for (int i = 0; i < results.length; i++) {
            results[i] = outputs[i].shape;
        }
        return results;
    }

    /** {@inheritDoc} Names are {@code lstm.weight_ih_l0}: the layer's, then its own. */
    @Override
    public List<Trainable> parameters() {
        return parameters;
    }

    @Override
    public List<Trainable> frozen() {
        return frozen;
    }

    int inputCount() {
        return inputs.length;
    }

    int[] inputShape(int input) {
        return inputs[input].shape;
    }

    int outputCount() {
        return outputs.length;
    }

    int[] outputShape(int output) {
        return outputs[output].shape;
    }

    /**
     * The layers in the order in which they run.
     *
     * @return name and layer
     */
    public Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        steps.forEach(s -> layers.put(s.name, s.layer));
        return layers;
    }

    /** {@inheritDoc} Outputs past the end of y, or null there, are computed but not handed out. */
    @Override
    public void forward(Tensor[] x, Tensor[] y, boolean training) {
        if (x.length != inputs.length) {
            Require.that(false, "x", "a tensor for each of " + inputs.length + " inputs", x.length);
        }
        for (int i = 0; i < inputs.length; i++) {
            requireShape(i, x[i]);
            inputs[i].value = x[i];
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i].value = i < y.length && y[i] != null ? y[i] : outputs[i].ownValue;
        }
        for (int s = 0; s < steps.size(); s++) {
            Step step = steps.get(s);
            for (int j = 0; j < step.in.length; j++) {
                step.x[j] = step.in[j].value;
            }
            for (int j = 0; j < step.out.length; j++) {
                step.y[j] = step.out[j].value;
            }
            try {
                step.layer.forward(step.x, step.y, training);
            } catch (IllegalArgumentException e) {
                throw wrong(step.name, step.layer, e);
            }
        }
    }

    /** The same, with the layer in front. */
    private static IllegalArgumentException wrong(String name, Layer layer, IllegalArgumentException e) {
        return new IllegalArgumentException("layer " + name + " (" + layer.kind() + "): " + e.getMessage(), e);
    }

    /** As {@link Node#input} was told. */
    private void requireShape(int input, Tensor x) {
        int[] sample = inputs[input].shape;
        boolean same = x.rank() == sample.length + 1;
        for (int axis = 0; same && axis < sample.length; axis++) {
            same = sample[axis] < 0 || sample[axis] == x.dim(axis + 1);
        }
        if (!same) {
            StringBuilder shape = new StringBuilder("[B");
            for (int axis : sample) {
                shape.append(", ").append(axis < 0 ? "any" : axis);
            }
            Require.that(false, inputs.length == 1 ? "x" : "x[" + input + "]", shape + "], as Node.input says (-1 there lets a size vary)", x);
        }
    }

    /**
     * A model with one input and one output.
     *
     * @param x input
     * @param y receives the output
     * @param training whether backward follows, and dropout is on
     */
    public void forward(Tensor x, Tensor y, boolean training) {
        oneX[0] = x;
        oneY[0] = y;
        forward(oneX, oneY, training);
    }

    @Override
    public void backward(Tensor[] dy, Tensor[] dx) {
        boolean all = false;
        for (int i = 0; i < inputs.length; i++) {
            all |= dx[i] != null;
        }
        for (int i = 0; i < slots.length; i++) {
            slots[i].gradient = null;
            slots[i].room = slots[i].trained || all ? slots[i].ownGradient : null;
        }
        for (int i = 0; i < inputs.length; i++) {
            inputs[i].room = dx[i];
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i].gradient = i < dy.length ? dy[i] : null;
        }
        for (int s = steps.size() - 1; s >= 0; s--) {
            backward(steps.get(s));
        }
        for (int i = 0; i < inputs.length; i++) {
            if (dx[i] != null && inputs[i].gradient == null) {
                dx[i].like(inputs[i].value).fill(0);
            }
        }
    }

    /**
     * A model with one input and one output.
     *
     * @param dy gradient of the output
     * @param dx receives the gradient of the input; null if not wanted
     */
    public void backward(Tensor dy, Tensor dx) {
        oneY[0] = dy;
        oneX[0] = dx;
        backward(oneY, oneX);
    }

    private void backward(Step step) {
        boolean given = false;
        for (int j = 0; j < step.out.length; j++) {
            step.dy[j] = step.out[j].gradient;
            given |= step.dy[j] != null;
        }
        boolean wanted = false;
        for (int j = 0; j < step.in.length; j++) {
            Slot slot = step.in[j];
            step.dx[j] = slot.room == null ? null : slot.gradient == null ? slot.room : step.extra[j];
            if (step.dx[j] != null && slot.gradient == null) {
                slot.gradient = slot.room;          // so that a second use in this step is added
            }
            wanted |= step.dx[j] != null;
        }
        if (!given) {                               // nothing depends on it: its gradient is zero
            for (int j = 0; j < step.in.length; j++) {
                if (step.dx[j] != null && step.dx[j] != step.extra[j]) {
                    step.in[j].gradient = null;
                }
            }
            return;
        }
        if (!wanted && step.layer.parameters().isEmpty()) {
            return;
        }
        step.layer.backward(step.dy, step.dx);
        for (int j = 0; j < step.in.length; j++) {
            if (step.dx[j] == step.extra[j]) {
                add(step.extra[j], step.in[j]);
            }
        }
    }

    private void add(Tensor more, Slot slot) {
        if (slot.gradient != slot.room) {           // the caller's: an output that is also read inside
            slot.room.like(slot.gradient).set(slot.gradient);
            slot.gradient = slot.room;
        }
        operations.addScaled(1, more, slot.gradient);
    }

    @Override
    public void clearGradients() {
        for (int s = 0; s < steps.size(); s++) {
            steps.get(s).layer.clearGradients();
        }
    }

    @Override
    public void draws(long number) {
        for (int s = 0; s < steps.size(); s++) {
            steps.get(s).layer.draws(number);
        }
    }

    @Override
    public void resetStates() {
        for (int s = 0; s < steps.size(); s++) {
            steps.get(s).layer.resetStates();
        }
    }

    @Override
    public List<Tensor> states() {
        List<Tensor> states = new ArrayList<>();
        steps.forEach(s -> states.addAll(s.layer.states()));
        return states;
    }

    @Override
    public String firstNotFinite() {
        for (Step step : steps) {
            for (Slot slot : step.out) {
                Tensor t = slot.value;
                for (int i = 0; i < t.size(); i++) {
                    if (!Float.isFinite(t.values()[i])) {
                        int perSample = t.size() / t.batch();
                        int perStep = perSample / t.steps();
                        return "layer " + step.name + " (" + step.layer.kind() + "), sample " + i / perSample
                                + (t.rank() >= 3 ? ", time step " + i % perSample / perStep : "");
                    }
                }
            }
        }
        return null;
    }

    /**
     * The layers as a table in Keras's form.
     *
     * @return name and class, output shape and number of parameters of each layer, and their sums
     */
    public String summary() {
        return Summary.of(kind, steps, inputs.length > 1 || branches());
    }

    private boolean branches() {
        Set<Slot> read = new HashSet<>();
        for (Step step : steps) {
            for (Slot slot : step.in) {
                if (!read.add(slot)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        steps.forEach(s -> s.layer.close());
    }
}
