package dev.gateloom.ptx.race;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Races that were found: one report for each pair of instructions, with its first instance and a count. */
final class Hazards {
    private static final int KEPT = 100;

    private final Map<Object, Hazard> hazards = new LinkedHashMap<>();

    /** The first instance of a pair, and how many there were. */
    private static final class Hazard {
        final Race first;
        int count;

        Hazard(Race first) {
            this.first = first;
        }
    }

    /**
     * Two accesses that nothing orders.
     *
     * @param earlier what was done first, as it happened this time: {@code Write access at k()+0x10 in f.cu:3}
     * @param later the other one
     * @param details what, where, by whom, why
     */
    record Race(String earlier, String later, String details) {
    }

    /** Counts a race; describes it if it is the first one of its kind. */
    void add(Object kind, Supplier<Race> race) {
        Hazard hazard = hazards.get(kind);
        if (hazard == null) {
            if (hazards.size() == KEPT) {
                return;
            }
            hazard = new Hazard(race.get());
            hazards.put(kind, hazard);
        }
        hazard.count++;
    }

    List<String> reports() {
        List<String> reports = new ArrayList<>();
        for (Hazard hazard : hazards.values()) {
            reports.add("Error: Race reported between " + hazard.first.earlier() + "\n    and " + hazard.first.later() + " ["
                    + hazard.count + (hazard.count == 1 ? " hazard]" : " hazards]") + "\n    " + hazard.first.details());
        }
        return reports;
    }
}
