package dev.gateloom.bench;

import dev.gateloom.Engines;
import java.util.List;
import java.util.ServiceLoader;

/** All contenders by name. */
public final class Contenders {

    private Contenders() {
    }

    /**
     * Rivals on the class path: none unless the profile {@code rivals} was built.
     *
     * @return each of them
     */
    public static List<Contender> rivals() {
        return ServiceLoader.load(Contender.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /**
     * Engines that can run here, the best first. {@code cpu} stands for {@code cpu-simd} or {@code cpu-scalar},
     * whichever it chooses, so that one is left out.
     *
     * @return their names
     */
    public static List<String> readyEngines() {
        List<String> ready = Engines.list().stream().filter(Engines.Info::ready).map(Engines.Info::name).toList();
        String chosen = ready.contains("cpu-simd") ? "cpu-simd" : "cpu-scalar";
        return ready.stream().filter(n -> !(ready.contains("cpu") && n.equals(chosen))).toList();
    }

    /**
     * The contender of that name.
     *
     * @param name a rival's name, an engine's, or {@code ENGINE@THREADS}
     * @return the contender
     * @throws IllegalArgumentException if there is none
     */
    public static Contender get(String name) {
        return rivals().stream().filter(r -> r.name().equals(name)).findFirst()
                .orElseGet(() -> new EngineContender(name));
    }
}
