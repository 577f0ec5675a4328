package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StandardScalerTest {

    @Test
    void usesOnlyTheRowsItWasFittedOn() {
        float[] rows = {1, 7, 3, 7, 100, 9};
        StandardScaler scaler = StandardScaler.fit(rows, 2, 0, 2);
        assertEquals(2, scaler.mean(0));
        assertEquals(1, scaler.deviation(0));
        assertEquals(1, scaler.deviation(1), "a constant column is only shifted");
        scaler.transform(rows);
        assertArrayEquals(new float[] {-1, 0, 1, 0, 98, 2}, rows);
        assertEquals(100, scaler.inverse(0, 98));
    }

    @Test
    void refusesTablesThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> StandardScaler.fit(new float[5], 2, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> StandardScaler.fit(new float[4], 2, 0, 3));
        assertThrows(IllegalArgumentException.class, () -> StandardScaler.fit(new float[4], 2, 1, 1));
        StandardScaler scaler = StandardScaler.fit(new float[4], 2, 0, 2);
        assertThrows(IllegalArgumentException.class, () -> scaler.transform(new float[3]));
    }
}
