package dev.gateloom.train;

import dev.gateloom.train.internal.Require;

/**
 * Scales every column of a table to 0 … 1, {@code z = (x - min) / (max - min)}, with the least and the largest value of the
 * rows that it was fitted on; other rows may lie outside. A column that is constant there is only shifted.
 */
public final class MinMaxScaler {
    private final float[] min;
    private final float[] range;

    private MinMaxScaler(float[] min, float[] range) {
        this.min = min;
        this.range = range;
    }

    /**
     * Fits to some rows, those of the training part.
     *
     * @param rows a table {@code [N, columns]}, row-major
     * @param columns its width, at least 1
     * @param begin the first row used
     * @param end the first row after those used
     * @return the scaler
     */
    public static MinMaxScaler fit(float[] rows, int columns, int begin, int end) {
        width(rows, columns);
        Require.that(begin >= 0 && begin < end, "begin", "0 to end - 1 = " + (end - 1), begin);
        Require.that(end <= rows.length / columns, "end", "at most " + rows.length / columns + " rows", end);
        float[] min = new float[columns];
        float[] range = new float[columns];
        for (int c = 0; c < columns; c++) {
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (int r = begin; r < end; r++) {
                least = Math.min(least, rows[r * columns + c]);
                most = Math.max(most, rows[r * columns + c]);
            }
            min[c] = least;
            range[c] = most == least ? 1 : most - least;
        }
        return new MinMaxScaler(min, range);
    }

    /**
     * Scales a table in place.
     *
     * @param rows {@code [N, columns]}
     */
    public void transform(float[] rows) {
        width(rows, min.length);
        for (int i = 0; i < rows.length; i++) {
            int c = i % min.length;
            rows[i] = (rows[i] - min[c]) / range[c];
        }
    }

    /**
     * Takes one value back to its unit.
     *
     * @param column its column
     * @param z the scaled value
     * @return {@code min + (max - min)·z}
     */
    public double inverse(int column, double z) {
        return min[column] + range[column] * z;
    }

    private static void width(float[] rows, int columns) {
        Require.that(columns >= 1, "columns", "at least 1", columns);
        if (rows.length % columns != 0) {
            Require.that(false, "rows", "a multiple of " + columns + " columns", rows.length + " values");
        }
    }
}
