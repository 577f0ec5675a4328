package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The operands of one operation, of fixed random values. Arrays go on after the tensor: what is there is no number, so that it shows
 * in any result that it gets into, and must stay.
 */
final class GuardedTensors {
    private static final int GUARDS = 5;
    private static final float GUARD = Float.intBitsToFloat(0x7fc12345);

    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Tensor> all = new ArrayList<>();
    private final List<float[]> inputs = new ArrayList<>();      // as they were; null for results

    /** Values in (-1, 1) that must stay. */
    Tensor input(int... shape) {
        return input(random(shape));
    }

    /** These values, which must stay. */
    Tensor input(Tensor values) {
        Tensor t = guarded(values);
        inputs.set(inputs.size() - 1, t.values().clone());
        return t;
    }

    /** Numbers from 0 on, below a bound; they must stay. */
    Tensor wholeNumbers(int bound, int... shape) {
        Tensor t = new Tensor(shape);
        for (int i = 0; i < t.size(); i++) {
            t.values()[i] = random.nextInt(bound);
        }
        return input(t);
    }

    /** Values in (-1, 1) that the operation changes or adds to. */
    Tensor changed(int... shape) {
        return guarded(random(shape));
    }

    /** What the operation writes in full: no numbers. */
    Tensor written(int... shape) {
        return guarded(new Tensor(shape).fill(Float.NaN));
    }

    /** The values of a tensor, as they are now. */
    static double[] exact(Tensor t) {
        double[] values = new double[t.size()];
        Arrays.setAll(values, i -> t.values()[i]);
        return values;
    }

    /** After the operation. */
    void verify() {
        for (int n = 0; n < all.size(); n++) {
            Tensor t = all.get(n);
            for (int i = t.size(); i < t.values().length; i++) {
                assertEquals(Float.floatToRawIntBits(GUARD), Float.floatToRawIntBits(t.values()[i]), "guard behind operand " + n);
            }
            if (inputs.get(n) != null) {
                assertArrayEquals(inputs.get(n), t.values(), "operand " + n + " is an input");
            }
        }
    }

    /** Bits of all operands. */
    int[][] bits() {
        return all.stream().map(t -> {
            int[] bits = new int[t.size()];
            Arrays.setAll(bits, i -> Float.floatToRawIntBits(t.values()[i]));
            return bits;
        }).toArray(int[][]::new);
    }

    private Tensor random(int... shape) {
        return Gradients.random(random, shape);
    }

    private Tensor guarded(Tensor values) {
        float[] array = Arrays.copyOf(values.values(), values.size() + GUARDS);
        Arrays.fill(array, values.size(), array.length, GUARD);
        int[] shape = new int[values.rank()];
        Arrays.setAll(shape, values::dim);
        Tensor t = Tensor.of(array, shape);
        all.add(t);
        inputs.add(null);
        return t;
    }
}
