package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is measured if nobody says otherwise. */
final class GpuCases {
    /** One long sequence, a batch of moderate size, and one whose products are near the limit. */
    static final List<Dims> GPU = List.of(new Dims(1, 1000, 256, 256), new Dims(64, 256, 512, 512),
            new Dims(128, 128, 1024, 1024));
    /** The batch of moderate size: ragged and in four layers too. */
    static final Dims MODERATE = GPU.get(1);
    static final int LAYERS = 4;
    static final List<Integer> STEPS_OF = List.of(128, 512, 1024);
    /** What the emulator executes in a few seconds. */
    static final List<Dims> EMULATOR = List.of(new Dims(2, 3, 5, 8));
    static final int EMULATOR_LAYERS = 2;
    static final List<Integer> EMULATOR_STEPS_OF = List.of(8);

    private GpuCases() {
    }

    /** Every kind of call on these shapes; the ragged batch and the deep stack on one of them. */
    static Set<Case> of(List<Dims> shapes, Dims moderate, int layers, List<Integer> stepsOf, List<CellType> cells,
            List<Kind> kinds) {
        Set<Case> cases = new LinkedHashSet<>();
        for (CellType cell : cells) {
            for (Kind kind : kinds) {
                if (kind == Kind.STEP) {
                    stepsOf.forEach(hidden -> cases.add(new Case(cell, new Dims(1, 1, hidden, hidden), kind)));
                } else {
                    shapes.forEach(dims -> cases.add(new Case(cell, dims, kind)));
                    cases.add(new Case(cell, moderate, kind, 1, true));
                    cases.add(new Case(cell, moderate, kind, layers, false));
                }
            }
        }
        return cases;
    }

    /** All of them in all precisions. */
    static List<GpuCase> in(Set<Case> cases, Set<Precision> precisions) {
        List<GpuCase> all = new ArrayList<>();
        for (Case c : cases) {
            precisions.forEach(precision -> all.add(new GpuCase(c, precision)));
        }
        return all;
    }
}
