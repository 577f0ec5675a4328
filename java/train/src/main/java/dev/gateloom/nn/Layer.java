package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;
import java.util.List;

/**
 * A function with parameters and a gradient by hand. Most have one input and one output; joins have several inputs, a
 * recurrent layer may take its first state and give its last one. The caller owns inputs and outputs; the layer sets the
 * shape of what it writes. One thread at a time.
 *
 * <p>A layer is made with its options, then built once, when the shapes of its inputs are known: by the {@link Model} it is
 * part of, or by {@link #build}.
 */
public abstract class Layer implements AutoCloseable {
    /** What a layer over time reads. */
    static final String STEPS_AND_FEATURES =
            "steps and features (a recurrent layer before it gives all steps with returnSequences(true))";

    private String name;
    private Long seed;
    private boolean built;

    /** For layers. */
    protected Layer() {
    }

    /**
     * Keras's name of the layer's class.
     *
     * @return for example {@code LSTM}
     */
    public abstract String kind();

    /**
     * Takes sizes from the inputs and draws the parameters.
     *
     * @param setup engine, operations, first values
     * @param inputs shape of a sample of each input, without the batch; -1 for a size that may vary
     * @return shape of a sample of each output
     */
    protected abstract int[][] create(Setup setup, int[][] inputs);

    /**
     * Computes the outputs.
     *
     * @param x inputs; in training they must stay as they are until backward
     * @param y receive the outputs
     * @param training whether backward follows, and dropout is on
     */
    public abstract void forward(Tensor[] x, Tensor[] y, boolean training);

    /**
     * Gradients of the training forward just before. Those of the parameters are <em>added</em> to
     * {@link Trainable#gradients()}.
     *
     * @param dy gradients of the outputs, in their shapes; null for one that is zero
     * @param dx receive the gradients of the inputs; null for one that is not wanted
     * @throws IllegalStateException if there was no training forward just before
     */
    public abstract void backward(Tensor[] dy, Tensor[] dx);

    /**
     * Names the layer; without this call a model does.
     *
     * @param newName unique in its model
     * @return this
     */
    public final Layer named(String newName) {
        name = newName;
        return this;
    }

    /**
     * Its name.
     *
     * @return null if none was given
     */
    public final String name() {
        return name;
    }

    /**
     * Gives the layer a seed of its own; without this call it follows from the seed of the model and the layer's place.
     *
     * @param newSeed of its parameters and its dropout
     * @return this
     */
    public final Layer seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    /**
     * Builds the layer outside a model.
     *
     * @param setup engine, operations, first values
     * @param inputs shape of a sample of each input, without the batch; -1 for a size that may vary
     * @return shape of a sample of each output
     * @throws IllegalStateException if it was built before: a layer has one place
     */
    public final int[][] build(Setup setup, int[]... inputs) {
        if (built) {
            throw new IllegalStateException(kind() + ": this layer was built before and has one place only; make another");
        }
        built = true;
        return create(seed == null ? setup : setup.seed(seed), inputs);
    }

    /**
     * Puts the layer into a graph, as Keras does by calling it.
     *
     * @param inputs what it reads
     * @return its first output
     */
    public final Node on(Node... inputs) {
        return new Node(new Node.Call(this, List.of(inputs)), 0);
    }

    /**
     * What an optimizer may change.
     *
     * @return the parameters with their gradients; empty for a layer without any
     */
    public List<Trainable> parameters() {
        return List.of();
    }

    /**
     * What is saved with the parameters although no optimizer changes it.
     *
     * @return empty for most
     */
    public List<Trainable> frozen() {
        return List.of();
    }

    /** Sets all gradients to zero. */
    public void clearGradients() {
        List<Trainable> parameters = parameters();
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            Arrays.fill(t.gradients(), t.offset(), t.end(), 0f);
        }
    }

    /**
     * Says which random numbers the next training forward draws: a trainer gives the number of its update, so that a run that
     * was resumed goes on with the same ones. Each training forward counts on by one.
     *
     * @param number the number
     */
    public void draws(long number) {
    }

    /** Forgets what a stateful layer carries from call to call. */
    public void resetStates() {
    }

    /**
     * What stateful layers carry from call to call: the tensors themselves, in a fixed order.
     *
     * @return empty for a layer without such a state
     */
    public List<Tensor> states() {
        return List.of();
    }

    /**
     * Where the last forward first gave something that is no number or infinite: for the message when training fails.
     *
     * @return layer, sample and, for sequences, time step; null if every value is finite or the layer keeps none
     */
    public String firstNotFinite() {
        return null;
    }

    /**
     * What a loss of its outputs can be computed by.
     *
     * @return those that a model was built on; null for a single layer, whose loss stays as it is
     */
    public Operations operations() {
        return null;
    }

    /** Frees what the layer holds outside the heap; most hold nothing. */
    @Override
    public void close() {
    }

    /** The check that a layer with one input was given one. */
    final int[] single(int[][] inputs) {
        Require.that(inputs.length == 1, "inputs of " + kind(), "one", inputs.length);
        return inputs[0];
    }

    /** The size of the last axis, which must be known. */
    final int features(int[] input) {
        int features = input[input.length - 1];
        Require.that(features >= 1, "input of " + kind(), "a last axis of known size", Arrays.toString(input));
        return features;
    }

    /** The check of the number of axes of a sample. */
    final void requireAxes(int[] input, int axes, String what) {
        Require.that(input.length == axes, "input of " + kind(), what, Arrays.toString(input));
    }
}
