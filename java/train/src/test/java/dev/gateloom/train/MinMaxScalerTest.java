package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MinMaxScalerTest {

    @Test
    void fitsToItsRowsOnly() {
        float[] rows = {0, 5, 4, 5, 8, 100};
        MinMaxScaler scaler = MinMaxScaler.fit(rows, 2, 0, 2);
        scaler.transform(rows);
        assertArrayEquals(new float[] {0, 0, 1, 0, 2, 95}, rows);
        assertEquals(8, scaler.inverse(0, 2));
        assertThrows(IllegalArgumentException.class, () -> MinMaxScaler.fit(rows, 2, 0, 4));
        assertThrows(IllegalArgumentException.class, () -> scaler.transform(new float[3]));
    }
}
