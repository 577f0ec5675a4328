package dev.gateloom.bench.gpu;

import dev.gateloom.EngineOptions;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.Device;
import dev.gateloom.spi.EngineProvider;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** The algorithms of a library's engine, of which a benchmark runs all: the best one is what the library can do. */
interface Algorithms {

    /** The engine's name. */
    String engine();

    /** What {@link #open} takes; one empty name if the engine chooses alone. */
    List<String> names();

    /** What the library computes in here. */
    Set<Precision> precisions();

    /** An engine that runs one of them. */
    RnnEngine open(Device device, String algorithm, Precision precision);

    /** Of the engine of that name on the class path, which chooses alone; empty if there is none. */
    static Optional<Algorithms> of(String engine) {
        return ServiceLoader.load(EngineProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(engine)).findFirst().map(OwnChoice::new);
    }

    /** What is in the way of all of them; empty if they can run. */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /**
     * The engine as it comes. It opens the same GPU by itself: its primary context, which the suite's device shares.
     *
     * @param provider of the engine
     */
    record OwnChoice(EngineProvider provider) implements Algorithms {

        @Override
        public String engine() {
            return provider.name();
        }

        @Override
        public List<String> names() {
            return List.of("");
        }

        @Override
        public Set<Precision> precisions() {
            return provider.precisions();
        }

        @Override
        public RnnEngine open(Device device, String algorithm, Precision precision) {
            return provider.create(EngineOptions.defaults().precision(precision));
        }

        @Override
        public Optional<String> obstacle() {
            return provider.obstacle().map(o -> o.reason() + "; " + o.mend());
        }
    }
}
