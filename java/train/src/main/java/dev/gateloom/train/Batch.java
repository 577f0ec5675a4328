package dev.gateloom.train;

import dev.gateloom.nn.Tensor;
import java.util.function.IntUnaryOperator;

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

    /** The first value that counts and is no number or infinite: what it is a part of, and where; null if there is none. */
    String firstNotFinite(IntUnaryOperator sample) {
        for (int i = 0; i < inputs.length; i++) {
            String where = firstNotFinite(inputs[i], sample);
            if (where != null) {
                return (inputs.length == 1 ? "input" : "input " + i) + where;
            }
        }
        String where = firstNotFinite(target, sample);
        return where == null ? null : "target" + where;
    }

    private static String firstNotFinite(Tensor t, IntUnaryOperator sample) {
        for (int i = 0; i < t.size(); i++) {
            int perSample = t.size() / t.batch();
            int perStep = t.rank() == 1 ? 1 : perSample / t.dim(1);
            if (!Float.isFinite(t.values()[i]) && (t.mask() == null || t.mask()[i / perStep])) {
                int place = i % perSample;
                return " of sample " + sample.applyAsInt(i / perSample) + (t.rank() < 3 ? ", value " + place
                        : ", time step " + place / perStep + ", feature " + place % perStep) + " is " + t.values()[i];
            }
        }
        return null;
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
