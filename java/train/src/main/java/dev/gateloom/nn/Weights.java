package dev.gateloom.nn;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import dev.gateloom.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A model's parameters, also the {@link Layer#frozen() frozen} ones, as a safetensors file, under their names. */
public final class Weights {

    private Weights() {
    }

    private static List<Trainable> all(Layer model) {
        List<Trainable> all = new ArrayList<>(model.parameters());
        all.addAll(model.frozen());
        return all;
    }

    /**
     * Writes them.
     *
     * @param model whose
     * @param file where to; replaced at once when all is written
     * @throws IOException if it cannot be written
     */
    public static void save(Layer model, Path file) throws IOException {
        SafetensorsWriter writer = Safetensors.writer();
        for (Trainable t : all(model)) {
            writer.floats(t.name(), Arrays.copyOfRange(t.values(), t.offset(), t.end()),
                    t.shape().stream().mapToLong(Integer::longValue).toArray());
        }
        writer.write(file);
    }

    /**
     * Reads them into a model built in the same way.
     *
     * @param model whose
     * @param file what {@link #save} wrote
     * @throws SafetensorsException if the file is unreadable, or a tensor is missing, unknown or of the wrong shape; the model
     *     is as before then
     */
    public static void load(Layer model, Path file) throws SafetensorsException {
        Safetensors in = Safetensors.read(file);
        Set<String> unknown = new HashSet<>(in.names());
        for (Trainable t : all(model)) {
            List<Long> shape = t.shape().stream().map(Integer::longValue).toList();
            if (!in.shape(t.name()).equals(shape)) {
                throw new SafetensorsException(file, t.name(), "shape " + shape, in.shape(t.name()));
            }
            unknown.remove(t.name());
        }
        if (!unknown.isEmpty()) {
            throw new SafetensorsException(file, "tensors", "only the model's " + all(model).size(), unknown);
        }
        for (Trainable t : all(model)) {
            System.arraycopy(in.floats(t.name()), 0, t.values(), t.offset(), t.size());
            t.changed().run();
        }
    }
}
