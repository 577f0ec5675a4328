package dev.gateloom.ptx;

import static dev.gateloom.ptx.ClustersTest.SYNC;
import static dev.gateloom.ptx.ClustersTest.assertEach;
import static dev.gateloom.ptx.ClustersTest.assertReports;
import static dev.gateloom.ptx.ClustersTest.failing;
import static dev.gateloom.ptx.ClustersTest.kernel;
import static dev.gateloom.ptx.ClustersTest.options;
import static dev.gateloom.ptx.ClustersTest.run;

import dev.gateloom.device.Launch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What orders blocks of a cluster that use each other's shared memory. */
class ClusterOrdersTest {
    private static final String READ_NEXT = """
            add.u32 %r8, %r7, 1;
            and.b32 %r8, %r8, 3;
            mapa.shared::cluster.u32 %r10, %r5, %r8;
            ld.shared::cluster.u32 %r9, [%r10];
            """;

    /** Rank 0 writes to the tile of rank 1 and then sets its flag, for which rank 1 spins. */
    private static String flag(String store, String load) {
        return SYNC + """
                mov.u32 %r9, 5;
                setp.ne.u32 %p1, %r2, 0;
                @%p1 bra E;
                mov.u32 %r10, 1;
                mov.u32 %r11, tile;
                mapa.shared::cluster.u32 %r11, %r11, %r10;
                setp.eq.u32 %p2, %r7, 0;
                @%p2 bra WRITE;
                setp.ne.u32 %p2, %r7, 1;
                @%p2 bra E;
                L:
                LOAD.u32 %r12, [tile+64];
                setp.ne.u32 %p3, %r12, 77;
                @%p3 bra L;
                ld.shared.u32 %r9, [tile+4];
                bra E;
                WRITE:
                st.shared::cluster.u32 [%r11+4], 99;
                STORE.u32 [%r11+64], 77;
                E:
                """.replace("LOAD", load).replace("STORE", store) + SYNC;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void flagsInTheSharedMemoryOfAnotherBlock(long seed) {
        String good = flag("st.release.cluster.shared::cluster", "ld.acquire.cluster.shared::cta");
        assertEach(i -> i == 32 ? 99 : 5, run(options(seed), kernel("4", good), Launch.of(4, 32)));
    }

    @Test
    void flagsThatDoNotReachTheOtherBlock() {
        assertReports(failing(flag("st.release.cta.shared::cluster", "ld.acquire.cluster.shared::cta")),
                "a scope does not include the other thread");
        assertReports(failing(flag("st.release.cluster.shared::cluster", "ld.acquire.cta.shared::cta")),
                "a scope does not include the other thread");
        assertReports(failing(flag("st.relaxed.cluster.shared::cluster", "ld.acquire.cluster.shared::cta")),
                "Race reported between Write access");
        assertReports(failing(flag("st.release.cluster.shared::cluster", "ld.relaxed.cluster.shared::cta")),
                "Race reported between Write access");
    }

    @Test
    void accessesBetweenArrivalAndWaitAreNotOrdered() {
        assertReports(failing("barrier.cluster.arrive;\nst.shared.u32 [%r5], %r2;\nbarrier.cluster.wait;\n" + READ_NEXT + SYNC),
                "Race reported between");
        assertReports(failing(SYNC + READ_NEXT + "st.shared.u32 [%r5], %r2;\n" + SYNC), "Race reported between");
    }

    /** Lane i runs a loop i times: the schedule splits the warp, which is no divergence of the program. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void alignedBarriersGatherAWarpThatTheScheduleHasSplit(long seed) {
        assertEach(i -> i % 32, run(options(seed), kernel("2", """
                mov.u32 %r9, 0;
                bra TEST;
                LOOP:
                add.u32 %r9, %r9, 1;
                TEST:
                setp.lt.u32 %p1, %r9, %r2;
                @%p1 bra LOOP;
                """ + SYNC), Launch.of(4, 32)));
    }
}
