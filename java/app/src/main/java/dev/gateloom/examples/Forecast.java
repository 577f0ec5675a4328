package dev.gateloom.examples;

import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.StandardScaler;
import dev.gateloom.train.Trainer;
import dev.gateloom.train.TrainingListener;
import dev.gateloom.train.Windows;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Forecasts the next seven days of Seattle's daily maximum temperature: a two-layer LSTM reads the past two weeks
 * and a dense layer gives seven numbers. It learns the difference from the seasonal mean, so that what is usual need not
 * be learnt. Inputs of a day: its maximum and minimum as differences from their seasonal means, precipitation, wind.
 * Seasonal means and scaling are fitted to the training years only.
 *
 * <p>By default 2015 is scored after training on 2012 to 2014. The settings were chosen inside 2012 to 2014: by the
 * score on 2014 after training on 2012 and 2013 ({@link #validation}). The sine and cosine of the date as further inputs
 * did not help there: with so few years they let the network learn single weeks by heart, as does less weight decay.
 */
public final class Forecast {
    /** Days forecast. */
    public static final int HORIZON = 7;
    private static final int FEATURES = 4;

    private final Weather weather;
    private final int scoredYear;
    private final int trainEnd;         // first day that is not trained on
    private final int scoreEnd;
    private final SeasonalMean usual;   // of tempMax
    private final float[] rows;         // [days, FEATURES], scaled
    private final float[] target;       // [days], scaled difference from the usual tempMax
    private final StandardScaler scaler;

    /**
     * What was chosen by validation.
     *
     * @param history days that the network reads
     * @param hiddenSize units of each LSTM layer
     * @param dropout between the layers
     * @param weightDecay L2 penalty on all parameters
     * @param learningRate of Adam at the start; it falls to 0 along a cosine
     * @param batchSize windows of an update
     * @param epochs rounds over the training windows
     */
    public record Settings(int history, int hiddenSize, float dropout, double weightDecay, double learningRate,
            int batchSize, int epochs) {

        /**
         * The choice.
         *
         * @return the settings that did best on 2014 after training on 2012 and 2013
         */
        public static Settings chosen() {
            return new Settings(14, 32, 0.2f, 2e-3, 5e-3, 32, 20);
        }

        /**
         * The same with another number of rounds.
         *
         * @param newEpochs rounds, at least 1
         * @return the settings
         */
        public Settings withEpochs(int newEpochs) {
            return new Settings(history, hiddenSize, dropout, weightDecay, learningRate, batchSize, newEpochs);
        }
    }

    Forecast(Weather weather, int scoredYear) {
        this.weather = weather;
        this.scoredYear = scoredYear;
        trainEnd = weather.firstDayOf(scoredYear);
        scoreEnd = weather.firstDayOf(scoredYear + 1);
        usual = SeasonalMean.fitBest(weather.dates(), weather.tempMax(), 0, trainEnd);
        SeasonalMean usualMin = SeasonalMean.fitBest(weather.dates(), weather.tempMin(), 0, trainEnd);
        int days = weather.dates().size();
        rows = new float[days * FEATURES];
        for (int day = 0; day < days; day++) {
            LocalDate date = weather.dates().get(day);
            int at = day * FEATURES;
            rows[at] = (float) (weather.tempMax()[day] - usual.at(date));
            rows[at + 1] = (float) (weather.tempMin()[day] - usualMin.at(date));
            rows[at + 2] = (float) Math.log1p(weather.precipitation()[day]);    // most days are dry, a few very wet
            rows[at + 3] = weather.wind()[day];
        }
        scaler = StandardScaler.fit(rows, FEATURES, 0, trainEnd);
        scaler.transform(rows);
        target = new float[days];
        for (int day = 0; day < days; day++) {
            target[day] = rows[day * FEATURES];
        }
    }

    /**
     * Scores 2015 after training on 2012 to 2014.
     *
     * @return the task
     */
    public static Forecast seattle() {
        return new Forecast(Weather.seattle(), 2015);
    }

    /**
     * Scores 2014 after training on 2012 and 2013: for choosing settings.
     *
     * @return the task
     */
    public static Forecast validation() {
        return new Forecast(Weather.seattle(), 2014);
    }

    /**
     * Trains once for each seed and scores.
     *
     * @param engine computes
     * @param settings sizes and lengths
     * @param seeds at least one
     * @param progress gives a listener for each seed
     * @return errors, baselines and the forecast
     */
    public ForecastResult run(RnnEngine engine, Settings settings, List<Long> seeds,
            LongFunction<TrainingListener> progress) {
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("seeds: expected at least one, got none");
        }
        List<ForecastResult.Seed> runs = new ArrayList<>();
        double[] mean = new double[HORIZON + 1];
        double[][] first = null;
        long start = System.nanoTime();
        for (long seed : seeds) {
            long begin = System.nanoTime();
            double[][] forecasts = trainAndForecast(engine, settings, seed, progress.apply(seed));
            double[] rmse = score((origin, ahead) -> forecasts[origin - trainEnd][ahead]);
            runs.add(new ForecastResult.Seed(seed, rmse[HORIZON], seconds(begin)));
            for (int k = 0; k <= HORIZON; k++) {
                mean[k] += rmse[k] / seeds.size();
            }
            first = first == null ? forecasts : first;
        }
        return new ForecastResult(engine.name(), scoredYear, first.length, mean[HORIZON], runs, byHorizon(mean),
                baselines(), seconds(start), points(first));
    }

    /** °C for every window of the scored year: {@code [window][HORIZON]}. */
    double[][] trainAndForecast(RnnEngine engine, Settings s, long seed, TrainingListener listener) {
        Windows training = new Windows(rows, target, s.history(), HORIZON, s.history(), trainEnd);
        Windows scored = new Windows(rows, target, s.history(), HORIZON, trainEnd, scoreEnd);
        try (Model model = Model.sequential(Setup.of(engine, seed), Node.input(s.history(), FEATURES),
                new Lstm(s.hiddenSize()).options(o -> o.layers(2).dropout(s.dropout())).redundantBias(true),
                new Dense(HORIZON))) {
            Adam adam = new Adam(model.parameters(), s.learningRate()).weightDecay(s.weightDecay());
            Trainer trainer = new Trainer(model, new MeanSquaredError(), adam).clipNorm(1).schedule(Schedule.cosine())
                    .listener(listener);
            trainer.fit(training, s.epochs(), s.batchSize(), seed);
            float[][] answers = trainer.predict(scored, s.batchSize());
            double[][] forecasts = new double[answers.length][HORIZON];
            for (int w = 0; w < answers.length; w++) {
                for (int ahead = 0; ahead < HORIZON; ahead++) {
                    forecasts[w][ahead] = usual.at(weather.dates().get(scored.origin(w) + ahead))
                            + scaler.inverse(0, answers[w][ahead]);
                }
            }
            return forecasts;
        }
    }

    private List<ForecastResult.Baseline> baselines() {
        float[] actual = weather.tempMax();
        List<LocalDate> dates = weather.dates();
        SeasonalMean plain = SeasonalMean.fit(dates, actual, 0, trainEnd, 0);
        String years = dates.get(0).getYear() + " to " + (scoredYear - 1);
        return List.of(
                baseline("persistence", "the last day known, for all seven days", (origin, ahead) -> actual[origin - 1]),
                baseline("same day last year", "the temperature on that date a year before",
                        (origin, ahead) -> actual[dates.indexOf(dates.get(origin + ahead).minusYears(1))]),
                baseline("seasonal mean", "mean of " + years + " for each day of the year",
                        (origin, ahead) -> plain.at(dates.get(origin + ahead))),
                baseline("seasonal mean, smoothed", "mean of " + years + " over all days at most " + usual.halfWidth()
                        + " days away, the width that forecasts each of these years best from the others",
                        (origin, ahead) -> usual.at(dates.get(origin + ahead))));
    }

    private ForecastResult.Baseline baseline(String name, String explanation, Scores.Method method) {
        double[] rmse = score(method);
        return new ForecastResult.Baseline(name, explanation, rmse[HORIZON], byHorizon(rmse));
    }

    private double[] score(Scores.Method method) {
        return Scores.rmse(method, weather.tempMax(), trainEnd, scoreEnd, HORIZON);
    }

    private List<ForecastResult.Point> points(double[][] forecasts) {
        List<ForecastResult.Point> points = new ArrayList<>();
        for (int w = HORIZON - 1; w < forecasts.length; w++) {
            LocalDate date = weather.dates().get(trainEnd + w);
            points.add(new ForecastResult.Point(date, weather.tempMax()[trainEnd + w], forecasts[w][0],
                    forecasts[w - HORIZON + 1][HORIZON - 1], usual.at(date)));
        }
        return points;
    }

    private static List<Double> byHorizon(double[] rmse) {
        return Arrays.stream(rmse, 0, HORIZON).boxed().toList();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
