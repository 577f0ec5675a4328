package dev.gateloom.train;

/**
 * Scales every column of a table to mean 0 and standard deviation 1, {@code z = (x - mean) / deviation}, with mean and
 * deviation (over n, as scikit-learn) of the rows that it was fitted on. A column that is constant there is only
 * shifted.
 */
public final class StandardScaler extends Scaler {

    private StandardScaler(double[] mean, double[] deviation) {
        super(mean, deviation);
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
        Table.requireRows(rows, columns, begin, end);
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
        }
        return new StandardScaler(mean, deviation);
    }

    /**
     * What a column was shifted by.
     *
     * @param column from 0
     * @return its mean over the rows fitted on
     */
    public double mean(int column) {
        return shift(column);
    }

    /**
     * What a column was divided by.
     *
     * @param column from 0
     * @return its standard deviation over the rows fitted on; 1 for a constant column
     */
    public double deviation(int column) {
        return scale(column);
    }
}
