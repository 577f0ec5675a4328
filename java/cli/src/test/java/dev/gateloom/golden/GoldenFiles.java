package dev.gateloom.golden;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gateloom.safetensors.DType;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The golden files in the tests of the core, and changed copies of them. */
public final class GoldenFiles {
    public static final Path FOLDER = Path.of("../core/src/test/resources/golden");
    public static final Path SMALL = FOLDER.resolve("core/gru_L1_uni_I1_H1_B1_T1.safetensors");
    public static final Path LSTM = FOLDER.resolve("core/lstm_L1_bi_I1_H3_B2_T4_state.safetensors");

    private GoldenFiles() {
    }

    public static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
        }
    }

    /** A case that can be changed. */
    public static final class Copy {
        public final ObjectNode config;
        public final Map<String, float[]> values = new LinkedHashMap<>();
        public final Map<String, long[]> shapes = new LinkedHashMap<>();

        private Copy(Path original) throws IOException {
            Safetensors file = Safetensors.read(original);
            config = (ObjectNode) new ObjectMapper().readTree(file.metadata().get("config"));
            for (String name : file.names()) {
                if (file.dtype(name) != DType.F32) {
                    throw new IOException(name + " is no F32");
                }
                put(name, file.floats(name), file.shape(name).stream().mapToLong(Long::longValue).toArray());
            }
        }

        public void put(String name, float[] tensor, long... shape) {
            values.put(name, tensor);
            shapes.put(name, shape);
        }
    }

    public static Path changed(Path original, Path to, Consumer<Copy> change) throws IOException {
        Copy copy = new Copy(original);
        change.accept(copy);
        SafetensorsWriter writer = Safetensors.writer().metadata("config", copy.config.toString());
        copy.values.forEach((name, values) -> writer.floats(name, values, copy.shapes.get(name)));
        writer.write(to);
        return to;
    }
}
