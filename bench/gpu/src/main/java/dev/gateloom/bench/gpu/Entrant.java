package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.Device;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An engine in one of its settings, which takes part in the comparison.
 *
 * @param name in the tables: the engine's, then the setting's
 * @param precisions that it computes in
 * @param maker makes the engine
 * @param confirms looks at how a plan's recurrence runs: the reason, if that is not what the name says
 * @param mayRefuse whether it is for some cases only, which it may tell by an error of its library in the first call
 */
public record Entrant(String name, Set<Precision> precisions, Maker maker, Check confirms, boolean mayRefuse) {

    /** Makes an engine on the suite's device. */
    @FunctionalInterface
    public interface Maker {

        /**
         * Makes it.
         *
         * @param device stays open when the engine is closed
         * @param precision one of the entrant's
         * @return the engine; closed after the case
         */
        RnnEngine engine(Device device, Precision precision);
    }

    /** Whether a plan does what the entrant's name says. */
    @FunctionalInterface
    public interface Check {

        /**
         * Looks at a plan.
         *
         * @param strategy {@link dev.gateloom.cuda.DevicePlan#strategy()}
         * @return why it does not; empty if it does
         */
        Optional<String> obstacle(String strategy);
    }

    /**
     * It takes every case, or says what it does not.
     *
     * @param name in the tables
     * @param precisions that it computes in
     * @param maker makes the engine
     * @param confirms looks at how a plan's recurrence runs: the reason, if that is not what the name says
     */
    public Entrant(String name, Set<Precision> precisions, Maker maker, Check confirms) {
        this(name, precisions, maker, confirms, false);
    }

    /**
     * Whatever its plans do is right.
     *
     * @param name in the tables
     * @param precisions that it computes in
     * @param maker makes the engine
     */
    public Entrant(String name, Set<Precision> precisions, Maker maker) {
        this(name, precisions, maker, strategy -> Optional.empty());
    }

    /**
     * The precisions that it may run a case in, the best first. A library without bf16, which its code or the device may lack,
     * runs fp16, which moves as many bytes.
     *
     * @param wanted the case's
     * @return that, and another of 16 bits; none if it has nothing like it
     */
    public List<Precision> precisions(Precision wanted) {
        List<Precision> all = new ArrayList<>();
        if (precisions.contains(wanted)) {
            all.add(wanted);
        }
        if (wanted == Precision.BF16 && precisions.contains(Precision.FP16) && !family().equals(Entrants.FUSED)) {
            all.add(Precision.FP16);
        }
        return all;
    }

    /**
     * Whose it is: settings of one engine do not compete with each other.
     *
     * @return the name's first word
     */
    public String family() {
        return family(name);
    }

    static String family(String name) {
        return name.split(" ", 2)[0];
    }

    static Set<Precision> all() {
        return EnumSet.allOf(Precision.class);
    }
}
