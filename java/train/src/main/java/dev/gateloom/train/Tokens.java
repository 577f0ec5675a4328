package dev.gateloom.train;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences of tokens of any length. Each batch is padded to its longest: inputs with 0 and a mask, targets with
 * {@link CrossEntropy#IGNORE}.
 */
public final class Tokens implements Dataset {
    /** The token that inputs are padded with. */
    public static final int PADDING = 0;

    private final int size;
    private final List<int[][]> inputs = new ArrayList<>();
    private int[][] target;
    private final List<boolean[]> masks = new ArrayList<>();

    /**
     * Starts with nothing but a number.
     *
     * @param size samples, at least 1
     */
    public Tokens(int size) {
        Require.that(size >= 1, "size", "at least 1", size);
        this.size = size;
    }

    /**
     * For an encoder–decoder: inputs are the source and {@code [begin, target...]}, the target is {@code [target..., end]}.
     *
     * @param source a sequence for each sample
     * @param target a sequence for each sample
     * @param begin token that starts every answer
     * @param end token that ends it
     * @return the samples
     */
    public static Tokens translation(int[][] source, int[][] target, int begin, int end) {
        int[][] read = new int[target.length][];
        int[][] answer = new int[target.length][];
        for (int i = 0; i < target.length; i++) {
            int length = target[i].length;
            answer[i] = Arrays.copyOf(target[i], length + 1);
            answer[i][length] = end;
            read[i] = new int[length + 1];
            read[i][0] = begin;
            System.arraycopy(target[i], 0, read[i], 1, length);
        }
        return new Tokens(source.length).input(source).input(read).target(answer);
    }

    /**
     * Adds an input.
     *
     * @param sequences one for each sample, of at least one token; used, not copied
     * @return this
     */
    public Tokens input(int[][] sequences) {
        Require.that(sequences.length == size, "sequences", size + " of them", sequences.length);
        for (int i = 0; i < size; i++) {
            if (sequences[i].length == 0) {
                Require.that(false, "sequences[" + i + "]", "at least one token", "none");
            }
        }
        inputs.add(sequences);
        masks.add(new boolean[0]);
        return this;
    }

    /**
     * Sets the target, which samples to be predicted only may lack.
     *
     * @param classes for each sample one for each step, or a single one; used, not copied
     * @return this
     */
    public Tokens target(int[][] classes) {
        Require.that(classes.length == size, "classes", size + " of them", classes.length);
        target = classes;
        return this;
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
    public int length(int sample) {
        return inputs.get(0)[sample].length;
    }

    @Override
    public void gather(int[] samples, int from, int count, Batch into) {
        for (int i = 0; i < inputs.size(); i++) {
            Tensor x = into.input(i);
            int steps = pad(inputs.get(i), samples, from, count, x, PADDING);
            boolean[] mask = masks.get(i).length >= count * steps ? masks.get(i) : new boolean[count * steps];
            masks.set(i, mask);
            for (int b = 0; b < count; b++) {
                int length = inputs.get(i)[samples[from + b]].length;
                for (int t = 0; t < steps; t++) {
                    mask[b * steps + t] = t < length;
                }
            }
            x.mask(mask);
        }
        if (target == null) {
            into.target().shape(0);
        } else {
            pad(target, samples, from, count, into.target(), CrossEntropy.IGNORE);
        }
    }

    private static int pad(int[][] sequences, int[] samples, int from, int count, Tensor to, int padding) {
        int steps = 1;
        for (int b = 0; b < count; b++) {
            steps = Math.max(steps, sequences[samples[from + b]].length);
        }
        to.shape(count, steps);
        Arrays.fill(to.values(), 0, to.size(), padding);
        for (int b = 0; b < count; b++) {
            int[] sequence = sequences[samples[from + b]];
            for (int t = 0; t < sequence.length; t++) {
                to.values()[b * steps + t] = sequence[t];
            }
        }
        return steps;
    }
}
