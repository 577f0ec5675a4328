package dev.gateloom.nn;

import dev.gateloom.train.internal.Require;
import java.util.List;

/**
 * A place in a graph of layers: an input of the model, or an output of a layer.
 *
 * <pre>{@code
 * Node x = Node.input(10, 5);                       // samples of 10 steps with 5 features
 * Node h = new Lstm(64).returnSequences(true).on(x);
 * Node y = new Dense(7).on(new Lstm(32).on(h));
 * Model model = new Model(setup, List.of(x), List.of(y));
 * }</pre>
 */
public final class Node {
    /** A layer with what it reads; no layer for an input of the model. */
    record Call(Layer layer, List<Node> inputs) {
    }

    private final Call call;
    private final int index;
    private final int[] shape;

    Node(Call call, int index) {
        this.call = call;
        this.index = index;
        this.shape = null;
    }

    private Node(int[] shape) {
        this.call = new Call(null, List.of());
        this.index = 0;
        this.shape = shape;
    }

    /**
     * An input of a model.
     *
     * @param sample shape of a sample, without the batch; -1 for a size that may vary
     * @return the node
     */
    public static Node input(int... sample) {
        Require.that(sample.length >= 1 && sample.length <= 5, "sample", "1 to 5 axes", sample.length);
        return new Node(sample.clone());
    }

    /**
     * Another output of the same layer: the last state of a recurrent one, the weights of an attention.
     *
     * @param which from 0
     * @return the node
     */
    public Node output(int which) {
        Require.that(call.layer != null || which == 0, "which", "0: an input has one value", which);
        return new Node(call, which);
    }

    Call call() {
        return call;
    }

    int index() {
        return index;
    }

    int[] shape() {
        return shape;
    }
}
