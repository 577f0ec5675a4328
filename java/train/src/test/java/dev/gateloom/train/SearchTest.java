package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchTest {
    private final Search search = new Search().choice("units", 8, 16, 32).choice("rate", 0.1, 0.01);

    @Test
    void theGridHasEveryCombination() {
        List<Search.Setting> grid = search.grid();
        assertEquals(6, new HashSet<>(grid).size());
        assertEquals(8, grid.get(1).integer("units"));
        assertEquals(0.01, grid.get(1).number("rate"));
        assertThrows(IllegalArgumentException.class, () -> grid.get(0).value("depth"));
    }

    @Test
    void randomSettingsDiffer() {
        assertEquals(4, new HashSet<>(search.random(4, 1)).size());
        assertEquals(search.random(4, 1), search.random(4, 1));
        assertEquals(new HashSet<>(search.grid()), new HashSet<>(search.random(6, 3)));
        assertThrows(IllegalArgumentException.class, () -> search.random(7, 1));
    }

    @Test
    void theBestHasTheLeastScore() {
        Search.Result result = Search.best(search.grid(), s -> {
            if (s.number("rate") == 0.1 && s.integer("units") == 8) {
                return Double.NaN;
            }
            if (s.number("rate") == 0.1) {
                throw new ArithmeticException("diverged");
            }
            return Math.abs(s.integer("units") - 16);
        });
        assertEquals(16, result.setting().integer("units"));
        assertEquals(0, result.score());
        assertEquals(Double.POSITIVE_INFINITY, result.tried().get(search.grid().get(0)));
        assertEquals(6, result.tried().size());
    }
}
