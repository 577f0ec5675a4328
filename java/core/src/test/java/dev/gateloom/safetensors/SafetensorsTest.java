package dev.gateloom.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    @TempDir
    Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("file.safetensors");
    }

    @Test
    void whatWasWrittenComesBack() throws IOException {
        float[] w = {1.5f, -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 7f};
        double[] d = {Math.PI, 1e300, -0.0};
        Safetensors.writer().floats("w", w, 2, 3).doubles("größe \"\\\n\u0001 \uD83D\uDE00", d, 3, 1, 1)
                .floats("scalar", new float[] {4}).floats("empty", new float[0], 5, 0)
                .metadata("config", "{\"a\": \"b\"}").write(file);
        Safetensors read = Safetensors.read(file);
        assertEquals(List.of("w", "größe \"\\\n\u0001 \uD83D\uDE00", "scalar", "empty"), read.names());
        assertEquals("{\"a\": \"b\"}", read.metadata().get("config"));
        assertEquals(List.of(2L, 3L), read.shape("w"));
        assertEquals(List.of(), read.shape("scalar"));
        assertEquals(List.of(5L, 0L), read.shape("empty"));
        assertEquals(DType.F64, read.dtype(read.names().get(1)));
        assertArrayEquals(w, read.floats("w"));
        assertArrayEquals(d, read.doubles(read.names().get(1)));
        assertArrayEquals(new float[] {(float) Math.PI, Float.POSITIVE_INFINITY, -0f},
                read.floats(read.names().get(1)));
        assertArrayEquals(new double[] {4}, read.doubles("scalar"));
        assertEquals(0, read.floats("empty").length);
    }

    @Test
    void moreThanOneChunkIsWrittenAndEverythingIsAligned() throws IOException {
        float[] odd = new float[40_001];
        double[] wide = new double[20_003];
        for (int i = 0; i < odd.length; i++) {
            odd[i] = i;
        }
        for (int i = 0; i < wide.length; i++) {
            wide[i] = -i;
        }
        Safetensors.writer().floats("odd", odd, odd.length).doubles("wide", wide, wide.length).write(file);
        assertArrayEquals(odd, Safetensors.read(file).floats("odd"));
        assertArrayEquals(wide, Safetensors.read(file).doubles("wide"));
        byte[] bytes = Files.readAllBytes(file);
        assertEquals(0, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
        assertTrue(new String(bytes, 8, 200, StandardCharsets.ISO_8859_1)
                .contains("\"wide\":{\"dtype\":\"F64\",\"shape\":[20003],\"data_offsets\":[0,160024]}"));
    }

    @Test
    void readsWhatAnotherLibraryWrote() throws IOException {
        Safetensors golden = Safetensors.read(Path.of("src/test/resources/golden/core",
                "lstm_L2_bi_I3_H8_B3_T5_P3_state.safetensors"));
        assertEquals(List.of(32L, 3L), golden.shape("param.weight_ih_l0"));
        assertEquals(3 * 5 * 6, golden.floats("y").length);
        assertTrue(golden.metadata().get("config").contains("\"proj_size\": 3"));
    }

    @Test
    void halfPrecisionIsWidened() throws IOException {
        short[] f16 = {0x3c00, (short) 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, (short) 0x8000, 0x7c00, (short) 0xfc00};
        float[] expected = {1, -2, 65504, 0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f, -0f, Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY};
        assertArrayEquals(expected, halves("F16", f16));
        assertTrue(Float.isNaN(halves("F16", new short[] {0x7e00})[0]));
        assertArrayEquals(new float[] {1, -3.140625f}, halves("BF16", new short[] {0x3f80, (short) 0xc049}));
    }

    private float[] halves(String dtype, short[] bits) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asShortBuffer().put(bits);
        store("{\"h\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + bits.length + "],\"data_offsets\":[0,"
                + data.capacity() + "]}}", data.array());
        Safetensors read = Safetensors.read(file);
        float[] floats = read.floats("h");
        double[] doubles = read.doubles("h");
        for (int i = 0; i < floats.length; i++) {
            assertEquals(floats[i], (float) doubles[i]);
        }
        return floats;
    }

    @Test
    void otherTypesAreListedButNotRead() throws IOException {
        store("{\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
        Safetensors read = Safetensors.read(file);
        assertEquals(DType.I64, read.dtype("ids"));
        assertMessage(() -> read.floats("ids"), "ids.dtype: expected F16, BF16, F32 or F64, got I64");
        assertMessage(() -> read.doubles("ids"), "ids.dtype: expected F16, BF16, F32 or F64, got I64");
        assertMessage(() -> read.shape("other"), "tensors: expected one named other, got [ids]");
    }

    /** Each line: a header, the bytes of data behind it, what the message says. Single quotes stand for double ones. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [] | 0 | header, character 0: expected '{'
        {}x | 0 | header, character 2: expected only spaces after the last '}', got "x"
        { | 0 | header, character 1: expected more text, got the end
        {'a | 0 | expected the end of a string, got the end
        {'a':1} | 0 | expected '{', got "1"
        {'a':{}} | 0 | header of a: expected a value for dtype, got none
        {'a':{'dtype':'F32','shape':[]}} | 0 | header of a: expected a value for data_offsets, got none
        {'a':{'dtype':'F31','shape':[],'data_offsets':[0,4]}} | 4 | a.dtype: expected one of
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4],'x':1}} | 4 | expected only dtype, shape and data_offsets, got "x"
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]},} | 4 | expected '"', got "}"
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4],}} | 4 | expected '"', got "}"
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[],'data_offsets':[4,8]}} | 8 | header: expected each name once, got "a" twice
        {'a':{'dtype':'F32','dtype':'F32','shape':[],'data_offsets':[0,4]}} | 4 | expected each name once, got "dtype" twice
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]}} | 3 | a.data_offsets: expected begin <= end <= 3 (bytes of data in the file), got [0, 4]
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]}} | 5 | size: expected 4 bytes of data behind the header, got 5
        {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 4 | a.data_offsets: expected 8 bytes for F32 [2], got 4
        {'a':{'dtype':'F32','shape':[],'data_offsets':[4,0]}} | 4 | expected begin <= end
        {'a':{'dtype':'F32','shape':[],'data_offsets':[4,8]}} | 8 | expected begin = 0, where the tensor before it ends (no gap, no overlap), got [4, 8]
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[],'data_offsets':[0,4]}} | 8 | b.data_offsets: expected begin = 4
        {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}} | 12 | b.data_offsets: expected begin = 8
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[],'data_offsets':[8,12]}} | 12 | b.data_offsets: expected begin = 4
        {'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | a.shape: expected an integer from 0 to 2^63 - 1, got "-1"
        {'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | 4 | expected an integer from 0 to 2^63 - 1, got "1.0"
        {'a':{'dtype':'F32','shape':[01],'data_offsets':[0,4]}} | 4 | expected an integer from 0 to 2^63 - 1, got "01"
        {'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,4]}} | 4 | expected an integer from 0 to 2^63 - 1
        {'a':{'dtype':'F32','shape':[4294967296,4294967297],'data_offsets':[0,4]}} | 4 | a.shape: expected less than 2^63 bytes, got F32 [4294967296, 4294967297]
        {'a':{'dtype':'F32','shape':[true],'data_offsets':[0,4]}} | 4 | expected an integer, got "t"
        {'a':{'dtype':'F32','shape':[],'data_offsets':[0]}} | 4 | a.data_offsets: expected two numbers, got [0]
        {'a':{'dtype':'F32','shape':[[1]],'data_offsets':[0,4]}} | 4 | expected an integer, got "["
        {'__metadata__':{'a':1}} | 0 | expected '"', got "1"
        {'__metadata__':{'a':'b','a':'c'}} | 0 | expected each name once, got "a" twice
        {'__metadata__':{'a':'\\x'}} | 0 | expected an escape of JSON, got "x"
        {'__metadata__':{'a':'\\u12g4'}} | 0 | expected four hexadecimal digits, got "g"
        {'__metadata__':{'a':'\\ud800'}} | 0 | expected names of Unicode characters, got a lone surrogate
        """)
    void malformedHeadersAreNamed(String header, int data, String message) throws IOException {
        store(header.replace('\'', '"'), new byte[data]);
        assertMessage(() -> Safetensors.read(file), message);
    }

    @Test
    void textThatIsNoJsonOrNoUtf8IsRefused() throws IOException {
        store(" {}", new byte[0]);
        assertMessage(() -> Safetensors.read(file), "header, character 0: expected '{', got \" \"");
        store("{\"a\":\"\n\"}", new byte[0]);
        assertMessage(() -> Safetensors.read(file), "expected '{', got \"\"\"");
        store("{\"a\n\":1}", new byte[0]);
        assertMessage(() -> Safetensors.read(file), "expected no control character in a string, got \"?\"");
        byte[] latin = "{\"ä\":1}".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, ByteBuffer.allocate(8 + latin.length).order(ByteOrder.LITTLE_ENDIAN).putLong(latin.length)
                .put(latin).array());
        assertMessage(() -> Safetensors.read(file), "header: expected UTF-8 text, got bytes that are none");
    }

    @Test
    void deepNestingIsAnErrorNotAStackOverflow() throws IOException {
        store("{\"a\":{\"dtype\":\"F32\",\"shape\":" + "[".repeat(1_000_000), new byte[0]);
        assertMessage(() -> Safetensors.read(file), "expected an integer, got \"[\"");
        store("{\"a\":".repeat(1_000_000), new byte[0]);
        assertMessage(() -> Safetensors.read(file), "header of a: expected only dtype, shape and data_offsets");
        store("{\"a\":{\"dtype\":\"F32\",\"shape\":[" + "1,".repeat(1000) + "1],\"data_offsets\":[0,4]}}", new byte[4]);
        assertMessage(() -> Safetensors.read(file), "a.shape: expected at most 64 numbers, got more");
    }

    @Test
    void headerLengthsAreCheckedBeforeAnythingIsAllocated() throws IOException {
        for (long length : new long[] {1, 100, 99_999_999, 100_000_001, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
            Files.write(file, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
            assertMessage(() -> Safetensors.read(file), "is no safetensors file: header length: expected at most 0 bytes, the rest of the file, got "
                    + Long.toUnsignedString(length));
        }
        Files.write(file, new byte[7]);
        assertMessage(() -> Safetensors.read(file), "is no safetensors file: size: expected at least 8 bytes, got 7");
    }

    @Test
    void whatIsNoFileIsNamed() {
        assertMessage(() -> Safetensors.read(file), "no such file");
        assertMessage(() -> Safetensors.read(folder), "path: expected a regular file, got a directory");
    }

    @Test
    void hostileNamesDoNotReachTheTerminal() throws IOException {
        store("{\"\\u001b[31m" + "x".repeat(5000) + "\":{}}", new byte[0]);
        String message = assertThrows(SafetensorsException.class, () -> Safetensors.read(file)).getMessage();
        assertFalse(message.contains("\u001b"));
        assertTrue(message.length() < folder.toString().length() + 1000, message);
    }

    @Test
    void theWriterRefusesWhatItCouldNotReadBack() {
        SafetensorsWriter writer = Safetensors.writer().floats("a", new float[6], 2, 3).metadata("k", "v");
        assertRefused(() -> writer.floats("a", new float[1], 1), "name: expected each name once, got a twice");
        assertRefused(() -> writer.metadata("k", "w"), "metadata: expected each key once, got k twice");
        assertRefused(() -> writer.floats("b", new float[6], 2, 2), "b: expected as many values as shape [2, 2] has, got 6");
        assertRefused(() -> writer.floats("b", new float[6], -2, -3), "shape [-2, -3] has, got 6");
        assertRefused(() -> writer.floats("b", new float[0], 1L << 32, 1L << 32), "has, got 0");
        assertRefused(() -> writer.floats("\ud800", new float[1], 1), "name: expected Unicode text");
        assertRefused(() -> writer.doubles("__metadata__", new double[1], 1), "name: expected another name");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Safetensors.writer().floats("a", new float[] {1}, 1).write(file);
        Safetensors.writer().floats("a", new float[] {2}, 1).write(file);
        assertEquals(2, Safetensors.read(file).floats("a")[0]);
        Path occupied = Files.createDirectories(folder.resolve("taken/inside")).getParent();
        assertThrows(IOException.class, () -> Safetensors.writer().floats("a", new float[1], 1).write(occupied));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file, occupied), left.sorted().toList());
        }
    }

    private void store(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        Files.write(file, ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length).put(text).put(data).array());
    }

    private void assertMessage(Executable call, String expected) {
        String message = assertThrows(SafetensorsException.class, call).getMessage();
        assertTrue(message.startsWith(folder.toString()), message);
        assertTrue(message.contains(expected), message);
    }

    private static void assertRefused(Executable call, String expected) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(expected), message);
    }
}
