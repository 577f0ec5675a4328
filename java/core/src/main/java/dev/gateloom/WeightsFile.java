package dev.gateloom;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import dev.gateloom.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@link RnnWeights} as a safetensors file with PyTorch's names. */
final class WeightsFile {

    private WeightsFile() {
    }

    /** The file must hold exactly these parameters behind the prefix. */
    static void check(Safetensors file, String prefix, RnnConfig config, Map<String, Parameter> parameters)
            throws SafetensorsException {
        String expected = "the parameters of " + config + (prefix.isEmpty() ? "" : " behind prefix " + prefix);
        for (Parameter p : parameters.values()) {
            String name = prefix + p.name();
            if (!file.has(name)) {
                throw new SafetensorsException(file.file(), name, expected, "no such tensor among " + file.names());
            }
            List<Long> shape = p.shape().stream().map(Integer::longValue).toList();
            if (!file.shape(name).equals(shape)) {
                throw new SafetensorsException(file.file(), name, "shape " + shape + " for " + config,
                        file.shape(name));
            }
        }
        for (String name : file.names()) {
            if (name.startsWith(prefix) && !parameters.containsKey(name.substring(prefix.length()))) {
                throw new SafetensorsException(file.file(), name, "only " + expected
                        + (prefix.isEmpty() ? " (give a prefix if the file holds other modules too)" : ""),
                        "one tensor more");
            }
        }
    }

    static void write(RnnWeights weights, String prefix, Path file) throws IOException {
        SafetensorsWriter writer = Safetensors.writer().metadata("format", "pt");
        for (Parameter p : weights.parameters()) {
            writer.floats(prefix + p.name(), weights.get(p.name()),
                    p.shape().stream().mapToLong(Integer::longValue).toArray());
        }
        writer.write(file);
    }
}
