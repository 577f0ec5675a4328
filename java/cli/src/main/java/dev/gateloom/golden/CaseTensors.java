package dev.gateloom.golden;

import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Holds a file's tensors against the shapes they must have, and remembers which were asked for. */
final class CaseTensors {
    private final Safetensors file;
    private final Set<String> known = new HashSet<>();

    CaseTensors(Safetensors file) {
        this.file = file;
    }

    void require(String name, long... shape) throws SafetensorsException {
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!file.shape(name).equals(expected)) {
            throw new SafetensorsException(file.file(), name, "shape " + expected + ", as config says",
                    file.shape(name));
        }
        known.add(name);
    }

    /** Fails if the file holds a tensor that was not required: it would go unchecked. */
    void nothingElse() throws SafetensorsException {
        for (String name : file.names()) {
            if (!known.contains(name)) {
                throw new SafetensorsException(file.file(), name, "only tensors that the case's config calls for",
                        "one tensor more");
            }
        }
    }
}
