package dev.gateloom.train;

import dev.gateloom.nn.Tensor;
import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Windows over a table of rows in time order, for forecasting. The window whose first target row is {@code o} has as
 * input the {@code history} rows before it, {@code x [B, history, F]}, and as target the next {@code horizon} values of
 * a series, {@code target [B, horizon]}. All target rows lie in {@code [begin, end)}; inputs may reach back before
 * {@code begin}. What comes after them, {@link #future()} asks for.
 */
public final class Windows implements Dataset {
    private final float[] rows;         // [N, F]
    private final int features;
    private final float[] series;       // [N]
    private final int history;
    private final int horizon;
    private final int begin;
    private final int end;
    private final int size;

    /**
     * All windows of a part of the table.
     *
     * @param rows the table {@code [N, F]}, row-major; used, not copied
     * @param series what is forecast, {@code [N]}; used, not copied
     * @param history input rows of a window, at least 1
     * @param horizon target rows of a window, at least 1
     * @param begin the first row that may be a target, at least {@code history}
     * @param end the first row that may not be a target any more
     */
    public Windows(float[] rows, float[] series, int history, int horizon, int begin, int end) {
        Require.that(series.length > 0, "series", "at least one value", "none");
        Require.that(rows.length > 0 && rows.length % series.length == 0, "rows",
                "as many rows as series has values, " + series.length + ", all of the same length", rows.length + " values");
        Require.that(history >= 1, "history", "at least 1", history);
        Require.that(horizon >= 1, "horizon", "at least 1", horizon);
        Require.that(begin >= history, "begin", "at least history = " + history, begin);
        Require.that(end <= series.length, "end", "at most " + series.length + ", the number of rows", end);
        Require.that(end - begin >= horizon, "end", "at least begin + horizon = " + ((long) begin + horizon)
                + ", or there is no window", end);
        this.rows = rows;
        this.features = rows.length / series.length;
        this.series = series;
        this.history = history;
        this.horizon = horizon;
        this.begin = begin;
        this.end = end;
        this.size = end - begin - horizon + 1;
    }

    @Override
    public int size() {
        return size;
    }

    /**
     * Values in a row of the table.
     *
     * @return F
     */
    public int features() {
        return features;
    }

    /**
     * First target row of a window.
     *
     * @param sample the window, from 0
     * @return its row in the table
     */
    public int origin(int sample) {
        Require.that(sample >= 0 && sample < size, "sample", "0 to " + (size - 1), sample);
        return begin + sample;
    }

    /**
     * The window that follows: its input is the {@code history} rows before {@code end}. It has no targets, which need not
     * exist yet, so it is for {@link Trainer#predict}.
     *
     * @return one sample
     */
    public Dataset future() {
        float[] last = Arrays.copyOfRange(rows, (end - history) * features, end * features);
        return new Samples(1).input(last, history, features);
    }

    @Override
    public void gather(int[] samples, int from, int count, Batch into) {
        Tensor x = into.input(0).shape(count, history, features);
        Tensor target = into.target().shape(count, horizon);
        for (int b = 0; b < count; b++) {
            int sample = samples[from + b];
            if (sample < 0 || sample >= size) {
                Require.that(false, "samples[" + (from + b) + "]", "0 to " + (size - 1), sample);
            }
            int origin = begin + sample;
            System.arraycopy(rows, (origin - history) * features, x.values(), b * history * features, history * features);
            System.arraycopy(series, origin, target.values(), b * horizon, horizon);
        }
    }
}
