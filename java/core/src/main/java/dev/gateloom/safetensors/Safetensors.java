package dev.gateloom.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of one safetensors file, held in memory. Everything is checked when it is read: lengths, offsets,
 * shapes, names and encoding; nothing is allocated that the file is too small to fill.
 *
 * <pre>{@code
 * Safetensors file = Safetensors.read(Path.of("model.safetensors"));
 * float[] w = file.floats("weight_ih_l0");
 * Safetensors.writer().floats("w", w, 512, 128).metadata("format", "pt").write(Path.of("copy.safetensors"));
 * }</pre>
 */
public final class Safetensors {
    static final int LENGTH_BYTES = 8;
    /** The limit that the format's own library sets. */
    static final long MAX_HEADER = 100_000_000;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final Path file;
    private final Map<String, String> metadata;
    private final Map<String, TensorInfo> tensors;
    private final Map<String, byte[]> data = new HashMap<>();

    private Safetensors(Path file, FileChannel in) throws IOException {
        this.file = file;
        long size = in.size();
        if (size < LENGTH_BYTES) {
            throw new SafetensorsException(file, "is no safetensors file: size", "at least " + LENGTH_BYTES + " bytes", size);
        }
        long header = ByteBuffer.wrap(bytes(in, 0, LENGTH_BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long most = Math.min(MAX_HEADER, size - LENGTH_BYTES);
        if (header < 0 || header > most) {
            throw new SafetensorsException(file, "is no safetensors file: header length", "at most " + most
                    + (most == MAX_HEADER ? " bytes" : " bytes, the rest of the file"), Long.toUnsignedString(header));
        }
        HeaderReader reader = new HeaderReader(file, bytes(in, LENGTH_BYTES, (int) header));
        metadata = Collections.unmodifiableMap(reader.metadata());
        tensors = reader.tensors();
        long start = LENGTH_BYTES + header;
        TensorInfo.check(file, tensors.values(), size - start);
        for (TensorInfo t : tensors.values()) {
            if (t.end() - t.begin() <= MAX_ARRAY) {
                data.put(t.name(), bytes(in, start + t.begin(), (int) (t.end() - t.begin())));
            }
        }
    }

    /**
     * Reads a whole file.
     *
     * @param file the file
     * @return its contents
     * @throws SafetensorsException if it cannot be read or is not of this format
     */
    public static Safetensors read(Path file) throws SafetensorsException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new SafetensorsException(file, "path", "a regular file",
                        Files.isDirectory(file) ? "a directory" : "a device or pipe");
            }
            try (FileChannel in = FileChannel.open(file)) {
                return new Safetensors(file, in);
            }
        } catch (SafetensorsException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(file, "no such file", e);
        } catch (AccessDeniedException e) {
            throw new SafetensorsException(file, "may not be read: access denied", e);
        } catch (IOException e) {
            throw new SafetensorsException(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Starts a new file.
     *
     * @return a writer without tensors
     */
    public static SafetensorsWriter writer() {
        return new SafetensorsWriter();
    }

    /**
     * Where this came from.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    /**
     * The tensors.
     *
     * @return their names in the order of the header
     */
    public List<String> names() {
        return new ArrayList<>(tensors.keySet());
    }

    /**
     * Whether there is a tensor of that name.
     *
     * @param name the name
     * @return true if there is
     */
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /**
     * The entries of {@code __metadata__}.
     *
     * @return name to text, in the order of the header; empty if there are none
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * A tensor's dimensions.
     *
     * @param name the tensor
     * @return its shape; empty for a scalar
     * @throws SafetensorsException if there is none of that name
     */
    public List<Long> shape(String name) throws SafetensorsException {
        return tensor(name).shape();
    }

    /**
     * A tensor's element type.
     *
     * @param name the tensor
     * @return the type
     * @throws SafetensorsException if there is none of that name
     */
    public DType dtype(String name) throws SafetensorsException {
        return tensor(name).dtype();
    }

    /**
     * A tensor's values, F64 rounded to single precision.
     *
     * @param name the tensor
     * @return the values, row-major, in a new array
     * @throws SafetensorsException if there is none of that name, or its type is not one of F16, BF16, F32 and F64
     */
    public float[] floats(String name) throws SafetensorsException {
        DType dtype = dtype(name);
        ByteBuffer b = values(name);
        float[] values = new float[b.remaining() / dtype.bytes()];
        switch (dtype) {
            case F32 -> b.asFloatBuffer().get(values);
            case F64 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) b.getDouble();
                }
            }
            default -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = dtype == DType.F16 ? Half.fromF16(b.getShort()) : Half.fromBf16(b.getShort());
                }
            }
        }
        return values;
    }

    /**
     * A tensor's values in double precision.
     *
     * @param name the tensor
     * @return the values, row-major, in a new array
     * @throws SafetensorsException as {@link #floats}
     */
    public double[] doubles(String name) throws SafetensorsException {
        if (dtype(name) == DType.F64) {
            ByteBuffer b = values(name);
            double[] values = new double[b.remaining() / Double.BYTES];
            b.asDoubleBuffer().get(values);
            return values;
        }
        float[] single = floats(name);
        double[] values = new double[single.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = single[i];
        }
        return values;
    }

    private ByteBuffer values(String name) throws SafetensorsException {
        TensorInfo t = tensor(name);
        if (!t.dtype().readable()) {
            throw new SafetensorsException(file, name + ".dtype", "F16, BF16, F32 or F64", t.dtype());
        }
        byte[] bytes = data.get(name);
        if (bytes == null) {
            throw new SafetensorsException(file, name, "at most " + MAX_ARRAY + " bytes, what one array holds",
                    t.end() - t.begin());
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private TensorInfo tensor(String name) throws SafetensorsException {
        TensorInfo t = tensors.get(name);
        if (t == null) {
            throw new SafetensorsException(file, "tensors", "one named " + name, names());
        }
        return t;
    }

    private byte[] bytes(FileChannel in, long position, int count) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(count);
        in.position(position);
        while (b.hasRemaining()) {
            if (in.read(b) < 0) {
                throw new SafetensorsException(file, "size", position + count + " bytes or more", "an earlier end");
            }
        }
        return b.array();
    }
}
