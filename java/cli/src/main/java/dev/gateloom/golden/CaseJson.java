package dev.gateloom.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JSON of a case, entry {@code config} of the file's metadata. Every value is checked when it is asked for. */
final class CaseJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final String path;
    private final JsonNode root;

    private CaseJson(Path file, String path, JsonNode root) {
        this.file = file;
        this.path = path;
        this.root = root;
    }

    CaseJson(Safetensors tensors) throws SafetensorsException {
        file = tensors.file();
        path = "config";
        String text = tensors.metadata().get("config");
        if (text == null) {
            throw new SafetensorsException(file, "__metadata__", "an entry config (a golden test case has one)",
                    tensors.metadata().keySet());
        }
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new SafetensorsException(file, "__metadata__.config", "JSON", e.getOriginalMessage());
        }
        if (!root.isObject()) {
            throw wrong("__metadata__.config", "a JSON object", root);
        }
    }

    /** A whole number, at least {@code least}. */
    int integer(String key, int least) throws SafetensorsException {
        JsonNode value = value(key);
        if (!value.isInt() || value.intValue() < least) {
            throw wrong(path + "." + key, "an integer of at least " + least, value);
        }
        return value.intValue();
    }

    /** A number in {@code [0, 1)}; 0 if there is none. */
    float rate(String key) throws SafetensorsException {
        return root.has(key) ? (float) number(key, 0, 1) : 0f;
    }

    /** A number in {@code [least, limit)}. */
    double number(String key, double least, double limit) throws SafetensorsException {
        JsonNode value = value(key);
        double number = value.doubleValue();
        if (!value.isNumber() || !(number >= least && number < limit)) {
            throw wrong(path + "." + key, "a number in [" + least + ", " + limit + ")", value);
        }
        return number;
    }

    /** Entry number {@code index} of a list of numbers in {@code [least, limit)}. */
    double number(String key, int index, double least, double limit) throws SafetensorsException {
        JsonNode value = value(key);
        JsonNode entry = value.isArray() ? value.get(index) : null;
        if (entry == null || !entry.isNumber() || !(entry.doubleValue() >= least && entry.doubleValue() < limit)) {
            throw wrong(path + "." + key, "a list of numbers in [" + least + ", " + limit + ")", value);
        }
        return entry.doubleValue();
    }

    /** The sizes of a tensor. */
    long[] shape(String key) throws SafetensorsException {
        JsonNode value = value(key);
        long[] sizes = new long[value.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = value.get(i) != null && value.get(i).isInt() ? value.get(i).intValue() : -1;
            if (sizes[i] < 0) {
                throw wrong(path + "." + key, "a list of sizes", value);
            }
        }
        return sizes;
    }

    boolean flag(String key) throws SafetensorsException {
        JsonNode value = value(key);
        if (!value.isBoolean()) {
            throw wrong(path + "." + key, "true or false", value);
        }
        return value.booleanValue();
    }

    /** A text, one of those given if any are. */
    String text(String key, String... allowed) throws SafetensorsException {
        JsonNode value = value(key);
        String text = value.textValue();
        if (text == null || allowed.length > 0 && !List.of(allowed).contains(text)) {
            throw wrong(path + "." + key, allowed.length == 0 ? "a text"
                    : "one of " + String.join(" | ", allowed), value);
        }
        return text;
    }

    /** {@code count} integers from 0 to {@code most}; null for null. */
    int[] integers(String key, int count, int most) throws SafetensorsException {
        JsonNode value = value(key);
        if (value.isNull()) {
            return null;
        }
        boolean fits = value.isArray() && value.size() == count;
        int[] numbers = new int[fits ? count : 0];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = value.get(i).isInt() ? value.get(i).intValue() : -1;
            fits &= numbers[i] >= 0 && numbers[i] <= most;
        }
        if (!fits) {
            throw wrong(path + "." + key, "null or " + count + " integers from 0 to " + most, value);
        }
        return numbers;
    }

    /** An object inside this one. */
    CaseJson object(String key) throws SafetensorsException {
        JsonNode value = value(key);
        if (!value.isObject()) {
            throw wrong(path + "." + key, "an object", value);
        }
        return new CaseJson(file, path + "." + key, value);
    }

    /** Objects in a list. */
    List<CaseJson> objects(String key) throws SafetensorsException {
        JsonNode value = value(key);
        List<CaseJson> objects = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            if (!value.isArray() || !value.get(i).isObject()) {
                throw wrong(path + "." + key, "a list of objects", value);
            }
            objects.add(new CaseJson(file, path + "." + key + "[" + i + "]", value.get(i)));
        }
        return objects;
    }

    boolean has(String key) {
        return root.has(key);
    }

    private JsonNode value(String key) throws SafetensorsException {
        JsonNode value = root.get(key);
        if (value == null) {
            throw new SafetensorsException(file, path, "a value for " + key, "none");
        }
        return value;
    }

    private SafetensorsException wrong(String what, String expected, JsonNode came) {
        return new SafetensorsException(file, what, expected, came);
    }
}
