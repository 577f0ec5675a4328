package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.util.Arrays;

/**
 * Puts values in the place of missing ones, which are NaN, column by column. What it puts there comes from the rows that it
 * was fitted on, those of the training part, or from earlier rows: never from later ones.
 */
public final class Imputer {

    /** What a missing value becomes. */
    public enum Strategy {
        /** The mean of the column. */
        MEAN,
        /** The median of the column: of an even number of values the mean of the middle two. */
        MEDIAN,
        /** The last value of the column that was there; before the first one the median. */
        FORWARD_FILL
    }

    private final Strategy strategy;
    private final float[] fill;         // of each column

    private Imputer(Strategy strategy, float[] fill) {
        this.strategy = strategy;
        this.fill = fill;
    }

    /**
     * Fits to some rows, those of the training part. Missing values do not count.
     *
     * @param strategy what missing values become
     * @param rows a table {@code [N, columns]}, row-major
     * @param columns its width, at least 1
     * @param begin the first row used
     * @param end the first row after those used
     * @return the imputer
     */
    public static Imputer fit(Strategy strategy, float[] rows, int columns, int begin, int end) {
        Table.requireRows(rows, columns, begin, end);
        float[] fill = new float[columns];
        float[] present = new float[end - begin];
        for (int c = 0; c < columns; c++) {
            int count = 0;
            for (int r = begin; r < end; r++) {
                float value = rows[r * columns + c];
                if (!Float.isNaN(value)) {
                    present[count++] = value;
                }
            }
            Require.that(count > 0, "rows", "a value in column " + c + " of the rows fitted on", "none");
            fill[c] = strategy == Strategy.MEAN ? mean(present, count) : median(present, count);
        }
        return new Imputer(strategy, fill);
    }

    private static float mean(float[] values, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return (float) (sum / count);
    }

    private static float median(float[] values, int count) {
        Arrays.sort(values, 0, count);
        return (float) (((double) values[(count - 1) / 2] + values[count / 2]) / 2);
    }

    /**
     * Fills the gaps of one sequence in place.
     *
     * @param rows {@code [N, columns]}, in order of time
     */
    public void transform(float[] rows) {
        transform(rows, Math.max(1, rows.length / fill.length));
    }

    /**
     * Fills the gaps of several sequences of the same length in place; none looks at another.
     *
     * @param rows {@code [N · steps, columns]}, one sequence after the other, each in order of time
     * @param steps rows of a sequence, at least 1
     */
    public void transform(float[] rows, int steps) {
        int columns = fill.length;
        Table.requireColumns(rows, columns);
        Require.that(steps >= 1 && rows.length % ((long) steps * columns) == 0, "steps", "a divisor of the "
                + rows.length / columns + " rows", steps);
        for (int i = 0; i < rows.length; i++) {
            if (Float.isNaN(rows[i])) {
                boolean first = i / columns % steps == 0;
                rows[i] = strategy == Strategy.FORWARD_FILL && !first ? rows[i - columns] : fill[i % columns];
            }
        }
    }
}
