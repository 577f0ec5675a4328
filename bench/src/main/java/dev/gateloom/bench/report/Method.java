package dev.gateloom.bench.report;

import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Measurement;
import dev.gateloom.bench.PythonRival;
import dev.gateloom.bench.Results;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How it was measured: what a reader needs to judge the numbers. */
final class Method {

    private Method() {
    }

    static List<String> of(Results r) {
        List<String> lines = new ArrayList<>();
        lines.add("One layer, one direction, biases, float32. A training step is forward, then the gradients of all "
                + "weights, biases and the input; packing the changed weights and clearing the gradients are part of it. "
                + "Inputs and weights are the same numbers for everybody.");
        lines.add(String.format("Every contender runs in a JVM of its own (JMH fork), %d for each case; where there are "
                + "several the contenders take turns. A fork warms up until its calls have not become faster for %s s (at most "
                + "15 s), then measures %s s in %d iterations.",
                r.settings().rounds(), Text.digits(r.settings().warmup()), Text.digits(r.settings().seconds()), 5));
        if (r.engines().stream().anyMatch(r.settings()::slow)) {
            lines.add("The reference engine and cpu-scalar are there for comparison only: they get one fork for each case"
                    + (r.settings().full() ? "" : ", a shorter one") + ".");
        }
        if (r.rivals().contains(PythonRival.NAME)) {
            lines.add(PythonRival.NAME + " runs in a Python process of its own in place of a JVM, with a warm-up of fixed length.");
        }
        lines.add("Before it is timed, every fork's result is compared with the double-precision reference engine's: up "
                + "to four sequences from the first to the last, over the first steps (as many as the reference can do in "
                + "some tenths of a second), all gradients of exactly that part; error at most 1e-4 of the tensor's "
                + "largest value.");
        lines.add("Time: median of the forks' medians ± half the distance between the quartiles. Ratios: median of the "
                + "ratios round by round, or the ratio of the medians where one has fewer rounds than the other; 2× means twice as fast, at least 0.95× counts as a tie.");
        lines.add("GFLOP/s counts the matrix products only. The peak is measured just before: " + r.limits().how()
                + " in registers, all threads. steps/s counts the steps of single sequences.");
        if (r.cases().stream().anyMatch(c -> c.kind() == Kind.STEP)) {
            lines.add("Of bandwidth: the weights, which a single step reads once, by its time, as a share of the measured memory "
                    + "bandwidth; weights that stay in a cache can exceed it.");
        }
        if (r.measurements().stream().anyMatch(Measurement::scaled)) {
            lines.add("≈ marks slow engines that were timed on a slice (fewer steps, then fewer sequences) and scaled up "
                    + "by the number of operations; --full takes larger slices.");
        }
        if (!r.rivals().isEmpty()) {
            lines.add("Rivals use all cores as well. Environment variables that pin or limit their libraries "
                    + "(OPENBLAS_*, OMP_*, MKL_*) are removed by the launcher.");
        }
        Set<String> who = new LinkedHashSet<>();
        r.measurements().stream().filter(Measurement::ok).forEach(m -> who.add(m.contender() + " – " + m.description()));
        lines.addAll(who);
        return lines;
    }

    /** Failures, then what was left out, then other notes. */
    static List<String> remarks(Results r) {
        List<String> lines = new ArrayList<>();
        r.measurements().stream().filter(m -> !m.ok())
                .forEach(m -> lines.add("FAILED: " + m.contender() + ", " + m.of().title() + ": " + m.failure()));
        lines.addAll(r.skipped());
        lines.addAll(r.notes());
        return lines;
    }
}
