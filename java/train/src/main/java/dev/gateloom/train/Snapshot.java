package dev.gateloom.train;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import dev.gateloom.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors and texts in one safetensors file: texts, and a SHA-256 checksum of everything, are entries of the JSON header's
 * {@code __metadata__}. One file is written and moved into place at once, so that there is never half a snapshot.
 */
final class Snapshot {
    private static final String CHECKSUM = "sha256";

    /** Values with their shape. */
    record Part(float[] values, long[] shape) {
    }

    private final Map<String, Part> tensors = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>();

    Snapshot put(String name, float[] values, long... shape) {
        tensors.put(name, new Part(values, shape));
        return this;
    }

    Snapshot put(String name, String text) {
        texts.put(name, text);
        return this;
    }

    Map<String, Part> tensors() {
        return tensors;
    }

    Map<String, String> texts() {
        return texts;
    }

    void write(Path file) throws IOException {
        SafetensorsWriter writer = Safetensors.writer();
        texts.forEach(writer::metadata);
        writer.metadata(CHECKSUM, checksum());
        tensors.forEach((name, part) -> writer.floats(name, part.values, part.shape));
        writer.write(file);
    }

    static Snapshot read(Path file) throws SafetensorsException {
        Safetensors in = Safetensors.read(file);
        Snapshot s = new Snapshot();
        s.texts.putAll(in.metadata());
        String expected = s.texts.remove(CHECKSUM);
        for (String name : in.names()) {
            s.put(name, in.floats(name), in.shape(name).stream().mapToLong(Long::longValue).toArray());
        }
        String found = s.checksum();
        if (!found.equals(expected)) {
            throw new SafetensorsException(file, CHECKSUM, expected == null ? "a checksum" : expected, found);
        }
        return s;
    }

    private String checksum() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        texts.forEach((name, text) -> digest.update((name + "\n" + text + "\n").getBytes(StandardCharsets.UTF_8)));
        tensors.forEach((name, part) -> {
            StringBuilder head = new StringBuilder(name);
            for (long size : part.shape) {
                head.append(' ').append(size);
            }
            digest.update(head.append('\n').toString().getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(part.values.length * Float.BYTES);
            bytes.asFloatBuffer().put(part.values);
            digest.update(bytes);
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
