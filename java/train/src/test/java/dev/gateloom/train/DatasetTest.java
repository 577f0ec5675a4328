package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.nn.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DatasetTest {

    private static float[] values(Tensor t) {
        return Arrays.copyOf(t.values(), t.size());
    }

    @Test
    void samples() {
        Samples data = new Samples(3).input(new float[] {1, 2, 3, 4, 5, 6}, 2).input(new float[] {7, 8, 9},
                new boolean[] {true, false, true}, 1, 1).target(new float[] {0, 1, 2}, 1);
        Batch batch = new Batch(2);
        data.gather(new int[] {9, 2, 1}, 1, 2, batch);
        assertArrayEquals(new float[] {5, 6, 3, 4}, values(batch.input(0)));
        assertNull(batch.input(0).mask());
        assertEquals("[2, 1, 1]", batch.input(1).toString());
        assertArrayEquals(new boolean[] {true, false}, batch.input(1).mask());
        assertArrayEquals(new float[] {2, 1}, values(batch.target()));
        assertThrows(IllegalArgumentException.class, () -> new Samples(3).input(new float[5], 2));
    }

    @Test
    void tokensArePaddedToTheLongestOfABatch() {
        Tokens data = Tokens.translation(new int[][] {{5}, {6, 7, 8}, {9, 9}}, new int[][] {{3, 4}, {}, {3}}, 1, 2);
        Batch batch = new Batch(2);
        data.gather(new int[] {0, 2}, 0, 2, batch);
        assertEquals("[2, 2]", batch.input(0).toString());
        assertArrayEquals(new float[] {5, 0, 9, 9}, values(batch.input(0)));
        assertArrayEquals(new boolean[] {true, false, true, true}, Arrays.copyOf(batch.input(0).mask(), 4));
        assertArrayEquals(new float[] {1, 3, 4, 1, 3, 0}, values(batch.input(1)));
        assertArrayEquals(new float[] {3, 4, 2, 3, 2, -100}, values(batch.target()));
        assertEquals(3, data.length(1));
        assertThrows(IllegalArgumentException.class, () -> new Tokens(1).input(new int[][] {{}}));
    }

    @Test
    void chunksGoOnWhereTheOneBeforeEnded() {
        int[] tokens = new int[14];
        Arrays.setAll(tokens, i -> i);
        Chunks data = new Chunks(tokens, 2, 3);
        assertEquals(4, data.size(), "two chunks of two streams; 6 is left over in each");
        Batch batch = new Batch(1);
        data.gather(new int[] {0, 1, 2, 3}, 0, 2, batch);
        assertArrayEquals(new float[] {0, 1, 2, 6, 7, 8}, values(batch.input(0)));
        assertArrayEquals(new float[] {1, 2, 3, 7, 8, 9}, values(batch.target()));
        data.gather(new int[] {0, 1, 2, 3}, 2, 2, batch);
        assertArrayEquals(new float[] {3, 4, 5, 9, 10, 11}, values(batch.input(0)));
        assertThrows(IllegalArgumentException.class, () -> data.gather(new int[] {0, 1, 2, 3}, 0, 3, batch));
        assertThrows(IllegalArgumentException.class, () -> new Chunks(tokens, 2, 7));
    }

    @Test
    void aSplitTakesTheLastPart() {
        float[] x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        Subset[] parts = Subset.split(new Samples(10).input(x, 1).target(x, 1), 0.2);
        assertEquals(8, parts[0].size());
        Batch batch = new Batch(1);
        parts[1].gather(new int[] {1, 0}, 0, 2, batch);
        assertArrayEquals(new float[] {9, 8}, values(batch.input(0)));
        assertThrows(IllegalArgumentException.class, () -> Subset.split(new Chunks(new int[9], 2, 2), 0.2));
    }
}
