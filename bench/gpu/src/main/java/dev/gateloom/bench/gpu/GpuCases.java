package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.DimsRange;
import dev.gateloom.bench.Kind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What is measured if nobody says otherwise. */
final class GpuCases {
    /** One long sequence, a batch of moderate size, and one whose products are near the limit. */
    static final List<Dims> GPU = List.of(new Dims(1, 1000, 256, 256), new Dims(64, 256, 512, 512),
            new Dims(128, 128, 1024, 1024));
    /** The batch of moderate size: ragged and in four layers too. */
    static final Dims MODERATE = GPU.get(1);
    static final int LAYERS = 4;
    static final List<Integer> STEPS_OF = List.of(128, 512, 1024);
    /** For maps of who wins where: H by B, the last one of which is a shape of the others too. */
    static final List<Dims> SWEEP = DimsRange.parse("1x128x=x256..1024").stream().flatMap(d -> Stream.of(1, 16, 64, 128)
            .map(batch -> d.slice(batch, d.steps()))).toList();
    static final List<Precision> SWEEP_IN = List.of(Precision.FP32, Precision.BF16);
    /** What the emulator executes in a few seconds. */
    static final List<Dims> EMULATOR = List.of(new Dims(2, 3, 5, 8));
    static final int EMULATOR_LAYERS = 2;
    static final List<Integer> EMULATOR_STEPS_OF = List.of(8);
    static final List<Dims> EMULATOR_SWEEP = DimsRange.parse("1..2x2x=x8..16");

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

    /** Forward and training on these shapes, so far as they are asked for. */
    static Set<Case> sweep(List<Dims> shapes, List<CellType> cells, List<Kind> kinds) {
        Set<Case> cases = new LinkedHashSet<>();
        for (CellType cell : cells) {
            kinds.stream().filter(kind -> kind != Kind.STEP)
                    .forEach(kind -> shapes.forEach(dims -> cases.add(new Case(cell, dims, kind))));
        }
        return cases;
    }

    /** Of the built-in cases. */
    static boolean isForMapsOnly(Case c) {
        return (SWEEP.contains(c.dims()) || EMULATOR_SWEEP.contains(c.dims())) && !GPU.contains(c.dims());
    }

    /** All of them in all these precisions. */
    static Set<GpuCase> in(Set<Case> cases, List<Precision> precisions) {
        Set<GpuCase> all = new LinkedHashSet<>();
        for (Case c : cases) {
            precisions.forEach(precision -> all.add(new GpuCase(c, precision)));
        }
        return all;
    }
}
