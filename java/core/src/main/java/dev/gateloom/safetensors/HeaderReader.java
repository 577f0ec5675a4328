package dev.gateloom.safetensors;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON of a header. Only what the format allows is accepted, so nothing recurses and nothing is guessed:
 *
 * <pre>
 * header  {"__metadata__": {name: text, …}, name: tensor, …}   then spaces
 * tensor  {"dtype": name, "shape": [integer, …], "data_offsets": [integer, integer]}   keys in any order
 * </pre>
 */
final class HeaderReader {
    static final String METADATA = "__metadata__";
    /** Dimensions of one tensor: what the usual array libraries take. */
    private static final int MAX_RANK = 64;

    private final Path file;
    private final String text;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private int at;

    HeaderReader(Path file, byte[] header) throws SafetensorsException {
        this.file = file;
        try {
            text = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(header)).toString();
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(file, "header", "UTF-8 text", "bytes that are none");
        }
        if (!text.startsWith("{")) {
            throw wrong("'{'");
        }
        object(this::entry);
        while (at < text.length()) {
            if (text.charAt(at) != ' ') {
                throw wrong("only spaces after the last '}'");
            }
            at++;
        }
    }

    Map<String, String> metadata() {
        return metadata;
    }

    Map<String, TensorInfo> tensors() {
        return tensors;
    }

    private void entry(String name) throws SafetensorsException {
        if (name.equals(METADATA)) {
            object(key -> metadata.put(key, string()));
        } else {
            tensors.put(name, tensor(name));
        }
    }

    private TensorInfo tensor(String name) throws SafetensorsException {
        Map<String, Object> fields = new LinkedHashMap<>();
        object(key -> fields.put(key, switch (key) {
            case "dtype" -> dtype(name);
            case "shape", "data_offsets" -> integers(name + "." + key);
            default -> throw new SafetensorsException(file, "header of " + name,
                    "only dtype, shape and data_offsets", quote(key));
        }));
        for (String key : List.of("dtype", "shape", "data_offsets")) {
            if (!fields.containsKey(key)) {
                throw new SafetensorsException(file, "header of " + name, "a value for " + key, "none");
            }
        }
        long[] offsets = (long[]) fields.get("data_offsets");
        if (offsets.length != 2) {
            throw new SafetensorsException(file, name + ".data_offsets", "two numbers", Arrays.toString(offsets));
        }
        return new TensorInfo(name, (DType) fields.get("dtype"),
                Arrays.stream((long[]) fields.get("shape")).boxed().toList(), offsets[0], offsets[1]);
    }

    private DType dtype(String name) throws SafetensorsException {
        String dtype = string();
        for (DType d : DType.values()) {
            if (d.name().equals(dtype)) {
                return d;
            }
        }
        throw new SafetensorsException(file, name + ".dtype", "one of " + Arrays.toString(DType.values()),
                quote(dtype));
    }

    /** What to do with one key of an object; the value follows. */
    private interface Member {
        void read(String key) throws SafetensorsException;
    }

    private void object(Member member) throws SafetensorsException {
        take('{');
        if (peek() == '}') {
            at++;
            return;
        }
        Set<String> seen = new HashSet<>();
        do {
            String key = string();
            if (!seen.add(key)) {
                throw new SafetensorsException(file, "header", "each name once", quote(key) + " twice");
            }
            take(':');
            member.read(key);
        } while (more('}'));
    }

    private long[] integers(String what) throws SafetensorsException {
        take('[');
        if (peek() == ']') {
            at++;
            return new long[0];
        }
        List<Long> values = new ArrayList<>();
        do {
            if (values.size() == MAX_RANK) {
                throw new SafetensorsException(file, what, "at most " + MAX_RANK + " numbers", "more");
            }
            values.add(integer(what));
        } while (more(']'));
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private long integer(String what) throws SafetensorsException {
        peek();
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        if (digits.isEmpty()) {
            throw wrong("an integer");
        }
        boolean plain = digits.equals("0")
                || digits.charAt(0) != '0' && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (plain && digits.length() <= 19) {
            try {
                return Long.parseLong(digits);
            } catch (NumberFormatException e) {
                plain = false;          // 19 digits can exceed 2^63 - 1
            }
        }
        throw new SafetensorsException(file, what, "an integer from 0 to 2^63 - 1", quote(digits));
    }

    private String string() throws SafetensorsException {
        take('"');
        StringBuilder s = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                break;
            }
            if (c < ' ') {
                at--;
                throw wrong("no control character in a string");
            }
            s.append(c == '\\' ? escape() : c);
        }
        // A surrogate without its other half is no character; it could not be written back either.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(s)) {
            throw new SafetensorsException(file, "header", "names of Unicode characters", "a lone surrogate");
        }
        return s.toString();
    }

    private char escape() throws SafetensorsException {
        char c = next();
        switch (c) {
            case '"', '\\', '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    char hex = next();
                    int digit = hex < 128 ? Character.digit(hex, 16) : -1;
                    if (digit < 0) {
                        at--;
                        throw wrong("four hexadecimal digits");
                    }
                    code = code << 4 | digit;
                }
                return (char) code;
            default:
                at--;
                throw wrong("an escape of JSON");
        }
    }

    /** After a member: true behind a comma, false behind the end. */
    private boolean more(char end) throws SafetensorsException {
        char c = peek();
        if (c != ',' && c != end) {
            throw wrong("',' or '" + end + "'");
        }
        at++;
        return c == ',';
    }

    private void take(char c) throws SafetensorsException {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    /** The next character that is not white space; stays in front of it. */
    private char peek() throws SafetensorsException {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == text.length()) {
            throw wrong("more text");
        }
        return text.charAt(at);
    }

    private char next() throws SafetensorsException {
        if (at == text.length()) {
            throw wrong("the end of a string");
        }
        return text.charAt(at++);
    }

    private SafetensorsException wrong(String expected) {
        return new SafetensorsException(file, "header, character " + at, expected,
                at >= text.length() ? "the end" : quote(text.substring(at, Math.min(at + 1, text.length()))));
    }

    private static String quote(String s) {
        return '"' + s + '"';
    }
}
