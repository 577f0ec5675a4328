package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.train.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SevenDaysTest {
    private static final int DAYS = 800;
    private static final int BEGIN = 730;           // 1 January 2003
    private static final List<LocalDate> DATES = Stream.iterate(LocalDate.of(2001, 1, 1), d -> d.plusDays(1)).limit(DAYS)
            .toList();

    @TempDir
    Path folder;

    private final StringWriter log = new StringWriter();

    private static SevenDays task(float[] actual) {
        return new SevenDays(DATES, actual, new float[DAYS + SevenDays.DAYS], 5, BEGIN, DAYS);
    }

    /** Two features: the series, and noise. */
    private double[][] forecast(SevenDays.Way way, float[] actual) throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        float[] table = new float[2 * DAYS];
        for (int day = 0; day < DAYS; day++) {
            table[2 * day] = actual[day];
            table[2 * day + 1] = (float) random.nextDouble();
        }
        try (RnnEngine engine = Engines.best()) {
            Context context = new Context(engine, 1, 6, null, folder, training -> new TrainingListener() { },
                    new PrintWriter(log));
            return task(actual).forecast(context, "model", way, table, 2);
        }
    }

    private static float[] wave() {
        float[] wave = new float[DAYS];
        for (int day = 0; day < DAYS; day++) {
            wave[day] = (float) (10 + 3 * Math.sin(0.9 * day));
        }
        return wave;
    }

    @ParameterizedTest
    @EnumSource
    void foretellsAWaveAndLooksAtNothingToCome(SevenDays.Way way) throws IOException {
        double[][] usual = forecast(way, wave());
        assertEquals(DAYS - BEGIN - SevenDays.DAYS + 1, usual.length);
        double rmse = task(wave()).rmse(usual);
        assertTrue(rmse < 1.5, way + ": " + rmse + ", the wave's own deviation is 2.1");
        float[] other = wave();
        Arrays.fill(other, BEGIN, DAYS, -50);
        double[][] changed = forecast(way, other);
        assertArrayEquals(usual[0], changed[0]);
        assertFalse(Arrays.equals(usual[1], changed[1]), "the second window knows the first scored day");
    }

    /** Days that are in no data. */
    @Test
    void saysWhatComesAfterTheLastDay() throws IOException {
        forecast(SevenDays.Way.DIRECT, wave());
        String intro = "model, the days after 2003-03-11: ";
        assertTrue(log.toString().startsWith(intro), log.toString());
        String[] days = log.toString().substring(intro.length()).strip().split(" ");
        assertEquals(SevenDays.DAYS, days.length);
        double squares = 0;
        for (int ahead = 0; ahead < days.length; ahead++) {
            squares += Math.pow(Double.parseDouble(days[ahead]) - (10 + 3 * Math.sin(0.9 * (DAYS + ahead))), 2);
        }
        assertTrue(Math.sqrt(squares / days.length) < 1.5, log + "the wave's own deviation is 2.1");
    }

    @Test
    void simpleForecastsLookWhereTheySay() {
        float[] actual = new float[DAYS];
        for (int day = 0; day < DAYS; day++) {
            actual[day] = day;
        }
        Result result = task(actual).baselines(Result.lowerIsBetter("m"));
        List<Double> errors = List.copyOf(result.baselines().values());
        assertEquals(Math.sqrt((1 + 4 + 9 + 16 + 25 + 36 + 49) / 7.0), errors.get(0), 1e-9, "1 to 7 days old");
        assertEquals(7, errors.get(1), 1e-9);
        assertEquals(365, errors.get(2), 1e-9);
        assertEquals(4, errors.size());
    }
}
