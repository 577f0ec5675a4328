package dev.gateloom.train;

/** Scales the columns of a table, {@code z = (x - shift) / scale}, by what it found in the rows that it was fitted on. */
public abstract sealed class Scaler permits StandardScaler, MinMaxScaler {
    private final double[] shift;
    private final double[] scale;

    /** One value for each column; a scale of 0 becomes 1. */
    Scaler(double[] shift, double[] scale) {
        this.shift = shift;
        this.scale = scale;
        for (int c = 0; c < scale.length; c++) {
            scale[c] = scale[c] == 0 ? 1 : scale[c];
        }
    }

    /**
     * Scales a table in place.
     *
     * @param rows {@code [N, columns]}
     */
    public final void transform(float[] rows) {
        Table.requireColumns(rows, shift.length);
        for (int i = 0; i < rows.length; i++) {
            int c = i % shift.length;
            rows[i] = (float) ((rows[i] - shift[c]) / scale[c]);
        }
    }

    /**
     * Takes one value back to its unit.
     *
     * @param column its column
     * @param z the scaled value
     * @return {@code shift + scale·z}
     */
    public final double inverse(int column, double z) {
        return shift[column] + scale[column] * z;
    }

    /** What a column is shifted by. */
    final double shift(int column) {
        return shift[column];
    }

    /** What a column is divided by. */
    final double scale(int column) {
        return scale[column];
    }
}
