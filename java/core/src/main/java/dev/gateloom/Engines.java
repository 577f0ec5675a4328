package dev.gateloom;

import dev.gateloom.spi.EngineProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the engines of this machine. */
public final class Engines {
    private static final Logger LOG = System.getLogger("dev.gateloom");

    private Engines() {
    }

    /**
     * One engine as {@link #list()} shows it.
     *
     * @param name for {@link #get}
     * @param ready whether it can run here
     * @param reason why not; empty if it can
     * @param mend what to do; empty if it can
     */
    public record Info(String name, boolean ready, String reason, String mend) {
    }

    /**
     * The engine of the highest priority that can run here, with all cores: a GPU's before the CPU's. What was chosen and why is logged (INFO, logger
     * {@code dev.gateloom}); one that cannot start, such as a GPU that another process has for itself, is passed over.
     *
     * @return an engine; close it after use
     */
    public static RnnEngine best() {
        return best(EngineOptions.defaults());
    }

    /**
     * The engine of the highest priority that can run here in a precision.
     *
     * @param options threads and precision
     * @return an engine; close it after use
     * @throws IllegalStateException if there is none
     */
    public static RnnEngine best(EngineOptions options) {
        return best(providers(), options);
    }

    /** The first of these that can run and is for the automatic choice. */
    static RnnEngine best(List<EngineProvider> providers, EngineOptions options) {
        Check.present("options", options);
        StringBuilder passed = new StringBuilder();
        for (EngineProvider p : providers) {
            if (p.priority() < 0) {
                continue;
            }
            String reason = p.precisions().contains(options.precision())
                    ? p.obstacle().map(EngineProvider.Obstacle::reason).orElse(null)
                    : "it does not compute in " + options.precision();
            if (reason == null) {
                try {
                    RnnEngine engine = p.create(options);
                    LOG.log(Level.INFO, "engine {0} ({1}){2}", engine.name(), engine.description(), passed);
                    return engine;
                } catch (RuntimeException | LinkageError e) {
                    reason = e.toString();
                }
            }
            passed.append("; not ").append(p.name()).append(": ").append(reason);
        }
        throw new IllegalStateException(passed.isEmpty() ? "no engine found: is the gateloom-core jar on the path, unshaded?"
                : "no engine can run here in " + options.precision() + passed);
    }

    /**
     * The engine of that name, with all cores.
     *
     * @param name one of {@link #list()}
     * @return an engine; close it after use
     * @throws IllegalArgumentException if there is none of that name
     * @throws EngineUnavailableException if it cannot run here, with the reason and the mend
     */
    public static RnnEngine get(String name) {
        return get(name, EngineOptions.defaults());
    }

    /**
     * The engine of that name.
     *
     * @param name one of {@link #list()}
     * @param options threads and precision
     * @return an engine; close it after use
     * @throws IllegalArgumentException if there is none of that name, or it lacks the precision
     * @throws EngineUnavailableException if it cannot run here, with the reason and the mend
     */
    public static RnnEngine get(String name, EngineOptions options) {
        Check.present("options", options);
        List<EngineProvider> all = providers();
        EngineProvider found = all.stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
        List<String> names = all.stream().map(EngineProvider::name).toList();
        Check.that(found != null, "name", "one of " + names + (names.contains("cuda") ? ""
                : " (cuda and cudnn are in gateloom-cuda, which is not on the class path)"), name);
        Check.that(found.precisions().contains(options.precision()), "precision", "one that engine " + name + " has, "
                + new TreeSet<>(found.precisions()), options.precision());
        found.obstacle().ifPresent(o -> {
            throw new EngineUnavailableException(name, o.reason(), o.mend());
        });
        return found.create(options);
    }

    /**
     * All engines, the best first, also those that cannot run here.
     *
     * @return name and readiness of each
     */
    public static List<Info> list() {
        return providers().stream().map(p -> p.obstacle()
                .map(o -> new Info(p.name(), false, o.reason(), o.mend()))
                .orElseGet(() -> new Info(p.name(), true, "", ""))).toList();
    }

    private static List<EngineProvider> providers() {
        return ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(EngineProvider::priority).reversed()
                        .thenComparing(EngineProvider::name))
                .toList();
    }
}
