package dev.gateloom.golden;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.safetensors.Safetensors;
import dev.gateloom.safetensors.SafetensorsException;
import java.nio.file.Path;
import java.util.Locale;

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

    /**
     * Runs the case on an engine that multiplies in a precision. Where that is not float32 the file's tolerance is too small: one
     * pass has one of its own, see {@link RoundedTolerance}; a course of training has none and is not supported.
     *
     * @param engine the engine
     * @param precision of its products
     * @return the verdict
     */
    default Verdict verdict(RnnEngine engine, Precision precision) {
        return precision == Precision.FP32 ? verdict(engine) : new Verdict("", Double.POSITIVE_INFINITY,
                "not supported: a course of training has no tolerance in " + precision.name().toLowerCase(Locale.ROOT)
                        + ", whose roundings grow from update to update: fp32 alone runs it", true);
    }
}
