package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.nn.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private final float[] rows = {0, 100, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105, 6, 106};
    private final float[] series = {10, 11, 12, 13, 14, 15, 16};

    @Test
    void targetsLieInTheirPartAndInputsJustBefore() {
        Windows windows = new Windows(rows, series, 2, 3, 3, 7);
        assertEquals(2, windows.size(), "targets 3–5 and 4–6");
        assertEquals(2, windows.features());
        assertEquals(4, windows.origin(1));
        Batch batch = new Batch(1);
        windows.gather(new int[] {0, 1, 0}, 1, 2, batch);
        Tensor x = batch.input(0);
        Tensor target = batch.target();
        assertEquals("[2, 2, 2]", x.toString());
        assertArrayEquals(new float[] {2, 102, 3, 103, 1, 101, 2, 102}, Arrays.copyOf(x.values(), x.size()));
        assertEquals("[2, 3]", target.toString());
        assertArrayEquals(new float[] {14, 15, 16, 13, 14, 15}, Arrays.copyOf(target.values(), target.size()));
    }

    /** What a forecaster is for: the targets of this window are nowhere in the series. */
    @Test
    void theFutureFollowsTheLastRow() {
        Dataset future = new Windows(rows, series, 2, 3, 3, 7).future();
        Batch batch = new Batch(future.inputs());
        future.gather(new int[] {0}, 0, future.size(), batch);
        Tensor x = batch.input(0);
        assertEquals("[1, 2, 2]", x.toString());
        assertArrayEquals(new float[] {5, 105, 6, 106}, Arrays.copyOf(x.values(), x.size()));
        assertEquals("[0]", batch.target().toString());
        new Windows(rows, series, 2, 3, 3, 6).future().gather(new int[] {0}, 0, 1, batch);
        assertArrayEquals(new float[] {4, 104, 5, 105}, Arrays.copyOf(x.values(), x.size()), "of a part: what follows that");
    }

    @Test
    void refusesPartsThatDoNotFit() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new Windows(rows, series, 4, 3, 3, 7));
        assertEquals("begin: expected at least history = 4, got 3", e.getMessage());
        assertEquals("end: expected at most 7, the number of rows, got 8", refused(rows, 3, 8));
        assertEquals("end: expected at least begin + horizon = 6, or there is no window, got 5", refused(rows, 3, 5));
        assertEquals("end: expected at most 7, the number of rows, got 11", refused(rows, 9, 11));
        assertEquals("rows: expected as many rows as series has values, 7, all of the same length, got 13 values",
                refused(new float[13], 3, 7));
        Windows windows = new Windows(rows, series, 2, 3, 3, 7);
        assertThrows(IllegalArgumentException.class,
                () -> windows.gather(new int[] {2}, 0, 1, new Batch(1)));
    }

    private String refused(float[] table, int begin, int end) {
        return assertThrows(IllegalArgumentException.class, () -> new Windows(table, series, 2, 3, begin, end)).getMessage();
    }
}
