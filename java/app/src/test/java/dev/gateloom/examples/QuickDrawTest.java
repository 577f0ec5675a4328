package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small files in the formats of Quick, Draw!: {@code cat.npz} was written by NumPy 2 (protocol 4), {@code dog.full.npz} has the
 * protocol 2 and the byte strings of Python 2, as the published files do.
 */
class QuickDrawTest {
    private static final Path FILES = Path.of("src/test/resources/dev/gateloom/examples");
    private static final int[][] A = {{0, 0, 0}, {10, 0, 0}, {0, 20, 1}, {-5, -5, 0}, {1, -300, 1}};
    private static final int[][] B = {{1, 2, 0}, {3, 4, 1}};

    @TempDir
    Path folder;

    @Test
    void readsNdjson() throws IOException {
        SketchData data = QuickDraw.read(FILES.resolve("drawings.ndjson"));
        assertEquals(List.of("cross", "square"), data.labels());
        assertEquals(12, data.sketches().size());
        assertArrayEquals(new double[][] {{0.5, 0}, {100.25, 0}, {100, 100}, {0, 100}, {0, 2}},
                data.sketches().get(2).strokes().get(0), "a raw drawing with times");
        assertArrayEquals(new double[][] {{100, 0}, {0, 100}}, data.sketches().get(1).strokes().get(1));
        Path packed = folder.resolve("drawings.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(FILES.resolve("drawings.ndjson"), out);
        }
        assertEquals(12, QuickDraw.read(packed).sketches().size());
    }

    @Test
    void readsNpzOfPython2And3() throws IOException {
        Map<String, List<int[][]>> three = ObjectArrays.read(FILES.resolve("cat.npz"));
        assertEquals(List.of("train", "valid", "test"), List.copyOf(three.keySet()));
        assertArrayEquals(A, three.get("train").get(0));
        assertArrayEquals(B, three.get("train").get(1));
        assertArrayEquals(B, three.get("valid").get(0), "the high byte first");
        assertArrayEquals(A, three.get("test").get(0), "four bytes, column by column");
        Map<String, List<int[][]>> two = ObjectArrays.read(FILES.resolve("dog.full.npz"));
        assertArrayEquals(A, two.get("test").get(0));
        assertArrayEquals(B, two.get("train").get(0));
    }

    @Test
    void aFolderHasAClassInEachFile() throws IOException {
        for (String name : List.of("cat.npz", "dog.full.npz", "drawings.ndjson")) {
            Files.copy(FILES.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("README"), "not a drawing");
        SketchData data = QuickDraw.read(folder);
        assertEquals(List.of("cat", "cross", "dog", "square"), data.labels());
        assertEquals(12 + 4 + 3, data.sketches().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"word\":\"x\"}", "{\"word\":\"x\",\"drawing\":[[[1,2],[1]]]}",
        "{\"word\":\"x\",\"drawing\":[]}", "{\"word\":\"x\",\"drawing\":[[[1]]]}", "{\"drawing\":[[[1],[1]]]}",
        "{\"word\":1,\"drawing\":[[[1],[1]]]}"})
    void wrongLinesAreNamed(String line) throws IOException {
        Path file = Files.write(folder.resolve("wrong.ndjson"), List.of("{\"word\":\"x\",\"drawing\":[[[1],[1]]]}", line));
        assertMessage(file, ", line 2: expected {\"word\": ");
    }

    @Test
    void wrongFilesAreRefused() throws IOException {
        assertMessage(Files.writeString(folder.resolve("a.txt"), "x"), ": expected a file .ndjson, .ndjson.gz or .npz");
        assertMessage(Files.write(folder.resolve("a.ndjson"), new byte[] {(byte) 0xFF}), ": expected a text in UTF-8, got other bytes");
        assertMessage(Files.writeString(folder.resolve("a.ndjson.gz"), "no gzip"), ": Not in GZIP format");
        assertMessage(folder.resolve("missing.ndjson"), ": NoSuchFileException: ");
        assertMessage(Files.writeString(folder.resolve("a.npz"), "x"), ": expected an npz file");
        assertMessage(npz(new byte[] {1, 2, 3}), ", array train: ends too early");
        assertMessage(npz("nothing that NumPy wrote".getBytes(StandardCharsets.UTF_8)), ", array train: expected an npy file");
        assertMessage(npz(npy("<i2", new byte[0])), ", array train: expected an array of objects");
    }

    /** A pickle may name any function of Python; none is called, and only arrays are made. */
    @Test
    void nothingButArraysIsUnpickled() throws IOException {
        assertMessage(npz(npy("|O", "\u0080\u0002cos\nsystem\n".getBytes(StandardCharsets.ISO_8859_1))), "got os system");
        assertMessage(npz(npy("|O", "}".getBytes(StandardCharsets.ISO_8859_1))), "got operation 0x7d");
        assertMessage(npz(npy("|O", "K\u0001.".getBytes(StandardCharsets.ISO_8859_1))), "expected Array, got Integer");
        assertMessage(npz(npy("|O", "R".getBytes(StandardCharsets.ISO_8859_1))), "expected 2 values before an operation");
        assertMessage(npz(npy("|O", "t".getBytes(StandardCharsets.ISO_8859_1))), "expected 1 values before an operation");
        assertMessage(npz(npy("|O", "T\u00ff\u00ff\u00ff\u007fx".getBytes(StandardCharsets.ISO_8859_1))), "more bytes, got 1");
    }

    /** Whichever byte of a good file is altered or missing, the answer is drawings or one line, never another exception. */
    @Test
    void damagedFilesNeverSurprise() throws IOException {
        byte[] good;
        try (ZipFile zip = new ZipFile(FILES.resolve("dog.full.npz").toFile())) {
            good = zip.getInputStream(zip.getEntry("train.npy")).readAllBytes();
        }
        for (int at = 0; at < good.length; at++) {
            for (int value : new int[] {0xff, good[at] ^ 1}) {
                byte[] damaged = good.clone();
                damaged[at] = (byte) value;
                readOrRefuse(damaged);
            }
            readOrRefuse(Arrays.copyOf(good, at));
        }
    }

    private void readOrRefuse(byte[] npy) throws IOException {
        Path file = npz(npy);
        try {
            ObjectArrays.read(file);
        } catch (IOException refused) {
            assertTrue(refused.getMessage().startsWith(file + ", array train: "), refused.getMessage());
        }
    }

    private void assertMessage(Path file, String part) {
        String message = assertThrows(IOException.class, () -> QuickDraw.read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(part), message);
    }

    private Path npz(byte[] train) throws IOException {
        Path file = folder.resolve("made.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("train.npy"));
            zip.write(train);
        }
        return file;
    }

    private static byte[] npy(String type, byte[] data) {
        byte[] header = ("{'descr': '" + type + "', 'fortran_order': False, 'shape': (1,), }\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("\u0093NUMPY\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) header.length).array());
        out.writeBytes(header);
        out.writeBytes(data);
        return out.toByteArray();
    }
}
