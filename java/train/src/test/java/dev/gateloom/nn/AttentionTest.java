package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** By hand: scores 0 and ln 3 are weights 1/4 and 3/4. */
class AttentionTest {
    private static final float LN3 = (float) Math.log(3);
    private static final float ROUNDING = 1e-6f;
    private static final float[] QUARTERS = {0.25f, 0.75f};

    private final Tensor weights = new Tensor();

    private float[] context(Attention layer, Tensor... x) {
        Tensor[] y = {new Tensor(), weights};
        layer.forward(x, y, false);
        return Plain.values(y[0]);
    }

    private static Attention built(Attention layer, int[]... inputs) {
        layer.build(Setup.of(null, 1), inputs);
        return layer;
    }

    @Test
    void dot() {
        Tensor query = Tensor.of(new float[] {1, 0}, 1, 1, 2);
        Tensor values = Tensor.of(new float[] {0, 8, LN3, 4}, 1, 2, 2);
        Attention layer = built(Attention.dot(), new int[] {1, 2}, new int[] {2, 2});
        assertArrayEquals(new float[] {0.75f * LN3, 5}, context(layer, query, values), ROUNDING);
        assertArrayEquals(QUARTERS, Plain.values(weights), ROUNDING);
    }

    /** Two queries, and two samples: each has its own weights. */
    @Test
    void everyQueryLooksAtItsOwnSample() {
        Tensor query = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2, 1);
        Tensor values = Tensor.of(new float[] {0, LN3, LN3, 0}, 2, 2, 1);
        Attention layer = built(Attention.dot(), new int[] {2, 1}, new int[] {2, 1});
        assertArrayEquals(new float[] {0.75f * LN3, 0.5f * LN3, 0.5f * LN3, 0.75f * LN3}, context(layer, query, values), ROUNDING);
        assertArrayEquals(new float[] {0.25f, 0.75f, 0.5f, 0.5f, 0.5f, 0.5f, 0.75f, 0.25f}, Plain.values(weights), ROUNDING);
    }

    /** Four features halve the inner product 2 ln 3. */
    @Test
    void scaled() {
        Tensor query = Tensor.of(new float[] {2, 0, 0, 0}, 1, 1, 4);
        Tensor values = Tensor.of(new float[] {0, 8, 0, 0, LN3, 4, 0, 0}, 1, 2, 4);
        Attention layer = built(Attention.dot().scaled(true), new int[] {1, 4}, new int[] {2, 4});
        assertArrayEquals(new float[] {0.75f * LN3, 5, 0, 0}, context(layer, query, values), ROUNDING);
    }

    @Test
    void keysAreScoredAndValuesAdded() {
        Tensor query = Tensor.of(new float[] {0, 1}, 1, 1, 2);
        Tensor values = Tensor.of(new float[] {8, 4}, 1, 2, 1);
        Tensor keys = Tensor.of(new float[] {7, 0, 9, LN3}, 1, 2, 2);
        Attention layer = built(Attention.dot(), new int[] {1, 2}, new int[] {2, 1}, new int[] {2, 2});
        assertArrayEquals(new float[] {5}, context(layer, query, values, keys), ROUNDING);
    }

    /** tanh(ln(3)/2) is 1/2: query and key add up to 0 and to that. */
    @Test
    void additive() {
        Tensor query = Tensor.of(new float[] {0.2f * LN3}, 1, 1, 1);
        Tensor values = Tensor.of(new float[] {8, 4}, 1, 2, 1);
        Tensor keys = Tensor.of(new float[] {-0.2f * LN3, 0.3f * LN3}, 1, 2, 1);
        Attention layer = built(Attention.additive(), new int[] {1, 1}, new int[] {2, 1}, new int[] {2, 1});
        Plain.set(layer, "scale", 2 * LN3);
        assertArrayEquals(new float[] {5}, context(layer, query, values, keys), ROUNDING);
        assertArrayEquals(QUARTERS, Plain.values(weights), ROUNDING);
    }

    /** A value that is masked has no weight; where all are, nothing has. The query's mask is the answer's. */
    @Test
    void maskedValues() {
        Tensor query = new Tensor(2, 1, 1).fill(1).mask(new boolean[] {true, false});
        Tensor values = Tensor.of(new float[] {0, 1000, LN3, 1, 2, 3}, 2, 3, 1)
                .mask(new boolean[] {true, false, true, false, false, false});
        Attention layer = built(Attention.dot(), new int[] {1, 1}, new int[] {3, 1});
        assertArrayEquals(new float[] {0.75f * LN3, 0}, context(layer, query, values), ROUNDING);
        assertArrayEquals(new float[] {0.25f, 0, 0.75f, 0, 0, 0}, Plain.values(weights), ROUNDING);
        assertArrayEquals(query.mask(), Plain.forward(layer, query, values).mask());
    }
}
