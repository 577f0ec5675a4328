package dev.gateloom.safetensors;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What a header says of one tensor.
 *
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last
 */
record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {

    /**
     * Checks that each tensor's bytes are those of its shape and that together they cover the data exactly.
     *
     * @param dataBytes size of the file behind the header
     */
    static void check(Path file, Collection<TensorInfo> tensors, long dataBytes) throws SafetensorsException {
        long expected = 0;
        List<TensorInfo> inFile = tensors.stream()
                .sorted(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end)).toList();
        for (TensorInfo t : inFile) {
            String offsets = "[" + t.begin + ", " + t.end + "]";
            if (t.begin > t.end || t.end > dataBytes) {
                throw new SafetensorsException(file, t.name + ".data_offsets",
                        "begin <= end <= " + dataBytes + " (bytes of data in the file)", offsets);
            }
            if (t.begin != expected) {
                throw new SafetensorsException(file, t.name + ".data_offsets", "begin = " + expected
                        + ", where the tensor before it ends (no gap, no overlap)", offsets);
            }
            t.checkSize(file);
            expected = t.end;
        }
        if (expected != dataBytes) {
            throw new SafetensorsException(file, "size", expected + " bytes of data behind the header", dataBytes);
        }
    }

    private void checkSize(Path file) throws SafetensorsException {
        long bytes = dtype.bytes();
        try {
            for (long d : shape) {
                bytes = Math.multiplyExact(bytes, d);
            }
        } catch (ArithmeticException e) {
            throw new SafetensorsException(file, name + ".shape", "less than 2^63 bytes", dtype + " " + shape);
        }
        if (bytes != end - begin) {
            throw new SafetensorsException(file, name + ".data_offsets", bytes + " bytes for " + dtype + " " + shape,
                    end - begin);
        }
    }
}
