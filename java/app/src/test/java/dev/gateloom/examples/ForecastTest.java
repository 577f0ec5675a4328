package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.train.TrainingListener;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static RnnEngine engine;

    @BeforeAll
    static void open() {
        engine = Engines.best();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void beatsEveryBaselineIn2015() {
        ForecastResult result = Forecast.seattle().run(engine, Forecast.Settings.chosen(), List.of(1L, 2L, 3L),
                seed -> silent());
        assertTrue(result.beatsAll(), result.rmse() + " against " + result.baselines());
        assertEquals(2015, result.scoredYear());
        assertEquals(365 - 6, result.windows());
        assertEquals(3, result.seeds().size());
        assertEquals(result.seeds().stream().mapToDouble(ForecastResult.Seed::rmse).average().orElseThrow(),
                result.rmse(), 1e-12);
        for (ForecastResult.Seed seed : result.seeds()) {
            assertTrue(result.baselines().stream().allMatch(b -> seed.rmse() < b.rmse()), "each seed: " + seed);
        }
        assertEquals(List.of("persistence", "same day last year", "seasonal mean", "seasonal mean, smoothed"),
                result.baselines().stream().map(ForecastResult.Baseline::name).toList());
        assertTrue(result.rmseByHorizon().get(0) < result.rmseByHorizon().get(6), "tomorrow is easier than next week");
    }

    @Test
    void thePlotHasEveryDayForecastBothWays() {
        ForecastResult result = Forecast.seattle().run(engine, Forecast.Settings.chosen().withEpochs(1), List.of(1L),
                seed -> silent());
        assertEquals(353, result.points().size());
        ForecastResult.Point first = result.points().get(0);
        assertEquals(LocalDate.of(2015, 1, 7), first.date(), "the first with a forecast of a week before");
        assertEquals(LocalDate.of(2015, 12, 25), result.points().get(352).date());
        Weather weather = Weather.seattle();
        assertEquals(weather.tempMax()[weather.dates().indexOf(first.date())], first.actual());
    }

    /** Whatever 2015 is like, the forecast made on the last evening of 2014 is the same. */
    @Test
    void doesNotLookAtTheScoredYear() {
        Weather other = Weather.seattle();
        for (int day = other.firstDayOf(2015); day < other.dates().size(); day++) {
            other.tempMax()[day] = 50;
            other.tempMin()[day] = -50;
            other.precipitation()[day] = 1000;
            other.wind()[day] = 100;
        }
        Forecast.Settings brief = Forecast.Settings.chosen().withEpochs(1);
        double[][] changed = new Forecast(other, 2015).trainAndForecast(engine, brief, 1, silent());
        double[][] usual = Forecast.seattle().trainAndForecast(engine, brief, 1, silent());
        assertArrayEquals(usual[0], changed[0]);
        assertFalse(Arrays.equals(usual[1], changed[1]), "the second window reads 1 January 2015");
    }

    @Test
    void sameSeedSameForecast() {
        Forecast.Settings brief = Forecast.Settings.chosen().withEpochs(1);
        double[][] first = Forecast.seattle().trainAndForecast(engine, brief, 1, silent());
        assertArrayEquals(first, Forecast.seattle().trainAndForecast(engine, brief, 1, silent()));
        assertFalse(Arrays.deepEquals(first, Forecast.seattle().trainAndForecast(engine, brief, 2, silent())));
    }

    private static TrainingListener silent() {
        return new TrainingListener() { };
    }
}
