package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.mutation.Mutant;
import dev.gateloom.ptx.mutation.Mutations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One launch for all steps of a recurrence: each block writes its part of h, tells the others, waits for theirs and reads
 * them. Every protocol is clean, and whatever it lacks is reported, under every schedule.
 */
class PersistentKernelsTest {
    private static final int BLOCKS = 3;
    private static final int THREADS = 64;
    private static final int UNITS = BLOCKS * THREADS;
    private static final int STEPS = 4;
    private static final int SEEDS = 6;

    /**
     * Units of h, two buffers of it at %rd1, 64 units a block: h[t, j] = w[j] + sum over blocks of h[t-1, j + 64 block]. Flags are at
     * %rd2, w, which is not written, at %rd5; %r10 counts steps.
     */
    private static final String STEP = """
            mov.u32 %r10, 0;
            add.u32 %r20, %r6, 64; setp.ge.u32 %p1, %r20, 192; @%p1 sub.u32 %r20, %r20, 192;
            add.u32 %r21, %r20, 64; setp.ge.u32 %p1, %r21, 192; @%p1 sub.u32 %r21, %r21, 192;
            mul.wide.u32 %rd20, %r6, 4; mul.wide.u32 %rd21, %r20, 4; mul.wide.u32 %rd22, %r21, 4;
            add.s64 %rd23, %rd5, %rd20;
            STEP: and.b32 %r11, %r10, 1;
            mul.wide.u32 %rd10, %r11, 768; add.s64 %rd10, %rd1, %rd10;
            xor.b32 %r11, %r11, 1;
            mul.wide.u32 %rd11, %r11, 768; add.s64 %rd11, %rd1, %rd11;
            add.s64 %rd12, %rd10, %rd20; ld.global.u32 %r12, [%rd12];
            add.s64 %rd13, %rd10, %rd21; ld.global.u32 %r13, [%rd13];
            add.s64 %rd14, %rd10, %rd22; ld.global.u32 %r14, [%rd14];
            ld.global.nc.u32 %r15, [%rd23];
            add.u32 %r12, %r12, %r13; add.u32 %r14, %r14, %r15; add.u32 %r12, %r12, %r14;
            add.s64 %rd15, %rd11, %rd20; st.global.u32 [%rd15], %r12;
            add.u32 %r10, %r10, 1;
            EXCHANGE
            setp.lt.u32 %p4, %r10, 4;
            @%p4 bra STEP;
            """;

    /** How blocks tell each other that they have finished a step. */
    enum Protocol {
        /** All count in one place, by releases. */
        COUNTER("""
            bar.sync 0;
            setp.ne.u32 %p2, %r1, 0; @%p2 bra WAITED;
            red.release.gpu.global.add.u32 [%rd2], 1;
            mul.lo.u32 %r16, %r10, 3;
            POLL: ld.acquire.gpu.global.u32 %r17, [%rd2];
            setp.lt.u32 %p3, %r17, %r16; @%p3 bra POLL;
            WAITED: bar.sync 0;"""),

        /** All count by relaxed updates, between fences. */
        FENCES("""
            bar.sync 0;
            setp.ne.u32 %p2, %r1, 0; @%p2 bra WAITED;
            membar.gl;
            red.global.add.u32 [%rd2], 1;
            mul.lo.u32 %r16, %r10, 3;
            POLL: ld.volatile.global.u32 %r17, [%rd2];
            setp.lt.u32 %p3, %r17, %r16; @%p3 bra POLL;
            membar.gl;
            WAITED: bar.sync 0;"""),

        /** Both: a fence and a release of which either would do. */
        FENCE_AND_RELEASE("""
            bar.sync 0;
            setp.ne.u32 %p2, %r1, 0; @%p2 bra WAITED;
            membar.gl;
            red.release.gpu.global.add.u32 [%rd2], 1;
            mul.lo.u32 %r16, %r10, 3;
            POLL: ld.acquire.gpu.global.u32 %r17, [%rd2];
            setp.lt.u32 %p3, %r17, %r16; @%p3 bra POLL;
            WAITED: bar.sync 0;""", "membar.gl deleted", "membar.gl → membar.cta",
            "red.release.gpu.global.add.u32 → red.relaxed.gpu.global.add.u32"),

        /** Each block has a flag, for which a thread of each other block waits. */
        FLAGS("""
            bar.sync 0;
            mul.wide.u32 %rd16, %r2, 4; add.s64 %rd16, %rd2, %rd16;
            setp.eq.u32 %p2, %r1, 0; @%p2 st.release.gpu.global.u32 [%rd16], %r10;
            setp.ge.u32 %p3, %r1, 3; @%p3 bra WAITED;
            mul.wide.u32 %rd17, %r1, 4; add.s64 %rd17, %rd2, %rd17;
            POLL: ld.acquire.gpu.global.u32 %r17, [%rd17];
            setp.lt.u32 %p3, %r17, %r10; @%p3 bra POLL;
            WAITED: bar.sync 0;""");

        private final String exchange;
        private final List<String> redundant;

        Protocol(String exchange, String... redundant) {
            this.exchange = exchange;
            this.redundant = List.of(redundant);
        }

        String ptx() {
            return BrokenKernels.kernel(STEP.replace("EXCHANGE", exchange));
        }
    }

    private static int[] run(String ptx, int seed) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed).quantum(5).patience(200_000))) {
            int[] start = new int[2 * UNITS];
            Arrays.setAll(start, j -> j < UNITS ? j : 0);
            int[] w = new int[UNITS];
            Arrays.setAll(w, j -> 3 * j + 1);
            DeviceMemory h = bench.ints(start);
            bench.stream.launch(bench.device.kernel(ptx, "k"), Launch.of(BLOCKS, THREADS).asCooperative(),
                    Bench.pack(h, bench.ints(new int[BLOCKS]), bench.ints(w)));
            bench.stream.synchronize();
            return Arrays.copyOf(bench.ints(h), UNITS);             // an even number of steps ends in the first buffer
        }
    }

    private static int[] expected() {
        int[] h = new int[UNITS];
        Arrays.setAll(h, j -> j);
        for (int t = 0; t < STEPS; t++) {
            int[] last = h;
            h = new int[UNITS];
            Arrays.setAll(h, j -> 3 * j + 1 + last[j] + last[(j + THREADS) % UNITS] + last[(j + 2 * THREADS) % UNITS]);
        }
        return h;
    }

    @ParameterizedTest
    @EnumSource
    @Covers({"bar.sync", "red.release.gpu.global.add.u32"})
    void isClean(Protocol protocol) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            assertArrayEquals(expected(), run(protocol.ptx(), seed), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMutantIsReportedUnderEverySchedule(Protocol protocol) {
        List<String> survivors = new ArrayList<>();
        for (Mutant mutant : Mutations.of(protocol.ptx())) {
            int reported = 0;
            for (int seed = 1; seed <= SEEDS; seed++) {
                reported += isReported(mutant.ptx(), seed) ? 1 : 0;
            }
            assertTrue(reported == 0 || reported == SEEDS,
                    mutant.place() + ": " + mutant.change() + " was reported " + reported + " times of " + SEEDS);
            if (reported == 0) {
                survivors.add(mutant.change());
            }
        }
        assertEquals(protocol.redundant, survivors);
    }

    /** The read-only path may return what was there before, acquire or not. */
    @ParameterizedTest
    @EnumSource
    void theReadOnlyPathIsReported(Protocol protocol) {
        String ptx = protocol.ptx().replace("ld.global.u32 %r13", "ld.global.nc.u32 %r13");
        assertNotEquals(protocol.ptx(), ptx);
        for (int seed = 1; seed <= SEEDS; seed++) {
            int now = seed;
            DeviceException e = assertThrows(DeviceException.class, () -> run(ptx, now));
            assertTrue(e.getMessage().contains("read-only path (.nc)"), e.getMessage());
        }
    }

    private static boolean isReported(String ptx, int seed) {
        try {
            run(ptx, seed);
            return false;
        } catch (DeviceException e) {
            if (e.call().equals("cuModuleLoadData")) {
                throw e;                        // no check has seen it
            }
            return e.getMessage().contains("Race reported between");
        }
    }
}
