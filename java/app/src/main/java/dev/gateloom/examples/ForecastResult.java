package dev.gateloom.examples;

import java.time.LocalDate;
import java.util.List;

/**
 * What {@link Forecast} found. All errors are root mean squares in °C over every window whose seven target days lie in
 * the scored year.
 *
 * @param engine name of the engine
 * @param scoredYear the year that was forecast
 * @param windows number of windows scored
 * @param rmse mean of the seeds' errors over all horizons
 * @param seeds one entry for each seed
 * @param rmseByHorizon mean over the seeds for one day ahead, two days ahead, …
 * @param baselines the methods to beat
 * @param seconds time of training and scoring of all seeds
 * @param points the days of the scored year that were forecast both one and seven days ahead, by the first seed
 */
public record ForecastResult(String engine, int scoredYear, int windows, double rmse, List<Seed> seeds,
        List<Double> rmseByHorizon, List<Baseline> baselines, double seconds, List<Point> points) {

    /**
     * One training run.
     *
     * @param seed of its initial weights, dropout masks and shuffling
     * @param rmse over all horizons
     * @param seconds time of its training and scoring
     */
    public record Seed(long seed, double rmse, double seconds) {
    }

    /**
     * A method without learning.
     *
     * @param name what it is called
     * @param explanation what it does
     * @param rmse over all horizons
     * @param rmseByHorizon for one day ahead, two days ahead, …
     */
    public record Baseline(String name, String explanation, double rmse, List<Double> rmseByHorizon) {
    }

    /**
     * A day as measured and as forecast, in °C.
     *
     * @param date the day
     * @param actual its highest temperature
     * @param oneDayAhead forecast on the eve
     * @param sevenDaysAhead forecast a week before
     * @param seasonalMean what is usual on that day
     */
    public record Point(LocalDate date, double actual, double oneDayAhead, double sevenDaysAhead,
            double seasonalMean) {
    }

    /**
     * Whether the forecast is better than every baseline.
     *
     * @return true if its error is the least
     */
    public boolean beatsAll() {
        return baselines.stream().allMatch(b -> rmse < b.rmse());
    }
}
