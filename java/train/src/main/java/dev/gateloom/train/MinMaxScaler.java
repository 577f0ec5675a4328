package dev.gateloom.train;

/**
 * Scales every column of a table to 0 … 1, {@code z = (x - min) / (max - min)}, with the least and the largest value of the
 * rows that it was fitted on; other rows may lie outside. A column that is constant there is only shifted.
 */
public final class MinMaxScaler extends Scaler {

    private MinMaxScaler(double[] min, double[] range) {
        super(min, range);
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
        Table.requireRows(rows, columns, begin, end);
        double[] min = new double[columns];
        double[] range = new double[columns];
        for (int c = 0; c < columns; c++) {
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (int r = begin; r < end; r++) {
                least = Math.min(least, rows[r * columns + c]);
                most = Math.max(most, rows[r * columns + c]);
            }
            min[c] = least;
            range[c] = (double) most - least;
        }
        return new MinMaxScaler(min, range);
    }
}
