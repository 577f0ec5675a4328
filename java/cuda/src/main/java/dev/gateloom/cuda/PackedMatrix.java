package dev.gateloom.cuda;

import dev.gateloom.device.Stream;

/**
 * A matrix that is made anew for each pass, such as W_hh under a mask, and its 16-bit copy: rounded once for all steps.
 *
 * @param matrix {@code [rows, columns]}, dense fp32
 * @param rows of it
 * @param columns of it
 * @param copy its rows in 16 bits, a {@link RoundedRows#stride} apart
 */
record PackedMatrix(long matrix, int rows, int columns, long copy) {

    static PackedMatrix allocate(Workspace workspace, long matrix, int rows, int columns) {
        return new PackedMatrix(matrix, rows, columns, workspace.words(RoundedRows.words(rows, columns), "a matrix in 16 bits"));
    }

    /** Makes the copy, in the order of the stream. */
    void pack(Stream stream, RoundedRows kernels) {
        kernels.round(stream, copy, matrix, rows, columns, columns, 0);
    }

    /** The copy of some of its rows, given by the first one's address, their distance and width; 0 if they are none of its rows. */
    long find(long address, int ld, int width) {
        long row = (address - matrix) / ((long) columns * Float.BYTES);
        boolean whole = ld == columns && width == columns && matrix + row * columns * Float.BYTES == address;
        return whole && address >= matrix && row < rows ? copy + RoundedRows.words(row, columns) * Float.BYTES : 0;
    }
}
