package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts of accesses whose numbers follow from the kernel's text. */
class CountersTest {
    /** Each thread reads word {@code tid · stride} of {@code in} twice and writes it to shared memory at the same place. */
    private static final String STRIDED = Bench.HEADER + """
            .visible .entry strided(.param .u64 in, .param .u32 stride)
            {
                .shared .align 4 .b8 tile[8192];
                .reg .b32 %r<9>;
                .reg .b64 %rd<5>;
                ld.param.u64 %rd1, [in];
                ld.param.u32 %r1, [stride];
                mov.u32 %r2, %tid.x;
                mul.lo.s32 %r3, %r2, %r1;
                mul.wide.s32 %rd2, %r3, 4;
                add.s64 %rd3, %rd1, %rd2;
                ld.global.u32 %r4, [%rd3];
                ld.global.u32 %r5, [%rd3];
                mov.u32 %r6, tile;
                shl.b32 %r7, %r3, 2;
                add.s32 %r8, %r6, %r7;
                st.shared.u32 [%r8], %r4;
                ret;
            }
            """;

    @Test
    void coalescingConflictsAndFootprint() {
        try (Bench bench = new Bench()) {
            bench.device.countDistinct();
            DeviceMemory in = bench.ints(new int[64 * 32]);
            bench.run(STRIDED, "strided", Launch.of(1, 64), in, 1);
            bench.run(STRIDED, "strided", Launch.of(3, 32), in, 32);
            List<KernelCounters> counters = bench.device.counters();
            assertEquals(2, counters.size());

            KernelCounters dense = counters.get(0);
            assertEquals(Launch.of(1, 64), dense.launch());
            assertEquals(1, dense.launches());
            assertEquals(2 * 2, dense.requests());                      // two warps read twice
            assertEquals(4 * 4 * 32, dense.sectorBytes());
            assertEquals(2 * 4 * 32, dense.distinctBytes());            // the second read meets the first one's sectors
            assertEquals(new Traffic(2 * 64 * 4, 0, 2 * 64 * 4), dense.traffic("bytes"));
            assertEquals(Traffic.NONE, dense.traffic("floats"));
            assertEquals(0, dense.sharedConflicts());

            KernelCounters far = counters.get(1);
            assertEquals(Launch.of(3, 32), far.launch());
            assertEquals(3 * 2, far.requests());
            assertEquals(6 * 32 * 32, far.sectorBytes());
            assertEquals(32 * 32, far.distinctBytes());                 // three blocks, the same words
            assertEquals(new Traffic(6 * 32 * 4, 0, 6 * 32 * 32), far.traffic("bytes"));
            assertEquals(3 * 31, far.sharedConflicts());                // all threads want bank 0
        }
    }

    /** Generic addresses count where they lead; those that lead to shared memory ask nothing of the device's. */
    @Test
    void genericAccesses() {
        String ptx = Bench.HEADER + """
                .visible .entry k(.param .u64 out)
                {
                    .shared .align 4 .b8 tile[4];
                    .reg .b32 %r<2>;
                    .reg .b64 %d<4>;
                    mov.u64 %d1, tile;
                    cvta.shared.u64 %d2, %d1;
                    ld.param.u64 %d3, [out];
                    st.u32 [%d2], 5;
                    ld.u32 %r1, [%d2];
                    st.u32 [%d3], %r1;
                    ret;
                }
                """;
        try (Bench bench = new Bench()) {
            bench.run(ptx, "k", Launch.of(1, 1), bench.ints(0));
            assertEquals(4, bench.device.counters().get(0).globalBytes());
        }
    }

    /** All four blocks of a cluster read 32 words of the first one: its own reads are not remote. */
    @Test
    void sharedMemoryOfOtherBlocks() {
        String ptx = ClustersTest.kernel("4, 1, 1", ClustersTest.SYNC + """
                mov.u32 %r8, 0;
                mapa.shared::cluster.u32 %r10, %r5, %r8;
                ld.shared::cluster.u32 %r9, [%r10];
                """ + ClustersTest.SYNC);
        try (Bench bench = new Bench(ClustersTest.options(1))) {
            bench.device.countDistinct();
            bench.run(ptx, "k", Launch.of(4, 32), bench.allocate(4 * 4 * 32, "out"));
            assertEquals(new Traffic(3 * 32 * 4, 0, 3 * 32 * 4), bench.device.counters().get(0).remoteShared());
        }
    }

    @Test
    void kernelsOfOneNameInTwoProgramsAreTwo() {
        try (Bench bench = new Bench()) {
            DeviceMemory in = bench.ints(new int[64]);
            bench.run(STRIDED, "strided", Launch.of(1, 64), in, 1);
            bench.run(STRIDED.replace("ld.global.u32 %r5, [%rd3];", ""), "strided", Launch.of(1, 64), in, 1);
            assertEquals(List.of(4L, 2L), bench.device.counters().stream().map(KernelCounters::requests).toList());
        }
    }

    @Test
    void launchesOfOneGeometryAreAddedUp() {
        try (Bench bench = new Bench()) {
            DeviceMemory in = bench.ints(new int[64]);
            bench.run(STRIDED, "strided", Launch.of(1, 64), in, 1);
            bench.run(STRIDED, "strided", Launch.of(1, 64), in, 1);
            assertEquals(1, bench.device.counters().size());
            assertEquals(2, bench.device.counters().get(0).launches());
            assertEquals(8, bench.device.counters().get(0).requests());
            assertEquals(0, bench.device.counters().get(0).distinctBytes());
        }
    }
}
