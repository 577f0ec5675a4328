package dev.gateloom.cuda;

import dev.gateloom.Precision;
import java.util.List;

/**
 * A matrix as products on tensor cores read it.
 *
 * @param address on the device
 * @param stride from row to row, in elements
 */
record Factor(long address, int stride) {

    /** Random values. Of 16 bits if the precision has them and this is wanted, else fp32 at an odd place with an odd stride. */
    static Factor of(Tensors t, Precision precision, int rows, int columns, boolean halves) {
        return of(t, precision, t.of(rows * (columns + 1) + 1), rows, columns, halves);
    }

    /** The same with values that have no rounding. */
    static Factor eighths(Tensors t, Precision precision, int rows, int columns, boolean halves) {
        return of(t, precision, t.eighths(rows * (columns + 1) + 1), rows, columns, halves);
    }

    /** From {@code rows·(columns + 1) + 1} floats, of which the first belongs to nobody. */
    static Factor of(Tensors t, Precision precision, long floats, int rows, int columns, boolean halves) {
        long first = floats + Float.BYTES;
        if (!halves || precision == Precision.TF32 || rows == 0 || columns == 0) {
            return new Factor(first, columns + 1);
        }
        long rounded = t.words(RoundedRows.words(rows, columns));
        new RoundedRows(t.device, precision).round(t.stream, rounded, first, rows, columns, columns + 1, 0);
        return new Factor(rounded, RoundedRows.stride(columns));
    }

    /** Those of tensor cores that an architecture has. */
    static List<Precision> precisions(int architecture) {
        return architecture < 80 ? List.of(Precision.FP16) : List.of(Precision.TF32, Precision.BF16, Precision.FP16);
    }
}
