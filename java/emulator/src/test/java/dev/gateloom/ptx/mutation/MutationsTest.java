package dev.gateloom.ptx.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which changes are made, and that each changes one place. */
class MutationsTest {

    private static List<String> changes(String instruction) {
        return Mutations.of(".entry k()\n{\n" + instruction + "\n}\n").stream().map(Mutant::change).toList();
    }

    @Test
    void barriersAndFencesAreDeleted() {
        assertEquals(List.of("bar.sync deleted"), changes("bar.sync \t0;"));
        assertEquals(List.of("bar.warp.sync deleted"), changes("@%p1 bar.warp.sync \t-1;"));
        assertEquals(List.of("barrier.sync.aligned deleted"), changes("barrier.sync.aligned 1, 64;"));
        assertEquals(List.of("membar.cta deleted"), changes("membar.cta;"));
        assertEquals(List.of("membar.gl deleted", "membar.gl → membar.cta"), changes("membar.gl;"));
        assertEquals(List.of("fence.acq_rel.gpu deleted", "fence.acq_rel.gpu → fence.acq_rel.cta"),
                changes("fence.acq_rel.gpu;"));
        assertEquals(List.of("barrier.cluster.arrive.release deleted",
                "barrier.cluster.arrive.release → barrier.cluster.arrive.relaxed"), changes("barrier.cluster.arrive.release;"));
        assertEquals(List.of("barrier.cluster.arrive.aligned deleted",
                "barrier.cluster.arrive.aligned → barrier.cluster.arrive.relaxed.aligned"),
                changes("barrier.cluster.arrive.aligned;"));
        assertEquals(List.of("barrier.cluster.wait.acquire.aligned deleted"),
                changes("barrier.cluster.wait.acquire.aligned;"));
        assertEquals(List.of(), changes("bar.red.popc.u32 %r1, 0, %p1;"));
    }

    @Test
    void ordersAndScopesAreWeakened() {
        assertEquals(List.of("ld.acquire.gpu.global.u32 → ld.relaxed.gpu.global.u32",
                "ld.acquire.gpu.global.u32 → ld.acquire.cta.global.u32"), changes("ld.acquire.gpu.global.u32 %r1, [%rd1];"));
        assertEquals(List.of("st.release.cta.shared.u32 → st.relaxed.cta.shared.u32"),
                changes("st.release.cta.shared.u32 [%r1], 1;"));
        assertEquals(List.of("ld.volatile.global.u32 → ld.global.u32"), changes("ld.volatile.global.u32 %r1, [%rd1];"));
        assertEquals(List.of("st.relaxed.sys.global.u32 → st.global.u32", "st.relaxed.sys.global.u32 → st.relaxed.cta.global.u32"),
                changes("st.relaxed.sys.global.u32 [%rd1], 1;"));
        assertEquals(List.of("atom.global.add.u32 → atom.cta.global.add.u32"), changes("atom.global.add.u32 %r1, [%rd1], 1;"));
        assertEquals(List.of("red.acq_rel.gpu.global.add.u32 → red.relaxed.gpu.global.add.u32",
                "red.acq_rel.gpu.global.add.u32 → red.acquire.gpu.global.add.u32",
                "red.acq_rel.gpu.global.add.u32 → red.release.gpu.global.add.u32",
                "red.acq_rel.gpu.global.add.u32 → red.acq_rel.cta.global.add.u32"),
                changes("red.acq_rel.gpu.global.add.u32 [%rd1], 1;"));
        assertEquals(List.of(), changes("atom.shared.add.u32 %r1, [%r2], 1; ld.global.u32 %r1, [%rd1]; st.shared.v2.u32 [%r1], {%r2, %r3}; mov.b32 %r1, %r2;"));
    }

    @Test
    void waitsForCopiesAreDeletedOrWaitForLess() {
        assertEquals(List.of("cp.async.commit_group deleted"), changes("cp.async.commit_group;"));
        assertEquals(List.of("cp.async.wait_all deleted"), changes("cp.async.wait_all;"));
        assertEquals(List.of("cp.async.wait_group deleted", "cp.async.wait_group 1 → 2"), changes("cp.async.wait_group 1;"));
        assertEquals(List.of(), changes("cp.async.ca.shared.global [%r1], [%rd1], 4;"));
    }

    @Test
    void eachMutantChangesOnePlace() {
        String ptx = """
                .file 1 "/somewhere/kernels.cu"
                .visible .entry first(.param .u64 x)
                {
                bar.sync 0;
                .loc 1 12 5
                @%p1 membar.gl;                 // not this one: bar.sync 0;
                bar.sync 1, 64; bar.sync 2;
                }
                .visible .entry second()
                {
                ret;
                bar.sync 0;
                }
                """;
        List<Mutant> mutants = Mutations.of(ptx);
        assertEquals(List.of("first at PTX line 4: bar.sync deleted", "first at kernels.cu:12: membar.gl deleted",
                "first at kernels.cu:12: membar.gl → membar.cta", "first at kernels.cu:12: bar.sync deleted",
                "first at kernels.cu:12: bar.sync deleted", "second at PTX line 12: bar.sync deleted"),
                mutants.stream().map(Mutant::toString).toList());
        assertEquals(mutants.size(), mutants.stream().map(Mutant::ptx).distinct().count());
        assertTrue(mutants.get(2).ptx().contains("@%p1 membar.cta;"), mutants.get(2).ptx());
        assertEquals(ptx.replace("@%p1 membar.gl;", ""), mutants.get(1).ptx());
    }
}
