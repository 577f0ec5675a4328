package dev.gateloom.bench.models;

import java.util.ArrayList;
import java.util.List;

/**
 * What one run measures.
 *
 * @param cases in order
 * @param engine the engine below our trainer
 * @param rivals rivals' names
 */
public record ModelSelection(List<ModelCase> cases, String engine, List<String> rivals) {

    /** Who takes part in a case, ours first. */
    List<String> contenders(ModelCase c) {
        List<String> names = new ArrayList<>(List.of(engine, OurContender.STEP + engine, OurContender.ENGINE + engine));
        names.addAll(rivals);
        names.removeIf(name -> ModelContenders.get(name).obstacle(c).isPresent());
        return names;
    }
}
