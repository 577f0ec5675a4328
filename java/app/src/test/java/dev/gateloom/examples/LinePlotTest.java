package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinePlotTest {

    @Test
    void ticksAreRoundNumbersInsideTheRange() {
        assertEquals(List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0), LinePlot.ticks(new double[] {-3, 101}));
        assertEquals(List.of(-1.0, 0.0, 1.0), LinePlot.ticks(new double[] {-1.5, 1.9}).stream()
                .filter(t -> t == Math.rint(t)).toList());
        assertEquals(List.of(), LinePlot.ticks(new double[] {1, 1}));
    }

    @Test
    void drawsEveryPointThatThereIs() {
        String svg = new LinePlot("a < b", "x", "y").curve("one", new double[] {0, 1, 2}, new double[] {0, Double.NaN, 1})
                .curve("two", new double[] {0, 2}, new double[] {1, 0}).draw().build();
        assertEquals(2, svg.lines().filter(l -> l.startsWith("<polyline")).count());
        assertTrue(svg.contains("points=\"70.0,370.0 840.0,60.0\""), svg);
        assertTrue(svg.contains("points=\"70.0,60.0 840.0,370.0\""), svg);
        assertTrue(svg.contains(">a &lt; b<") && svg.contains(">one<") && svg.contains(">two<"), svg);
    }

    @Test
    void aLogarithmicAxisLeavesOutWhatHasNoLogarithm() {
        String svg = new LinePlot("t", "x", "y").logarithmic()
                .curve("c", new double[] {0, 1, 2}, new double[] {1e-4, 0, 1}).draw().build();
        assertTrue(svg.contains("points=\"70.0,370.0 840.0,60.0\""), svg);
        assertTrue(svg.contains(">1e-4<") && svg.contains(">1e0<"), svg);
    }
}
