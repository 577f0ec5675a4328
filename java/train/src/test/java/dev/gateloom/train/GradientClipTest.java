package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.nn.Trainable;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientClipTest {
    private final float[] a = {3};
    private final float[] b = {0, 4};
    private final List<Trainable> parameters = List.of(new Trainable("a", new float[1], a, () -> { }),
            new Trainable("b", new float[2], b, () -> { }));

    @Test
    void scalesAllGradientsTogether() {
        assertEquals(5, GradientClip.byGlobalNorm(parameters, 2));
        assertEquals(3 * 2 / 5.000001, a[0], 1e-7);
        assertEquals(4 * 2 / 5.000001, b[1], 1e-7);
    }

    @Test
    void leavesSmallGradientsAlone() {
        assertEquals(5, GradientClip.byGlobalNorm(parameters, 5.1));
        assertEquals(5, GradientClip.byGlobalNorm(parameters, Double.POSITIVE_INFINITY));
        assertArrayEquals(new float[] {3}, a);
        assertArrayEquals(new float[] {0, 4}, b);
    }

    @Test
    void eachByItself() {
        assertEquals(5, GradientClip.byNorm(parameters, 3.5));
        assertArrayEquals(new float[] {3}, a);
        assertEquals(4 * 3.5 / 4.000001, b[1], 1e-6);
    }

    @Test
    void eachValueByItself() {
        b[0] = -7;
        assertEquals(Math.sqrt(9 + 49 + 16), GradientClip.byValue(parameters, 3.5), 1e-12);
        assertArrayEquals(new float[] {3}, a);
        assertArrayEquals(new float[] {-3.5f, 3.5f}, b);
    }

    @Test
    void refusesALimitThatIsNotPositive() {
        assertThrows(IllegalArgumentException.class, () -> GradientClip.byGlobalNorm(parameters, 0));
        assertThrows(IllegalArgumentException.class, () -> GradientClip.byGlobalNorm(parameters, Double.NaN));
    }
}
