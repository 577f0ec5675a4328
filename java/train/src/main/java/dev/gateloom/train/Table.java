package dev.gateloom.train;

import dev.gateloom.train.internal.Require;

/** Checks of a table {@code [N, columns]}, row-major, and of the rows of it that something is fitted on. */
final class Table {

    private Table() {
    }

    static void requireColumns(float[] rows, int columns) {
        Require.that(columns >= 1, "columns", "at least 1", columns);
        if (rows.length % columns != 0) {
            Require.that(false, "rows", "a multiple of " + columns + " columns", rows.length + " values");
        }
    }

    static void requireRows(float[] rows, int columns, int begin, int end) {
        requireColumns(rows, columns);
        Require.that(begin >= 0 && begin < end, "begin", "0 to end - 1 = " + (end - 1), begin);
        Require.that(end <= rows.length / columns, "end", "at most " + rows.length / columns + " rows", end);
    }
}
