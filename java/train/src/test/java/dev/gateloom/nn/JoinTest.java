package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link Add} and {@link Concatenate} make of values, masks and shapes. */
class JoinTest {

    private static List<Layer> joins() {
        List<Layer> joins = List.of(new Add(), new Concatenate());
        joins.forEach(join -> join.build(Setup.of(null, 1), new int[] {-1, 1}, new int[] {-1, 1}));
        return joins;
    }

    private static boolean[] joined(Layer join, boolean[] first, boolean[] second) {
        return Plain.forward(join, new Tensor(1, 3, 1).mask(first), new Tensor(1, 3, 1).mask(second)).mask();
    }

    @Test
    void values() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2);
        Tensor add = Tensor.of(new float[] {10, 20, 30, 40}, 1, 2, 2);
        Tensor narrow = Tensor.of(new float[] {5, 6}, 1, 2, 1);
        Add sum = new Add();
        sum.build(Setup.of(null, 1), new int[] {2, 2}, new int[] {2, 2}, new int[] {2, 2});
        assertArrayEquals(new float[] {12, 24, 36, 48}, Plain.values(Plain.forward(sum, x, add, x)));
        Concatenate joined = new Concatenate();
        joined.build(Setup.of(null, 1), new int[] {2, 2}, new int[] {2, 1}, new int[] {2, 2});
        Tensor y = Plain.forward(joined, x, narrow, add);
        assertEquals("[1, 2, 5]", y.toString());
        assertArrayEquals(new float[] {1, 2, 5, 10, 20, 3, 4, 6, 30, 40}, Plain.values(y));
    }

    /** As Keras has it. */
    @Test
    void aStepCountsIfItDoesInAnyInput() {
        boolean[] one = {true, false, false};
        boolean[] two = {true, true, false};
        for (Layer join : joins()) {
            assertArrayEquals(two, Arrays.copyOf(joined(join, one, two), 3), join.kind());
            assertArrayEquals(two, Arrays.copyOf(joined(join, two, one), 3), join.kind());
            assertArrayEquals(one, Arrays.copyOf(joined(join, one, one.clone()), 3), join.kind() + ", after larger ones");
            assertSame(two, joined(join, two, two), join.kind());
            assertNull(joined(join, one, null), join.kind() + ": all steps of the second count");
            assertNull(joined(join, null, one), join.kind());
        }
    }

    @Test
    void refusesInputsOfOtherShapes() {
        List<Layer> joins = joins();
        Tensor wide = new Tensor(2, 3, 1);
        Tensor high = new Tensor(3, 2, 1);
        assertEquals("x[1]: expected [2, 3, 1], got [3, 2, 1]", assertThrows(IllegalArgumentException.class,
                () -> Plain.forward(joins.get(0), wide, high)).getMessage());
        assertEquals("x[1]: expected all axes but the last as those of [2, 3, 1], the last of size 1, got [3, 2, 1]",
                assertThrows(IllegalArgumentException.class, () -> Plain.forward(joins.get(1), wide, high)).getMessage());
    }
}
