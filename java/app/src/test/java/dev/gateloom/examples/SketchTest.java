package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.train.Batch;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class SketchTest {
    /** A corner, then a dot. */
    private static final Sketch CORNER = new Sketch("corner", List.of(new double[][] {{10, 10}, {10, 30}, {50, 30}},
            new double[][] {{30, 20}}));

    @Test
    void theNetworkReadsWays() {
        assertArrayEquals(new float[][] {{0, 0, 0}, {0, 0.5f, 0}, {1, 0, 1}, {-0.5f, -0.25f, 1}}, CORNER.offsets());
        assertArrayEquals(new float[] {2, 4, 60, 10, 10, 40, 20}, CORNER.measures());
        Sketch dot = new Sketch("dot", List.<double[][]>of(new double[][] {{5, 5}}));
        assertArrayEquals(new float[][] {{0, 0, 1}}, dot.offsets());
        assertThrows(IllegalArgumentException.class, () -> new Sketch("nothing", List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Sketch("nothing", List.<double[][]>of(new double[0][])));
    }

    @Test
    void readsWhatSketchRnnReads() {
        Sketch sketch = Sketch.ofOffsets("x", new int[][] {{1, 2, 0}, {3, 4, 1}, {-1, 0, 0}});
        assertEquals(2, sketch.strokes().size());
        assertArrayEquals(new double[][] {{1, 2}, {4, 6}}, sketch.strokes().get(0));
        assertArrayEquals(new double[][] {{3, 6}}, sketch.strokes().get(1), "a last stroke without a lifted pen");
    }

    @Test
    void refusesPointsThatAreNowhere() {
        for (double x : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertEquals("strokes of s: expected finite numbers, got " + x + ", 2.0", assertThrows(
                    IllegalArgumentException.class, () -> new Sketch("s", List.<double[][]>of(new double[][] {{x, 2}})))
                    .getMessage());
        }
    }

    @Test
    void isDrawnInsideItsSquare() {
        Svg picture = new Svg(200, 200);
        CORNER.draw(picture, 100, 100, 100, "black");
        assertTrue(picture.build().contains("points=\"110.0,130.0 110.0,170.0 190.0,170.0\""), picture.build());
    }

    @Test
    void shortDrawingsStandAtTheEnd() {
        List<Sketch> sketches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sketches.add(CORNER);
            sketches.add(new Sketch("dot", List.<double[][]>of(new double[][] {{5, 5}})));
        }
        SketchData data = SketchData.of(sketches);
        assertEquals(List.of("corner", "dot"), data.labels());
        assertArrayEquals(new int[] {8, 9}, data.split().held());
        Batch batch = new Batch(1);
        data.samples(5).gather(new int[] {0, 1}, 0, 2, batch);
        float[] x = batch.input(0).values();
        float unit = (float) (1 / Math.sqrt((0.25 + 1 + 0.25 + 0.0625) * 4 / (5 * 4 * 2)));      // of four of each
        float[] expected = {0, 0, 0, 0, 0, 0, 0, 0.5f * unit, 0, unit, 0, 1, -0.5f * unit, -0.25f * unit, 1};
        for (int k = 0; k < expected.length; k++) {
            assertEquals(expected[k], x[k], 1e-5f, "value " + k);
        }
        data.samples(2).gather(new int[] {0, 1}, 0, 2, batch);
        assertEquals(1, batch.input(0).values()[2], "the last two points of four");
        assertEquals(-0.5f * unit, batch.input(0).values()[3], 1e-5f);
        assertEquals(1, batch.target().values()[1]);
    }

    @Test
    void charactersAreThere() throws IOException {
        try (InputStream in = new GZIPInputStream(Example.class.getResourceAsStream(HanziStrokes.RESOURCE))) {
            List<Sketch> all = HanziStrokes.parse(Context.lines(in));
            assertEquals(3628, all.size());
            SketchData data = SketchData.of(all);
            assertEquals(10, data.labels().size());
            assertTrue(data.labels().contains("\u2F54"), "water, radical 85");
            assertEquals(3628 / 5, data.split().held().length, 10);
        }
    }

    @Test
    void wrongCharactersAreRefused() {
        for (String line : List.of("x\t85", "x\twater\t1,2", "x\t85\t1,2 3", "x\t85\t")) {
            assertThrows(IllegalArgumentException.class, () -> HanziStrokes.parse(List.of("char\tradical\tstrokes", line)), line);
        }
    }
}
