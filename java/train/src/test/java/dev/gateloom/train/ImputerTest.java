package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ImputerTest {
    private static final float GAP = Float.NaN;

    /** Two columns; the last row is not fitted on. */
    private final float[] rows = {GAP, 10, 1, GAP, 2, 30, 9, 20, GAP, GAP, 1000, 1000};

    private float[] filled(Imputer.Strategy strategy) {
        float[] copy = rows.clone();
        Imputer.fit(strategy, copy, 2, 0, 5).transform(copy);
        return copy;
    }

    @Test
    void fillsWithWhatTheTrainingRowsHave() {
        assertArrayEquals(new float[] {4, 10, 1, 20, 2, 30, 9, 20, 4, 20, 1000, 1000}, filled(Imputer.Strategy.MEAN));
        assertArrayEquals(new float[] {2, 10, 1, 20, 2, 30, 9, 20, 2, 20, 1000, 1000}, filled(Imputer.Strategy.MEDIAN));
        assertArrayEquals(new float[] {2, 10, 1, 10, 2, 30, 9, 20, 9, 20, 1000, 1000},
                filled(Imputer.Strategy.FORWARD_FILL));
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        float[] column = {4, 1, 2, 100, GAP};
        Imputer.fit(Imputer.Strategy.MEDIAN, column, 1, 0, 4).transform(column);
        assertEquals(3, column[4]);
    }

    @Test
    void sequencesDoNotLookAtEachOther() {
        float[] two = {1, GAP, GAP, 7};
        Imputer.fit(Imputer.Strategy.FORWARD_FILL, two, 1, 0, 4).transform(two, 2);
        assertArrayEquals(new float[] {1, 1, 4, 7}, two);
    }

    @Test
    void otherRowsGetTheSameValues() {
        float[] other = {GAP, GAP};
        Imputer.fit(Imputer.Strategy.MEAN, rows, 2, 0, 5).transform(other);
        assertArrayEquals(new float[] {4, 20}, other);
    }

    @Test
    void refusesWhatCannotBeFitted() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> Imputer.fit(Imputer.Strategy.MEAN, rows, 2, 0, 1));
        assertEquals("rows: expected a value in column 0 of the rows fitted on, got none", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Imputer.fit(Imputer.Strategy.MEAN, rows, 5, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> Imputer.fit(Imputer.Strategy.MEAN, rows, 2, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> Imputer.fit(Imputer.Strategy.MEAN, rows, 2, 0, 7));
        Imputer imputer = Imputer.fit(Imputer.Strategy.MEAN, rows, 2, 0, 5);
        assertThrows(IllegalArgumentException.class, () -> imputer.transform(new float[3]));
        assertThrows(IllegalArgumentException.class, () -> imputer.transform(new float[6], 2));
    }
}
