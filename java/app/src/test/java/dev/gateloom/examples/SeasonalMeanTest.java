package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeasonalMeanTest {
    private static final LocalDate START = LocalDate.of(2013, 1, 1);
    private static final List<LocalDate> THREE_YEARS = START.datesUntil(LocalDate.of(2016, 1, 1)).toList();

    @Test
    void isTheMeanOfADateOverTheYears() {
        float[] values = new float[THREE_YEARS.size()];
        values[0] = 3;              // 1 January 2013
        values[365] = 6;            // 1 January 2014
        values[364] = 30;           // 31 December 2013
        SeasonalMean mean = SeasonalMean.fit(THREE_YEARS, values, 0, values.length, 0);
        assertEquals(3, mean.at(LocalDate.of(2020, 1, 1)), 1e-12);
        assertEquals(10, mean.at(LocalDate.of(2020, 12, 31)), 1e-12);
        assertEquals(mean.at(LocalDate.of(2020, 2, 28)), mean.at(LocalDate.of(2020, 2, 29)));
        SeasonalMean firstYear = SeasonalMean.fit(THREE_YEARS, values, 0, 365, 0);
        assertEquals(3, firstYear.at(LocalDate.of(2020, 1, 1)), 1e-12, "later years are not looked at");
    }

    @Test
    void smoothsAroundTheTurnOfTheYear() {
        float[] values = new float[THREE_YEARS.size()];
        values[0] = 3;
        values[365] = 6;
        values[364] = 30;
        // 31 December, 1 and 2 January of three years: nine days
        SeasonalMean mean = SeasonalMean.fit(THREE_YEARS, values, 0, values.length, 1);
        assertEquals(39 / 9.0, mean.at(LocalDate.of(2020, 1, 1)), 1e-12);
    }

    @Test
    void choosesTheWidthByTheOtherYears() {
        Random random = new Random(3);
        float[] noise = new float[THREE_YEARS.size()];
        float[] sharp = new float[THREE_YEARS.size()];
        for (int day = 0; day < noise.length; day++) {
            noise[day] = (float) random.nextGaussian();
            sharp[day] = THREE_YEARS.get(day).getDayOfMonth() % 2;
        }
        assertTrue(SeasonalMean.fitBest(THREE_YEARS, noise, 0, noise.length).halfWidth() >= 20);
        assertEquals(0, SeasonalMean.fitBest(THREE_YEARS, sharp, 0, sharp.length).halfWidth());
        assertThrows(IllegalArgumentException.class, () -> SeasonalMean.fitBest(THREE_YEARS, noise, 0, 365));
    }
}
