package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.ptx.mutation.Mutant;
import dev.gateloom.ptx.mutation.Mutations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All mutants of correct kernels that pass messages, meet in grids and copy asynchronously: each is reported, or listed
 * here with the reason why what it lacks was not needed.
 */
class MutantsTest {
    private static final int SEEDS = 5;

    /** By kernel: mutants that are correct. */
    private static final Map<String, List<String>> REDUNDANT = Map.ofEntries(
            // These kernels show that the barrier itself is right; nobody reads what others wrote.
            Map.entry("threads that end before a barrier", List.of("broken.cu:1: bar.sync deleted")),
            Map.entry("barriers on both sides of a branch", List.of("broken.cu:7: bar.sync deleted")),
            Map.entry("barrier for more threads than there are", List.of("broken.cu:1: bar.sync deleted")),
            // The barrier keeps the halves apart from nothing: every thread reads its own.
            Map.entry("a word written over a neighbour's half", List.of("broken.cu:5: bar.sync deleted")),
            // wait_all covers copies of no group, too.
            Map.entry("asynchronous copy without wait", List.of("broken.cu:2: cp.async.commit_group deleted")),
            Map.entry("asynchronous copy waited for by its own thread only",
                    List.of("broken.cu:2: cp.async.commit_group deleted")),
            // The first wait is enough.
            Map.entry("source of an asynchronous copy overwritten before it is read",
                    List.of("broken.cu:4: cp.async.wait_all deleted")),
            // Nobody reads the second copy.
            Map.entry("waiting for one group too few", List.of("broken.cu:10: cp.async.wait_group deleted",
                    "broken.cu:10: cp.async.wait_group 0 → 1")),
            // Every thread writes where it alone has read.
            Map.entry("writing what was read through the read-only path", List.of("broken.cu:2: bar.sync deleted")),
            // A flag that the host has set before the launch.
            Map.entry("spinning for what nobody writes", List.of("broken.cu:1: ld.volatile.global.u32 → ld.global.u32")),
            // One block has no other scope.
            Map.entry("atomics of two sizes", List.of("broken.cu:2: red.global.add.u32 → red.cta.global.add.u32",
                    "broken.cu:3: red.global.add.u32 → red.cta.global.add.u32")));

    static List<BrokenKernels.Case> cases() {
        return BrokenKernels.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachIsReportedOrRedundant(BrokenKernels.Case launched) {
        List<String> survivors = new ArrayList<>();
        for (Mutant mutant : Mutations.of(BrokenKernels.kernel(launched.twin()))) {
            boolean reported = false;
            for (int seed = 1; seed <= SEEDS && !reported; seed++) {
                reported = BrokenKernelsTest.run(launched, mutant.ptx(), seed) != null;
            }
            if (!reported) {
                survivors.add(mutant.place() + ": " + mutant.change());
            }
        }
        assertEquals(REDUNDANT.getOrDefault(launched.name(), List.of()), survivors);
    }
}
