package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void medianIsTheMiddle() {
        assertEquals(3, Statistics.median(9, 1, 3));
        assertEquals(2.5, Statistics.median(4, 1, 3, 2));
        assertEquals(7, Statistics.median(7));
    }

    @Test
    void oneDisturbedMeasurementDoesNotMatter() {
        assertEquals(Statistics.median(1, 2, 3, 4, 5), Statistics.median(1, 2, 3, 4, 5000));
    }

    @Test
    void spreadIsHalfTheQuartileDistance() {
        assertEquals(1, Statistics.spread(1, 2, 3, 4, 5));
        assertEquals(0, Statistics.spread(4));
    }

    @Test
    void geometricMeanOfARatioAndItsInverseIsOne() {
        assertEquals(1, Statistics.geometricMean(2, 0.5), 1e-12);
        assertEquals(2, Statistics.geometricMean(1, 2, 4), 1e-12);
    }

    @Test
    void nothingHasNoMedian() {
        assertThrows(IllegalArgumentException.class, Statistics::median);
        assertThrows(IllegalArgumentException.class, Statistics::geometricMean);
    }
}
