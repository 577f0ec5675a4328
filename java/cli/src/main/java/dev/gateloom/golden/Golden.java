package dev.gateloom.golden;

import dev.gateloom.RnnEngine;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.nio.file.Path;

/**
 * A golden test case of any family. Reading checks the file completely: a tensor too many, one too few, or one of another
 * shape is an error, and no memory is taken for sizes that the file only claims.
 */
public sealed interface Golden permits GoldenCase, TrainCase, KerasCase {

    /**
     * Reads a case.
     *
     * @param file of the family core, variant, train or keras
     * @return the case
     * @throws SafetensorsException if the file is unreadable or no such case
     */
    static Golden read(Path file) throws SafetensorsException {
        Safetensors tensors = Safetensors.read(file);
        CaseJson json = new CaseJson(tensors);
        if (json.integer("schema", 1) != 1) {
            throw new SafetensorsException(file, "config.schema", "1, the only one known", json.integer("schema", 1));
        }
        try {
            return switch (json.text("family", "core", "variant", "train", "keras")) {
                case "train" -> new TrainCase(tensors, json);
                case "keras" -> new KerasCase(tensors, json);
                default -> new GoldenCase(tensors, json);
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new SafetensorsException(file, "config: describes no stack: " + e.getMessage());
        }
    }

    /**
     * Runs the case and compares everything that it holds.
     *
     * @param engine the engine
     * @return the verdict; a case that the engine cannot run, or fails to run, has not passed
     */
    Verdict verdict(RnnEngine engine);
}
