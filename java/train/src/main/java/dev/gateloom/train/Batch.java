package dev.gateloom.train;

import dev.gateloom.nn.Tensor;

/** Samples side by side: what a {@link Dataset} gathers into, again and again. */
public final class Batch {
    private final Tensor[] inputs;
    private final Tensor target = new Tensor();

    /**
     * Makes room.
     *
     * @param inputs how many inputs a sample has
     */
    public Batch(int inputs) {
        this.inputs = new Tensor[inputs];
        for (int i = 0; i < inputs; i++) {
            this.inputs[i] = new Tensor();
        }
    }

    /**
     * All inputs, as a layer takes them.
     *
     * @return the tensors themselves
     */
    public Tensor[] inputs() {
        return inputs;
    }

    /**
     * One input.
     *
     * @param which from 0
     * @return the tensor itself
     */
    public Tensor input(int which) {
        return inputs[which];
    }

    /**
     * What a model should answer.
     *
     * @return the tensor itself
     */
    public Tensor target() {
        return target;
    }
}
