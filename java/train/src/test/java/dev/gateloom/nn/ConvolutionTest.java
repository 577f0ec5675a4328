package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Convolution and pooling by hand: what a window sees at the ends. */
class ConvolutionTest {
    private static final Tensor LINE = Tensor.of(new float[] {1, 2, 3, 4, 5}, 1, 5, 1);

    private static float[] conv(Padding padding, int stride) {
        Conv1D conv = new Conv1D(1, 3);
        conv.padding(padding).strides(stride).build(Setup.of(null, 1), new int[] {5, 1});
        Plain.set(conv, "weight", 100, 10, 1);
        Plain.set(conv, "bias", 0.5f);
        return Plain.values(Plain.forward(conv, LINE));
    }

    @Test
    void paddingsOfOneAxis() {
        assertArrayEquals(new float[] {123.5f, 234.5f, 345.5f}, conv(Padding.VALID, 1));
        assertArrayEquals(new float[] {123.5f, 345.5f}, conv(Padding.VALID, 2));
        assertArrayEquals(new float[] {12.5f, 123.5f, 234.5f, 345.5f, 450.5f}, conv(Padding.SAME, 1));
        assertArrayEquals(new float[] {12.5f, 234.5f, 450.5f}, conv(Padding.SAME, 2));
        assertArrayEquals(new float[] {1.5f, 12.5f, 123.5f, 234.5f, 345.5f}, conv(Padding.CAUSAL, 1));
        assertArrayEquals(new float[] {1.5f, 123.5f, 345.5f}, conv(Padding.CAUSAL, 2));
    }

    /** With an even window the smaller half of the zeros stands in front. */
    @Test
    void anEvenWindowSeesMoreBehind() {
        Conv1D conv = new Conv1D(1, 2);
        conv.padding(Padding.SAME).useBias(false).build(Setup.of(null, 1), new int[] {5, 1});
        Plain.set(conv, "weight", 10, 1);
        assertArrayEquals(new float[] {12, 23, 34, 45, 50}, Plain.values(Plain.forward(conv, LINE)));
    }

    @Test
    void twoAxesAndChannels() {
        Conv2D conv = new Conv2D(2, 2);
        conv.useBias(false).build(Setup.of(null, 1), new int[] {2, 3, 2});
        // filter 0 sums channel 0 of the window, filter 1 takes channel 1 at its lower right
        Plain.set(conv, "weight", 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        Tensor x = Tensor.of(new float[] {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60}, 1, 2, 3, 2);
        Tensor y = Plain.forward(conv, x);
        assertEquals("[1, 1, 2, 2]", y.toString());
        assertArrayEquals(new float[] {1 + 2 + 4 + 5, 50, 2 + 3 + 5 + 6, 60}, Plain.values(y));
    }

    /** Inputs are powers of two, weights 1 to 8: another place of any weight gives another sum. */
    @Test
    void threeAxes() {
        Conv3D conv = Plain.built(new Conv3D(1, 2), 3, 2, 2, 1);
        Plain.set(conv, "weight", 1, 2, 3, 4, 5, 6, 7, 8);
        Plain.set(conv, "bias", 0.5f);
        Tensor x = new Tensor(1, 3, 2, 2, 1);
        for (int i = 0; i < x.size(); i++) {
            x.values()[i] = 1 << i;
        }
        Tensor y = Plain.forward(conv, x);
        assertEquals("[1, 2, 1, 1, 1]", y.toString());
        int sum = 1 + 2 * 2 + 3 * 4 + 4 * 8 + 5 * 16 + 6 * 32 + 7 * 64 + 8 * 128;
        assertArrayEquals(new float[] {sum + 0.5f, 16 * sum + 0.5f}, Plain.values(y), "the second begins four values later");
    }

    @Test
    void everyImageByItself() {
        Convolution conv = new Conv2D(1, 2).useBias(false);
        Layer layer = Plain.built(new TimeDistributed(conv), 2, 2, 3, 1);
        Plain.set(conv, "weight", 1000, 100, 10, 1);
        Tensor y = Plain.forward(layer, Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 3, 2, 1, 6, 5, 4}, 1, 2, 2, 3, 1));
        assertEquals("[1, 2, 1, 2, 1]", y.toString());
        assertArrayEquals(new float[] {1245, 2356, 3265, 2154}, Plain.values(y));
    }

    @Test
    void pooling() {
        Tensor x = Tensor.of(new float[] {1, 5, 2, 4, 3}, 1, 5, 1);
        assertArrayEquals(new float[] {5, 4}, pooled(new MaxPooling(2), x));
        assertArrayEquals(new float[] {5, 4, 3}, pooled(new MaxPooling(2).padding(Padding.SAME), x));
        assertArrayEquals(new float[] {3, 3}, pooled(new AveragePooling(2), x));
        assertArrayEquals(new float[] {3, 3, 3}, pooled(new AveragePooling(2).padding(Padding.SAME), x),
                "zeros outside do not count");
        assertArrayEquals(new float[] {5, 5, 4, 4}, pooled(new MaxPooling(2).strides(1), x));
        assertArrayEquals(new float[] {5}, pooled(GlobalPooling.max(), x));
        assertArrayEquals(new float[] {3}, pooled(GlobalPooling.average(), x));
    }

    /** What stands at masked steps may be anything; a sample without any other has zeros. */
    @Test
    void globalPoolingLeavesOutMaskedSteps() {
        Tensor x = Tensor.of(new float[] {-1, -2, Float.NaN, 9, -3, -5, 7, 7, 7, 7, 7, 7}, 2, 3, 2)
                .mask(new boolean[] {true, false, true, false, false, false});
        assertArrayEquals(new float[] {-1, -2, 0, 0}, Plain.values(Plain.forward(Plain.built(GlobalPooling.max(), 3, 2), x)));
        assertArrayEquals(new float[] {-2, -3.5f, 0, 0},
                Plain.values(Plain.forward(Plain.built(GlobalPooling.average(), 3, 2), x)));
    }

    @Test
    void globalMaximumOfMaskedStepsIsNanIfOneThatCountsIs() {
        Tensor x = Tensor.of(new float[] {Float.NaN, 1, 2}, 1, 3, 1).mask(new boolean[] {true, false, true});
        assertArrayEquals(new float[] {Float.NaN}, Plain.values(Plain.forward(Plain.built(GlobalPooling.max(), 3, 1), x)));
    }

    private static float[] pooled(Layer layer, Tensor x) {
        return Plain.values(Plain.forward(Plain.built(layer, 5, 1), x));
    }

    @Test
    void refusals() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> Plain.built(new Conv1D(1, 4), 3, 1));
        assertEquals("x: expected at least 4 values along axis 1, got 3", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Plain.built(new Conv2D(1, 2).padding(Padding.CAUSAL), 3, 3, 1));
        assertThrows(IllegalArgumentException.class, () -> Plain.built(new Conv2D(1, 2), 3, 1), "an axis too few");
        assertThrows(IllegalArgumentException.class, () -> new MaxPooling(2).padding(Padding.CAUSAL));
    }
}
