package dev.gateloom.bench.models;

import java.util.List;
import java.util.ServiceLoader;

/** All contenders by name. */
public final class ModelContenders {

    private ModelContenders() {
    }

    /**
     * Rivals on the class path: none unless the profile {@code rivals} was built.
     *
     * @return each of them
     */
    public static List<ModelContender> rivals() {
        return ServiceLoader.load(ModelContender.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /**
     * The contender of that name.
     *
     * @param name a rival's, {@code ENGINE}, {@code step:ENGINE} or {@code engine:ENGINE}
     * @return the contender
     */
    static ModelContender get(String name) {
        return rivals().stream().filter(r -> r.name().equals(name)).findFirst()
                .orElseGet(() -> new OurContender(name));
    }
}
