package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeatherTest {
    private static final String HEADER = "location,date,precipitation,temp_max,temp_min,wind,weather";

    @Test
    void readsFourYearsOfSeattle() {
        Weather weather = Weather.seattle();
        assertEquals(1461, weather.dates().size());
        assertEquals(LocalDate.of(2012, 1, 1), weather.dates().get(0));
        assertEquals(LocalDate.of(2015, 12, 31), weather.dates().get(1460));
        assertEquals(12.8f, weather.tempMax()[0]);
        assertEquals(5.0f, weather.tempMin()[0]);
        assertEquals(10.9f, weather.precipitation()[1]);
        assertEquals(4.7f, weather.wind()[0]);
        assertEquals(0, weather.sun()[0], "drizzle");
        assertEquals(1, weather.sun()[7]);
        assertEquals(1096, weather.firstDayOf(2015));
        assertEquals(1461, weather.firstDayOf(2016));
    }

    @Test
    void refusesGapsAndBrokenLines() {
        String day = "Seattle,2012-01-01,0,1,2,3,sun";
        assertEquals(1, Weather.parse(List.of(HEADER, day, "New York,2012-01-01,0,1,2,3,sun"), "Seattle")
                .dates().size());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> Weather.parse(List.of(HEADER, day, "Seattle,2012-01-03,0,1,2,3,sun"), "Seattle"));
        assertEquals("line 3: expected the day after the one before, got 2012-01-03", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Weather.parse(List.of(HEADER, "Seattle,2012"), "Seattle"));
        assertThrows(IllegalArgumentException.class, () -> Weather.parse(List.of(day), "Seattle"));
    }
}
