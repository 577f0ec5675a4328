package dev.gateloom.examples;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * NumPy's npz (a zip of npy files) where each array holds other arrays: matrices of whole numbers with different numbers of
 * rows, as SketchRNN's files have them.
 */
final class ObjectArrays {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private ObjectArrays() {
    }

    /** The matrices of each array of a file, by its name. */
    static Map<String, List<int[][]>> read(Path file) throws IOException {
        Map<String, List<int[][]>> arrays = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName().replaceFirst("\\.npy$", "");
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                try {
                    arrays.put(name, npy(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)));
                } catch (BufferUnderflowException e) {
                    throw new IOException(file + ", array " + name + ": ends too early", e);
                } catch (IOException | IndexOutOfBoundsException | ArithmeticException e) {
                    throw new IOException(file + ", array " + name + ": " + e.getMessage(), e);
                }
            }
        } catch (ZipException e) {
            throw new IOException(file + ": expected an npz file: " + e.getMessage(), e);
        }
        return arrays;
    }

    private static List<int[][]> npy(ByteBuffer in) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        int version = in.get();
        in.get();
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException("expected an npy file");
        }
        int length = version == 1 ? Short.toUnsignedInt(in.getShort()) : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IOException("expected a header of " + Integer.toUnsignedString(length) + " bytes, got " + in.remaining());
        }
        byte[] header = new byte[length];
        in.get(header);
        String text = new String(header, StandardCharsets.ISO_8859_1);
        if (!text.contains("'descr': '|O'")) {
            throw new IOException("expected an array of objects, got " + text.strip());
        }
        return new PickledMatrices(in).read();
    }
}
