package dev.gateloom.train;

import dev.gateloom.nn.Tensor;
import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.List;

/** Samples of one shape in arrays: {@code new Samples(n).input(x, 10, 5).target(y, 1)}. */
public final class Samples implements Dataset {
    private final int size;
    private final List<Part> inputs = new ArrayList<>();
    private Part target;

    /** {@code values [N, sample...]}; mask {@code [N, T]} or null. */
    private record Part(float[] values, int[] sample, int each, boolean[] mask) {
    }

    /**
     * Starts with nothing but a number.
     *
     * @param size N, at least 1
     */
    public Samples(int size) {
        Require.that(size >= 1, "size", "at least 1", size);
        this.size = size;
    }

    /**
     * Adds an input.
     *
     * @param values {@code [N, sample...]}; used, not copied
     * @param sample shape of one
     * @return this
     */
    public Samples input(float[] values, int... sample) {
        inputs.add(part("input", values, sample, null));
        return this;
    }

    /**
     * Adds an input with masked steps.
     *
     * @param values {@code [N, T, ...]}; used, not copied
     * @param mask {@code [N, T]}: which steps count
     * @param sample shape of one, T first
     * @return this
     */
    public Samples input(float[] values, boolean[] mask, int... sample) {
        Require.that(mask.length == size * sample[0], "mask", size * sample[0] + " values", mask.length);
        inputs.add(part("input", values, sample, mask));
        return this;
    }

    /**
     * Sets the target, which samples to be predicted only may lack.
     *
     * @param values {@code [N, sample...]}; used, not copied
     * @param sample shape of one; 1 for class numbers
     * @return this
     */
    public Samples target(float[] values, int... sample) {
        target = part("target", values, sample, null);
        return this;
    }

    private Part part(String name, float[] values, int[] sample, boolean[] mask) {
        int each = 1;
        for (int axis : sample) {
            each = Math.multiplyExact(each, axis);
        }
        Require.that(sample.length >= 1 && values.length == (long) size * each, name,
                (long) size * each + " values for " + size + " samples", values.length);
        return new Part(values, sample.clone(), each, mask);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int inputs() {
        return inputs.size();
    }

    @Override
    public void gather(int[] samples, int from, int count, Batch into) {
        for (int i = 0; i < inputs.size(); i++) {
            gather(inputs.get(i), samples, from, count, into.input(i));
        }
        if (target == null) {
            into.target().shape(0);
        } else {
            gather(target, samples, from, count, into.target());
        }
    }

    private static void gather(Part part, int[] samples, int from, int count, Tensor to) {
        to.shape(count, part.sample);
        boolean[] mask = part.mask == null ? null : new boolean[count * part.sample[0]];
        for (int b = 0; b < count; b++) {
            int sample = samples[from + b];
            System.arraycopy(part.values, sample * part.each, to.values(), b * part.each, part.each);
            if (mask != null) {
                System.arraycopy(part.mask, sample * part.sample[0], mask, b * part.sample[0], part.sample[0]);
            }
        }
        to.mask(mask);
    }
}
