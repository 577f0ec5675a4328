package dev.gateloom.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * Collects tensors and writes them into one file. The header lists them in the order in which they were added; the data
 * of F64 tensors comes first, so that every tensor is aligned to its element size. Arrays are not copied: they are read
 * when the file is written.
 */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 16;

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    SafetensorsWriter() {
    }

    /** @param values a {@code float[]} or {@code double[]} */
    private record Tensor(String name, DType dtype, Object values, int length, long[] shape) {
        long bytes() {
            return (long) length * dtype.bytes();
        }
    }

    /**
     * Adds an entry to {@code __metadata__}.
     *
     * @param key its name
     * @param value its text
     * @return this
     * @throws IllegalArgumentException if the name was used before or a text is not Unicode
     */
    public SafetensorsWriter metadata(String key, String value) {
        require(encodable(key) && encodable(value), "metadata", "Unicode text", "a lone surrogate");
        require(metadata.putIfAbsent(key, value) == null, "metadata", "each key once", key + " twice");
        return this;
    }

    /**
     * Adds an F32 tensor.
     *
     * @param name its name
     * @param values its values, row-major
     * @param shape its dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name was used before or the shape does not fit the values
     */
    public SafetensorsWriter floats(String name, float[] values, long... shape) {
        return add(new Tensor(name, DType.F32, values, values.length, shape.clone()));
    }

    /**
     * Adds an F64 tensor.
     *
     * @param name its name
     * @param values its values, row-major
     * @param shape its dimensions; none for a scalar
     * @return this
     * @throws IllegalArgumentException if the name was used before or the shape does not fit the values
     */
    public SafetensorsWriter doubles(String name, double[] values, long... shape) {
        return add(new Tensor(name, DType.F64, values, values.length, shape.clone()));
    }

    /**
     * Writes the file: first under a temporary name beside it, then moved into place, so that nobody ever sees half of
     * it. A file that is there is replaced; when writing fails it stays as it was.
     *
     * @param file where to
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path draft = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            writeTo(draft);
            try {
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private SafetensorsWriter add(Tensor t) {
        require(encodable(t.name), "name", "Unicode text", "a lone surrogate");
        require(!t.name.equals(HeaderReader.METADATA), "name", "another name", t.name);
        require(size(t.shape) == t.length, t.name, "as many values as shape " + Arrays.toString(t.shape) + " has",
                t.length);
        require(tensors.putIfAbsent(t.name, t) == null, "name", "each name once", t.name + " twice");
        return this;
    }

    private void writeTo(Path file) throws IOException {
        List<Tensor> inFile = new ArrayList<>(tensors.values());
        inFile.sort(Comparator.comparingInt((Tensor t) -> t.dtype.bytes()).reversed());
        byte[] header = header(inFile);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer length = ByteBuffer.allocate(Safetensors.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            drain(length.putLong(header.length), out);
            ByteBuffer text = ByteBuffer.wrap(header);
            drain(text.position(text.limit()), out);
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            for (Tensor t : inFile) {
                for (int i = 0; i < t.length; i++) {
                    if (t.values instanceof double[] d) {
                        chunk.putDouble(d[i]);
                    } else {
                        chunk.putFloat(((float[]) t.values)[i]);
                    }
                    if (!chunk.hasRemaining()) {
                        drain(chunk, out);
                    }
                }
            }
            drain(chunk, out);
            out.force(true);
        }
    }

    /** Padded with spaces to a multiple of 8 bytes, so that the data is aligned. */
    private byte[] header(List<Tensor> inFile) {
        Map<String, Long> begins = new HashMap<>();
        long end = 0;
        for (Tensor t : inFile) {
            begins.put(t.name, end);
            end += t.bytes();
        }
        StringJoiner entries = new StringJoiner(",", "{", "}");
        if (!metadata.isEmpty()) {
            StringJoiner texts = new StringJoiner(",", "{", "}");
            metadata.forEach((key, value) -> texts.add(quote(key) + ":" + quote(value)));
            entries.add(quote(HeaderReader.METADATA) + ":" + texts);
        }
        for (Tensor t : tensors.values()) {
            long begin = begins.get(t.name);
            entries.add(quote(t.name) + ":{\"dtype\":\"" + t.dtype + "\",\"shape\":" + array(t.shape)
                    + ",\"data_offsets\":" + array(begin, begin + t.bytes()) + "}");
        }
        byte[] text = entries.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        require(padded.length <= Safetensors.MAX_HEADER, "header", "at most " + Safetensors.MAX_HEADER + " bytes",
                padded.length);
        return padded;
    }

    /** The product; -1 if a dimension is negative or no number can hold it. */
    private static long size(long[] shape) {
        long size = 1;
        try {
            for (long d : shape) {
                size = d < 0 ? -1 : Math.multiplyExact(size, d);
                if (size < 0) {
                    return -1;
                }
            }
        } catch (ArithmeticException e) {
            return -1;
        }
        return size;
    }

    private static void drain(ByteBuffer buffer, FileChannel out) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }

    private static String array(long... values) {
        return Arrays.toString(values).replace(" ", "");
    }

    private static String quote(String s) {
        StringBuilder q = new StringBuilder("\"");
        for (char c : s.toCharArray()) {
            if (c == '"' || c == '\\') {
                q.append('\\').append(c);
            } else if (c < ' ') {
                q.append(String.format("\\u%04x", (int) c));
            } else {
                q.append(c);
            }
        }
        return q.append('"').toString();
    }

    private static boolean encodable(String s) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(s);
    }

    private static void require(boolean holds, String argument, String expected, Object came) {
        if (!holds) {
            throw new IllegalArgumentException(argument + ": expected " + expected + ", got " + came);
        }
    }
}
