package dev.gateloom.bench.rivals;

/** Reorders what other libraries keep in another gate order or layout. */
final class Rows {

    private Rows() {
    }

    /**
     * Blocks of rows in another order: block {@code k} of the result is block {@code order[k]} of the source.
     *
     * @param source {@code [G·H, width]}
     * @param order which block goes where
     * @return a copy
     */
    static float[] blocks(float[] source, int... order) {
        int block = source.length / order.length;
        float[] result = new float[source.length];
        for (int k = 0; k < order.length; k++) {
            System.arraycopy(source, order[k] * block, result, k * block, block);
        }
        return result;
    }

    /**
     * The transposed matrix.
     *
     * @param source {@code [rows, columns]}
     * @param rows its rows
     * @param columns its columns
     * @return {@code [columns, rows]}
     */
    static float[] transpose(float[] source, int rows, int columns) {
        float[] result = new float[source.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * rows + r] = source[r * columns + c];
            }
        }
        return result;
    }

    /**
     * One after the other.
     *
     * @param parts what to join
     * @return the joined array
     */
    static float[] join(float[]... parts) {
        int size = 0;
        for (float[] p : parts) {
            size += p.length;
        }
        float[] result = new float[size];
        int at = 0;
        for (float[] p : parts) {
            System.arraycopy(p, 0, result, at, p.length);
            at += p.length;
        }
        return result;
    }
}
