package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

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

    /** Half of the rates lie below the geometric mean of the ends, half of the dropouts below the arithmetic one. */
    @Test
    void rangesAreDrawn() {
        Search wide = new Search().choice("units", 8, 16, 32).logUniform("rate", 1e-4, 1e-2).uniform("dropout", 0.2, 0.6);
        List<Search.Setting> drawn = wide.random(3000, 5);
        assertEquals(3000, new HashSet<>(drawn).size());
        assertEquals(drawn, wide.random(3000, 5));
        for (int units : new int[] {8, 16, 32}) {
            assertEquals(1000, drawn.stream().filter(s -> s.integer("units") == units).count());
        }
        assertTrue(drawn.stream().allMatch(s -> s.number("rate") >= 1e-4 && s.number("rate") <= 1e-2
                && s.number("dropout") >= 0.2 && s.number("dropout") <= 0.6));
        // 5 standard deviations of a binomial distribution
        assertEquals(1500, drawn.stream().filter(s -> s.number("rate") < 1e-3).count(), 137);
        assertEquals(1500, drawn.stream().filter(s -> s.number("dropout") < 0.4).count(), 137);
        assertEquals(1, new Search().uniform("x", 0, 1).random(1, 1).size(), "without choices");
    }

    @Test
    void refusesRangesThatAreNone() {
        Search one = new Search().uniform("rate", 0, 1);
        assertEquals("grid: expected choices only, or random, got the ranges [rate]", refused(one::grid));
        assertEquals("count: expected at least 1, got 0", refused(() -> one.random(0, 1)));
        assertEquals("name: expected each name once, got rate twice", refused(() -> one.choice("rate", 1)));
        assertEquals("name: expected each name once, got units twice", refused(() -> search.logUniform("units", 1, 2)));
        assertEquals("least: expected above 0 and below 1.0, by a finite factor, got 0.0", refused(() -> search.logUniform("x", 0, 1)));
        assertEquals("least: expected below 1.0, by a finite width, got 1.0", refused(() -> search.uniform("x", 1, 1)));
    }

    /** Where the ends are finite but what lies between them is not. */
    @Test
    void refusesRangesOfInfiniteWidth() {
        double most = Double.MAX_VALUE;
        assertEquals("least: expected below " + most + ", by a finite width, got " + -most,
                refused(() -> search.uniform("x", -most, most)));
        assertEquals("least: expected above 0 and below " + most + ", by a finite factor, got " + Double.MIN_VALUE,
                refused(() -> search.logUniform("x", Double.MIN_VALUE, most)));
        double infinite = Double.POSITIVE_INFINITY;
        for (double[] ends : new double[][] {{0, infinite}, {-infinite, 0}, {1, infinite}, {1, Double.NaN}, {Double.NaN, 1}}) {
            refused(() -> search.uniform("x", ends[0], ends[1]));
            refused(() -> search.logUniform("x", ends[0], ends[1]));
        }
        Search wide = new Search().uniform("x", -most / 2, most / 2).logUniform("y", Double.MIN_NORMAL, 1);
        assertTrue(wide.random(100, 1).stream().allMatch(s -> Math.abs(s.number("x")) <= most / 2
                && s.number("y") >= Double.MIN_NORMAL && s.number("y") <= 1));
    }

    private static String refused(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void theBestHasTheLeastScore() {
        Search.Result result = Search.best(search.grid(), s -> {
            if (s.number("rate") == 0.1 && s.integer("units") == 8) {
                return Double.NaN;
            }
            if (s.number("rate") == 0.1) {
                throw new DivergenceException("diverged");
            }
            return Math.abs(s.integer("units") - 16);
        });
        assertEquals(16, result.setting().integer("units"));
        assertEquals(0, result.score());
        assertEquals(Double.POSITIVE_INFINITY, result.tried().get(search.grid().get(0)));
        assertEquals(6, result.tried().size());
    }

    /** They are somebody's mistake, no bad setting. */
    @Test
    void otherExceptionsGetOut() {
        assertThrows(ArithmeticException.class, () -> Search.best(search.grid(), s -> s.integer("units") / (int) s.number("rate")));
    }
}
