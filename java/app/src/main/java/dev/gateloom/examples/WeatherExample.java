package dev.gateloom.examples;

import dev.gateloom.examples.SevenDays.Way;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Seattle's daily maximum temperature for the next seven days, from the past two weeks: three ways to forecast, each from
 * the temperature alone and from five features. The last year of the data is scored, the years before are trained on, and
 * everything that is fitted is fitted to those. {@link Forecast} does one of them more carefully.
 *
 * <p>What is usual for a day is its mean in the years before, smoothed. That is a forecast too, and the hardest to beat.
 */
final class WeatherExample implements Example {
    private static final int HISTORY = 14;
    private static final int FEATURES = 5;

    @Override
    public String name() {
        return "weather";
    }

    @Override
    public String summary() {
        return "the next seven days of Seattle's maximum temperature, forecast in three ways";
    }

    @Override
    public int epochs() {
        return 15;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(Weather.RESOURCE);
    }

    @Override
    public Result run(Context context) throws IOException {
        Weather weather = context.read(Weather.RESOURCE, in -> checked(Weather.parse(Context.lines(in), "Seattle")));
        int days = weather.dates().size();
        int begin = weather.firstDayOf(weather.dates().get(days - 1).getYear());
        SeasonalMean mean = SeasonalMean.fitBest(weather.dates(), weather.tempMax(), 0, begin);
        float[] usual = new float[days + SevenDays.DAYS];
        for (int day = 0; day < usual.length; day++) {
            usual[day] = (float) mean.at(weather.dates().get(0).plusDays(day));
        }
        SevenDays task = new SevenDays(weather.dates(), weather.tempMax(), usual, HISTORY, begin, days);
        float[] rows = features(weather, usual, begin);

        Result result = Result.lowerIsBetter("RMSE of seven days, °C");
        for (int features : new int[] {1, FEATURES}) {
            float[] table = features == 1 ? first(rows) : rows;
            for (Way way : Way.values()) {
                double[][] forecasts = task.forecast(context, way + "-" + features, way, table, features);
                result.model(way + ", " + features + (features == 1 ? " feature" : " features"), task.rmse(forecasts));
                if (features == FEATURES && way == Way.DIRECT) {
                    context.save(task.plot("Maximum temperature, forecast directly from five features", "°C", forecasts, 365),
                            "forecast");
                }
            }
        }
        return task.baselines(result).baseline("that mean, smoothed", task.rmseOfUsual());
    }

    /** One year is scored; the smoothing is chosen by two or more. */
    private static Weather checked(Weather weather) {
        LocalDate last = weather.dates().isEmpty() ? null : weather.dates().get(weather.dates().size() - 1);
        if (last == null || last.getYear() - weather.dates().get(0).getYear() < 2 || last.getDayOfYear() < 12) {
            throw new IllegalArgumentException("expected at least three years of days in Seattle, the last with at least twelve of them, got "
                    + (last == null ? "none" : weather.dates().get(0) + " to " + last));
        }
        return weather;
    }

    /** Differences from what is usual, so that the network need not know the season; most days are dry, a few very wet. */
    private static float[] features(Weather weather, float[] usual, int begin) {
        SeasonalMean usualMin = SeasonalMean.fitBest(weather.dates(), weather.tempMin(), 0, begin);
        int days = weather.dates().size();
        float[] rows = new float[days * FEATURES];
        for (int day = 0; day < days; day++) {
            int at = day * FEATURES;
            rows[at] = weather.tempMax()[day] - usual[day];
            rows[at + 1] = (float) (weather.tempMin()[day] - usualMin.at(weather.dates().get(day)));
            rows[at + 2] = (float) Math.log1p(weather.precipitation()[day]);
            rows[at + 3] = weather.wind()[day];
            rows[at + 4] = weather.sun()[day];
        }
        return rows;
    }

    private static float[] first(float[] rows) {
        float[] column = new float[rows.length / FEATURES];
        for (int day = 0; day < column.length; day++) {
            column[day] = rows[day * FEATURES];
        }
        return column;
    }
}
