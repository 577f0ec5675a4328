package dev.gateloom.cuda;

import dev.gateloom.Parameter;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.device.Stream;
import java.util.Arrays;
import java.util.List;

/**
 * Where the matrices among the parameters lie in their 16-bit copy: one after the other, rows a {@link RoundedRows#stride}
 * apart. A matrix, or some rows of it, is found by its place among the fp32 parameters.
 */
final class PackedWeights {
    private final int[] offsets;                // of fp32 matrices, in floats, ascending
    private final int[] rows;
    private final int[] columns;
    private final long[] places;                // of their copies, in 32-bit words
    private final long words;

    PackedWeights(RnnConfig config) {
        List<Parameter> matrices = RnnWeights.layout(config).stream().filter(p -> p.shape().size() == 2 && p.size() > 0).toList();
        offsets = matrices.stream().mapToInt(Parameter::offset).toArray();
        rows = matrices.stream().mapToInt(p -> p.shape().get(0)).toArray();
        columns = matrices.stream().mapToInt(p -> p.shape().get(1)).toArray();
        places = new long[offsets.length];
        long end = 0;
        for (int n = 0; n < places.length; n++) {
            places[n] = end;
            end += RoundedRows.words(rows[n], columns[n]);
        }
        words = end;
    }

    /** What the copy takes, in 32-bit words. */
    long words() {
        return words;
    }

    /** Makes the copy from the parameters, in the order of the stream. */
    void pack(Stream stream, RoundedRows kernels, long parameters, long copy) {
        for (int n = 0; n < offsets.length; n++) {
            kernels.round(stream, copy + places[n] * Float.BYTES, parameters + (long) offsets[n] * Float.BYTES, rows[n],
                    columns[n], columns[n], 0);
        }
    }

    /**
     * Where the copy of some rows starts.
     *
     * @param offset of their first element among the parameters, in floats
     * @param ld from row to row there
     * @param width of the rows
     * @return in 32-bit words; -1 if these are no whole rows of a matrix
     */
    long find(long offset, int ld, int width) {
        if (offset < 0 || offset > Integer.MAX_VALUE) {
            return -1;
        }
        int found = Arrays.binarySearch(offsets, (int) offset);
        int n = found >= 0 ? found : -found - 2;                // the last one that starts before
        if (n < 0 || ld != columns[n] || width != columns[n]) {
            return -1;
        }
        int into = (int) offset - offsets[n];
        int row = into / columns[n];
        return into % columns[n] != 0 || row >= rows[n] ? -1 : places[n] + RoundedRows.words(row, columns[n]);
    }
}
