package dev.gateloom.examples;

import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.RepeatVector;
import dev.gateloom.nn.TimeDistributed;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Dataset;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.StandardScaler;
import dev.gateloom.train.Trainer;
import dev.gateloom.train.Windows;
import java.io.IOException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Forecasts of the next seven days of a daily series, in three ways, and the simple ones to beat. What is learnt is how far
 * each day will be from what is usual for it and known beforehand; what is usual need not be learnt then. Errors are root
 * mean squares over every window of seven days that lies in the scored part, all seven days together.
 */
final class SevenDays {
    static final int DAYS = 7;
    private static final int UNITS = 32;
    private static final int BATCH = 32;

    /** How a network gives seven numbers. */
    enum Way {
        /** A dense layer gives all seven from the last state. */
        DIRECT,
        /** A second LSTM reads that state seven times and gives a day at each step. */
        ENCODER_DECODER,
        /** The network gives the next day only, which then counts as known: seven times. */
        RECURSIVE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private Layer[] layers(int features) {
            return switch (this) {
                case DIRECT -> new Layer[] {new Lstm(UNITS).dropout(0.1f), new Dense(DAYS)};
                case ENCODER_DECODER -> new Layer[] {new Lstm(UNITS).dropout(0.1f), new RepeatVector(DAYS),
                    new Lstm(UNITS).returnSequences(true), new TimeDistributed(new Dense(1)), new Flatten()};
                case RECURSIVE -> new Layer[] {new Lstm(UNITS).dropout(0.1f), new Dense(features)};
            };
        }
    }

    private final List<LocalDate> dates;
    private final float[] actual;       // [days]
    private final float[] usual;        // [days + DAYS]
    private final int history;
    private final int begin;
    private final int end;

    /**
     * The task.
     *
     * @param actual the series, a value for each date
     * @param usual what the day would be if nothing were known but what is known a week before; so for seven days more
     * @param history days that a network reads
     * @param begin the first day scored; all before are trained on
     * @param end the first day not scored any more
     */
    SevenDays(List<LocalDate> dates, float[] actual, float[] usual, int history, int begin, int end) {
        this.dates = dates;
        this.actual = actual;
        this.usual = usual;
        this.history = history;
        this.begin = begin;
        this.end = end;
    }

    /**
     * Trains and forecasts.
     *
     * @param table features of each day, {@code [days, features]}; the first is {@code actual - usual}
     * @return for each window seven values in the unit of the series
     */
    double[][] forecast(Context context, String name, Way way, float[] table, int features) throws IOException {
        float[] rows = table.clone();
        StandardScaler scaler = StandardScaler.fit(rows, features, 0, begin);
        scaler.transform(rows);
        try (Model model = Model.sequential(context.setup(), Node.input(history, features), way.layers(features))) {
            Trainer trainer = new Trainer(model, new MeanSquaredError(),
                    new Adam(model.parameters(), 5e-3).weightDecay(2e-3)).clipNorm(1).schedule(Schedule.cosine())
                    .listener(context.progress(name));
            trainer.fit(way == Way.RECURSIVE ? nextRows(rows, features) : windows(rows, features, history, begin),
                    context.epochs(), BATCH, context.seed());
            context.save(model, name);
            float[][] answers = way == Way.RECURSIVE ? dayByDay(trainer, rows, features)
                    : trainer.predict(windows(rows, features, begin, end), BATCH);
            if (way == Way.DIRECT) {
                float[] next = trainer.predict(windows(rows, features, begin, end).future(), 1)[0];
                context.print("%s, the days after %s: %s", name, dates.get(end - 1), Arrays.stream(inUnits(scaler, next, end))
                        .mapToObj(v -> String.format(Locale.ROOT, "%.1f", v)).collect(Collectors.joining(" ")));
            }
            double[][] forecasts = new double[answers.length][];
            for (int w = 0; w < answers.length; w++) {
                forecasts[w] = inUnits(scaler, answers[w], begin + w);
            }
            return forecasts;
        }
    }

    /** The answer for the window that starts with the day {@code origin}, in the unit of the series. */
    private double[] inUnits(StandardScaler scaler, float[] answer, int origin) {
        double[] values = new double[DAYS];
        for (int ahead = 0; ahead < DAYS; ahead++) {
            values[ahead] = usual[origin + ahead] + scaler.inverse(0, answer[ahead]);
        }
        return values;
    }

    private Windows windows(float[] rows, int features, int from, int to) {
        float[] series = new float[rows.length / features];
        for (int day = 0; day < series.length; day++) {
            series[day] = rows[day * features];
        }
        return new Windows(rows, series, history, DAYS, from, to);
    }

    /** The days known before each of some days: {@code [count, history, features]}. */
    private float[] known(float[] rows, int features, int first, int count) {
        float[] x = new float[count * history * features];
        for (int w = 0; w < count; w++) {
            System.arraycopy(rows, (first + w - history) * features, x, w * history * features, history * features);
        }
        return x;
    }

    /** All features of each day of the training part, from the days before it. */
    private Dataset nextRows(float[] rows, int features) {
        int count = begin - history;
        float[] next = new float[count * features];
        System.arraycopy(rows, history * features, next, 0, next.length);
        return new Samples(count).input(known(rows, features, history, count), history, features).target(next, features);
    }

    private float[][] dayByDay(Trainer trainer, float[] rows, int features) {
        int windows = end - begin - DAYS + 1;
        int each = history * features;
        float[] x = known(rows, features, begin, windows);
        float[][] answers = new float[windows][DAYS];
        for (int ahead = 0; ahead < DAYS; ahead++) {
            float[][] next = trainer.predict(new Samples(windows).input(x, history, features)
                    .target(new float[windows], 1), BATCH);
            for (int w = 0; w < windows; w++) {
                answers[w][ahead] = next[w][0];
                System.arraycopy(x, w * each + features, x, w * each, each - features);
                System.arraycopy(next[w], 0, x, (w + 1) * each - features, features);
            }
        }
        return answers;
    }

    /** The error of a forecast. */
    double rmse(double[][] forecasts) {
        return rmse((origin, ahead) -> forecasts[origin - begin][ahead]);
    }

    /** The error without any learning. */
    double rmseOfUsual() {
        return rmse((origin, ahead) -> usual[origin + ahead]);
    }

    private double rmse(Scores.Method method) {
        return Scores.rmse(method, actual, begin, end, DAYS)[DAYS];
    }

    /** Adds the simple forecasts. */
    Result baselines(Result result) {
        SeasonalMean mean = SeasonalMean.fit(dates, actual, 0, begin, 0);
        return result.baseline("persistence: the last day known", rmse((origin, ahead) -> actual[origin - 1]))
                .baseline("the same weekday a week before", rmse((origin, ahead) -> actual[origin + ahead - DAYS]))
                .baseline("the same date a year before", rmse((origin, ahead) -> actual[aYearBefore(origin + ahead)]))
                .baseline("mean of that date in the years before", rmse((origin, ahead) -> mean.at(dates.get(origin + ahead))));
    }

    private int aYearBefore(int day) {
        return (int) ChronoUnit.DAYS.between(dates.get(0), dates.get(day).minusYears(1));
    }

    /** What was measured on the last days scored, and what was forecast for them. */
    Svg plot(String title, String unit, double[][] forecasts, int mostDays) {
        int days = Math.min(mostDays, forecasts.length - DAYS + 1);         // forecast both one and seven days ahead
        int first = forecasts.length - days;                                // the window that starts with the first of them
        double[] day = new double[days];
        double[] measured = new double[days];
        double[] oneAhead = new double[days];
        double[] sevenAhead = new double[days];
        for (int i = 0; i < days; i++) {
            day[i] = i;
            measured[i] = actual[begin + first + i];
            oneAhead[i] = forecasts[first + i][0];
            sevenAhead[i] = forecasts[first + i - DAYS + 1][DAYS - 1];
        }
        return new LinePlot(title, "days since " + dates.get(begin + first), unit).curve("measured", day, measured)
                .curve("one day ahead", day, oneAhead).curve("seven days ahead", day, sevenAhead).draw();
    }
}
