package dev.gateloom.bench.models;

import dev.gateloom.RnnEngine;
import dev.gateloom.bench.EngineContender;
import java.util.Optional;

/**
 * Our trainer on one of our engines, called {@code ENGINE}; or a part of what that does, which only the layer is measured in:
 * {@code step:ENGINE} is all but the optimizer, {@code engine:ENGINE} the bare engine.
 */
final class OurContender implements ModelContender {
    /** What the name begins with if there is no optimizer. */
    static final String STEP = "step:";
    /** What the name begins with if there is no trainer. */
    static final String ENGINE = "engine:";

    private final String name;
    private final String part;

    OurContender(String name) {
        this.name = name;
        part = name.startsWith(STEP) ? STEP : name.startsWith(ENGINE) ? ENGINE : "";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<String> obstacle(ModelCase c) {
        return part.isEmpty() || c.kind() == ModelKind.LAYER ? Optional.empty()
                : Optional.of("the models are trained as a whole only");
    }

    @Override
    public Session open(ModelProblem problem) {
        RnnEngine engine = new EngineContender(name.substring(part.length())).engine();
        return part.equals(ENGINE) ? new EngineSession(engine, problem) : new TrainerSession(engine, problem, part.isEmpty());
    }
}
