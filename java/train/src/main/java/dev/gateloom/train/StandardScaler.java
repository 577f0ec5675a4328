package dev.gateloom.train;

import dev.gateloom.train.internal.Require;

/**
 * Scales every column of a table to mean 0 and standard deviation 1, {@code z = (x - mean) / deviation}, with mean and
 * deviation (over n, as scikit-learn) of the rows that it was fitted on. A column that is constant there is only
 * shifted.
 */
public final class StandardScaler {
    private final double[] mean;
    private final double[] deviation;

    private StandardScaler(double[] mean, double[] deviation) {
        this.mean = mean;
        this.deviation = deviation;
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
    public static StandardScaler fit(float[] rows, int columns, int begin, int end) {
        width(rows, columns);
        Require.that(begin >= 0 && begin < end, "begin", "0 to end - 1 = " + (end - 1), begin);
        Require.that(end <= rows.length / columns, "end", "at most " + rows.length / columns + " rows", end);
        double[] mean = new double[columns];
        double[] deviation = new double[columns];
        for (int c = 0; c < columns; c++) {
            for (int r = begin; r < end; r++) {
                mean[c] += rows[r * columns + c];
            }
            mean[c] /= end - begin;
            for (int r = begin; r < end; r++) {
                double d = rows[r * columns + c] - mean[c];
                deviation[c] += d * d;
            }
            deviation[c] = Math.sqrt(deviation[c] / (end - begin));
            if (deviation[c] == 0) {
                deviation[c] = 1;
            }
        }
        return new StandardScaler(mean, deviation);
    }

    /**
     * Scales a table in place.
     *
     * @param rows {@code [N, columns]}
     */
    public void transform(float[] rows) {
        width(rows, mean.length);
        for (int i = 0; i < rows.length; i++) {
            int c = i % mean.length;
            rows[i] = (float) ((rows[i] - mean[c]) / deviation[c]);
        }
    }

    /**
     * Takes one value back to its unit.
     *
     * @param column its column
     * @param z the scaled value
     * @return {@code mean + deviation·z}
     */
    public double inverse(int column, double z) {
        return mean[column] + deviation[column] * z;
    }

    /**
     * What a column was shifted by.
     *
     * @param column from 0
     * @return its mean over the rows fitted on
     */
    public double mean(int column) {
        return mean[column];
    }

    /**
     * What a column was divided by.
     *
     * @param column from 0
     * @return its standard deviation over the rows fitted on; 1 for a constant column
     */
    public double deviation(int column) {
        return deviation[column];
    }

    private static void width(float[] rows, int columns) {
        Require.that(columns >= 1, "columns", "at least 1", columns);
        if (rows.length % columns != 0) {
            Require.that(false, "rows", "a multiple of " + columns + " columns", rows.length + " values");
        }
    }
}
