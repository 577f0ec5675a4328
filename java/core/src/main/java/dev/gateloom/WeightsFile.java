package dev.gateloom;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import dev.gateloom.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@link RnnWeights} as a safetensors file with PyTorch's names. */
final class WeightsFile {

    private WeightsFile() {
    }

    static void read(Safetensors file, String prefix, RnnWeights weights) throws SafetensorsException {
        String expected = "the parameters of " + weights.config()
                + (prefix.isEmpty() ? "" : " behind prefix " + prefix);
        for (Parameter p : weights.parameters()) {
            String name = prefix + p.name();
            if (!file.has(name)) {
                throw new SafetensorsException(file.file(), name, expected, "no such tensor among " + file.names());
            }
            List<Long> shape = p.shape().stream().map(Integer::longValue).toList();
            if (!file.shape(name).equals(shape)) {
                throw new SafetensorsException(file.file(), name, "shape " + shape + " for " + weights.config(),
                        file.shape(name));
            }
        }
        for (String name : file.names()) {
            if (name.startsWith(prefix) && !weights.has(name.substring(prefix.length()))) {
                throw new SafetensorsException(file.file(), name, "only " + expected
                        + (prefix.isEmpty() ? " (give a prefix if the file holds other modules too)" : ""),
                        "one tensor more");
            }
        }
        for (Parameter p : weights.parameters()) {
            weights.set(p.name(), file.floats(prefix + p.name()));
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
