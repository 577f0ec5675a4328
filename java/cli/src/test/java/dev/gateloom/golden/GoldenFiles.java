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

    /** Of the families train and keras. */
    public static final Path TRAINING = Path.of("../train/src/test/resources/golden");
    public static final Path TRAIN = TRAINING.resolve("train/gru_regressor_adam_a.safetensors");
    public static final Path KERAS = TRAINING.resolve("keras/masked_gru_7x3.safetensors");

    private GoldenFiles() {
    }

    public static List<Path> all() throws IOException {
        return under(FOLDER);
    }

    public static List<Path> under(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
        }
    }

    /** A case that can be changed. */
    public static final class Copy {
        public final ObjectNode config;
        public final Map<String, float[]> values = new LinkedHashMap<>();
        public final Map<String, double[]> doubles = new LinkedHashMap<>();
        public final Map<String, long[]> shapes = new LinkedHashMap<>();

        private Copy(Path original) throws IOException {
            Safetensors file = Safetensors.read(original);
            config = (ObjectNode) new ObjectMapper().readTree(file.metadata().get("config"));
            for (String name : file.names()) {
                long[] shape = file.shape(name).stream().mapToLong(Long::longValue).toArray();
                if (file.dtype(name) == DType.F64) {
                    doubles.put(name, file.doubles(name));
                    shapes.put(name, shape);
                } else {
                    put(name, file.floats(name), shape);
                }
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
        copy.doubles.forEach((name, values) -> writer.doubles(name, values, copy.shapes.get(name)));
        copy.values.forEach((name, values) -> writer.floats(name, values, copy.shapes.get(name)));
        writer.write(to);
        return to;
    }
}
