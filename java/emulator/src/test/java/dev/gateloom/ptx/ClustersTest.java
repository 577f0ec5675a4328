package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.mutation.Mutant;
import dev.gateloom.ptx.mutation.Mutations;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that form clusters: their shared memory, their barrier, what a driver refuses. */
class ClustersTest {
    static final String SYNC = "barrier.cluster.arrive.release.aligned;\nbarrier.cluster.wait.acquire.aligned;\n";

    /** Each thread stores %r9; %r1 is its number in the grid, %r2 in its block, %r3 its block, %r7 its block's rank. */
    static String kernel(String cluster, String body) {
        return """
                .version 7.8
                .target sm_90
                .address_size 64
                .visible .entry k(.param .u64 out)
                .explicitcluster
                .reqnctapercluster CLUSTER
                {
                    .shared .align 4 .b8 tile[128];
                    .reg .pred %p<6>;
                    .reg .b32 %r<20>;
                    .reg .b64 %rd<10>;
                    ld.param.u64 %rd1, [out];
                    mov.u32 %r2, %tid.x;
                    mov.u32 %r3, %ctaid.x;
                    mov.u32 %r4, %ntid.x;
                    mov.u32 %r7, %cluster_ctarank;
                    mad.lo.u32 %r1, %r3, %r4, %r2;
                    mul.wide.u32 %rd2, %r1, 4;
                    add.s64 %rd3, %rd1, %rd2;
                    mov.u32 %r5, tile;
                    shl.b32 %r6, %r2, 2;
                    add.u32 %r5, %r5, %r6;
                    st.shared.u32 [%r5], %r1;
                """.replace("CLUSTER", cluster) + body + "\nst.global.u32 [%rd3], %r9;\nret;\n}\n";
    }

    static EmulatorOptions options(long seed) {
        return EmulatorOptions.defaults().architecture(90).seed(seed).quantum(3).patience(200_000);
    }

    static int[] run(EmulatorOptions options, String ptx, Launch launch) {
        int threads = launch.gridX() * launch.gridY() * launch.threads();
        try (Bench bench = new Bench(options)) {
            DeviceMemory out = bench.allocate(4L * threads, "out");
            bench.run(ptx, "k", launch, out);
            return bench.ints(out);
        }
    }

    static void assertEach(IntUnaryOperator expected, int[] actual) {
        assertArrayEquals(IntStream.range(0, actual.length).map(expected).toArray(), actual);
    }

    static DeviceException failing(String body) {
        return assertThrows(DeviceException.class, () -> run(options(1), kernel("4", body), Launch.of(4, 32)));
    }

    static void assertReports(DeviceException failure, String words) {
        assertTrue(failure.getMessage().contains(words), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Covers({"mapa.shared::cluster.u32", "barrier.cluster.arrive.release.aligned", "barrier.cluster.wait.acquire.aligned"})
    void sharedMemoryOfTheNextBlock(long seed) {
        // Thread t of rank r reads what thread t of rank r + 1 of its cluster has written.
        IntUnaryOperator next = i -> i / 128 * 128 + (i / 32 % 4 + 1) % 4 * 32 + i % 32;
        String rank = "add.u32 %r8, %r7, 1;\nand.b32 %r8, %r8, 3;\n";
        assertEach(next, run(options(seed), kernel("4, 1, 1", SYNC + rank + """
                mapa.shared::cluster.u32 %r10, %r5, %r8;
                ld.shared::cluster.u32 %r9, [%r10];
                """ + SYNC), Launch.of(12, 32)));
        assertEach(next, run(options(seed), kernel("4", SYNC + rank + """
                cvt.u64.u32 %rd4, %r5;
                cvta.shared.u64 %rd5, %rd4;
                mapa.u64 %rd6, %rd5, %r8;
                ld.u32 %r9, [%rd6];
                """ + SYNC), Launch.of(12, 32)));
        assertEach(next, run(options(seed), kernel("4", """
                add.u32 %r8, %r7, 3;
                and.b32 %r8, %r8, 3;
                cvt.u64.u32 %rd4, %r5;
                mapa.shared::cluster.u64 %rd6, %rd4, %r8;
                """ + SYNC + "st.shared::cluster.u32 [%rd6], %r1;\n" + SYNC + "ld.shared.u32 %r9, [%r5];\n"),
                Launch.of(12, 32)));
    }

    /** Reading what another block wrote, after something weaker than the barrier of the cluster. */
    @ParameterizedTest
    @ValueSource(strings = {
        "barrier.cluster.arrive.relaxed.aligned;\nbarrier.cluster.wait.acquire.aligned;\n",
        "bar.sync 0;\n",
        "fence.acq_rel.cluster;\n"})
    void nothingElseOrdersBlocksOfACluster(String instead) {
        assertReports(failing(instead + """
                add.u32 %r8, %r7, 1;
                and.b32 %r8, %r8, 3;
                mapa.shared::cluster.u32 %r10, %r5, %r8;
                ld.shared::cluster.u32 %r9, [%r10];
                """ + SYNC), "Race reported between");
    }

    /** As the PTX ISA shows it for {@code barrier.cluster.arrive.relaxed}. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aFenceBeforeARelaxedArrivalOrdersThem(long seed) {
        assertEach(i -> i ^ 32, run(options(seed), kernel("4", """
                fence.acq_rel.cluster;
                barrier.cluster.arrive.relaxed.aligned;
                barrier.cluster.wait.acquire.aligned;
                xor.b32 %r8, %r7, 1;
                mapa.shared::cluster.u32 %r10, %r5, %r8;
                ld.shared::cluster.u32 %r9, [%r10];
                """ + SYNC), Launch.of(12, 32)));
    }

    /** All but one: nobody looks at memory after the last barrier, which only keeps the blocks from ending too early. */
    @Test
    void mutantsAreReported() {
        String ptx = kernel("4", SYNC + """
                xor.b32 %r8, %r7, 1;
                mapa.shared::cluster.u32 %r10, %r5, %r8;
                ld.shared::cluster.u32 %r9, [%r10];
                """ + SYNC);
        List<Integer> survivors = new ArrayList<>();
        List<Mutant> mutants = Mutations.of(ptx);
        for (int n = 0; n < mutants.size(); n++) {
            boolean reported = false;
            for (int seed = 1; seed <= 20 && !reported; seed++) {
                try {
                    run(options(seed), mutants.get(n).ptx(), Launch.of(12, 32));
                } catch (DeviceException e) {
                    reported = true;
                }
            }
            if (!reported) {
                survivors.add(n);
            }
        }
        assertEquals(6, mutants.size());
        assertEquals(List.of(4), survivors, mutants.toString());
        assertEquals("barrier.cluster.arrive.release.aligned → barrier.cluster.arrive.relaxed.aligned", mutants.get(4).change());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void atomicsOfAllBlocksOnOne(long seed) {
        assertEach(i -> 4, run(options(seed), kernel("4", """
                mov.u32 %r10, 0;
                st.shared.u32 [%r5], %r10;
                """ + SYNC + """
                mapa.shared::cluster.u32 %r10, %r5, %r10;
                red.relaxed.cluster.shared::cluster.add.u32 [%r10], 1;
                """ + SYNC + "ld.shared::cluster.u32 %r9, [%r10];\n" + SYNC), Launch.of(8, 32)));
    }

    @Test
    void placesOfBlocksInClustersOfTwoDimensions() {
        String body = """
                mov.u32 %r10, %ctaid.y;
                mov.u32 %r11, %nctaid.x;
                mad.lo.u32 %r1, %r10, %r11, %r3;
                mul.wide.u32 %rd2, %r1, 4;
                add.s64 %rd3, %rd1, %rd2;
                mov.u32 %r9, %clusterid.x;
                mov.u32 %r12, %clusterid.y;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mov.u32 %r12, %nclusterid.x;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mov.u32 %r12, %nclusterid.y;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mov.u32 %r12, %cluster_ctaid.x;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mov.u32 %r12, %cluster_ctaid.y;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mov.u32 %r12, %cluster_nctaid.x;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mad.lo.u32 %r9, %r9, 10, %r7;
                mov.u32 %r12, %cluster_nctarank;
                mad.lo.u32 %r9, %r9, 10, %r12;
                mov.pred %p1, %is_explicit_cluster;
                selp.u32 %r12, 1, 0, %p1;
                mad.lo.u32 %r9, %r9, 10, %r12;
                """;
        assertEach(i -> {
            int x = i % 4;
            int y = i / 4;
            String digits = "" + x / 2 + y / 3 + 2 + 2 + x % 2 + y % 3 + 2 + (x % 2 + y % 3 * 2) + 6 + 1;
            return Integer.parseInt(digits.substring(1)) + (digits.charAt(0) - '0') * 1_000_000_000;
        }, run(options(1), kernel("2, 3, 1", body), Launch.of(4, 6, 1)));
    }

    @Test
    void aBlockAloneIsAClusterOfOne() {
        String ptx = kernel("1", SYNC + """
                mov.u32 %r9, %cluster_nctarank;
                mov.pred %p1, %is_explicit_cluster;
                @%p1 add.u32 %r9, %r9, 10;
                """).replace(".explicitcluster", "").replace(".reqnctapercluster 1", "");
        assertEach(i -> 1, run(options(1), ptx, Launch.of(3, 32)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void threadsThatHaveEndedHoldNobodyUp(long seed) {
        assertEach(i -> i % 32 < 16 ? 7 : 0, run(options(seed).checkInitialised(false), kernel("2", """
                setp.ge.u32 %p1, %r2, 16;
                @%p1 ret;
                barrier.cluster.arrive;
                barrier.cluster.wait;
                mov.u32 %r9, 7;
                """), Launch.of(4, 32)));
    }

    @Test
    void readingABlockThatHasEndedIsReported() {
        assertReports(failing(SYNC + """
                mov.u32 %r9, 0;
                setp.ne.u32 %p1, %r7, 1;
                @%p1 bra E;
                L:
                add.u32 %r9, %r9, 1;
                setp.lt.u32 %p2, %r9, 2000;
                @%p2 bra L;
                mov.u32 %r10, 0;
                mapa.shared::cluster.u32 %r10, %r5, %r10;
                ld.shared::cluster.u32 %r9, [%r10];
                E:
                """), "of no block of the cluster that still runs");
    }

    @Test
    void readingPastTheClusterOrTheTileIsReported() {
        assertReports(failing("""
                mov.u32 %r10, 4;
                mapa.shared::cluster.u32 %r10, %r5, %r10;
                ld.shared::cluster.u32 %r9, [%r10];
                """), "Invalid __shared__ read of size 4 bytes");
        assertReports(failing(SYNC + """
                mov.u32 %r10, 2;
                mapa.shared::cluster.u32 %r10, %r5, %r10;
                ld.shared::cluster.u32 %r9, [%r10+4];
                """ + SYNC), "0 bytes after shared memory of 128 bytes");
    }

    @Test
    void wrongUseOfTheBarrierIsReported() {
        assertReports(failing("barrier.cluster.arrive;\nbarrier.cluster.arrive;\nmov.u32 %r9, 0;\n"), "Invalid arrival");
        assertReports(failing("barrier.cluster.wait;\nmov.u32 %r9, 0;\n"), "Invalid wait");
        assertReports(failing("""
                mov.u32 %r9, 0;
                setp.lt.u32 %p1, %r2, 16;
                @%p1 barrier.cluster.arrive.aligned;
                @!%p1 barrier.cluster.arrive.aligned;
                barrier.cluster.wait.aligned;
                """), "Divergent thread(s) in warp");
        assertReports(failing("""
                mov.u32 %r9, 0;
                barrier.cluster.arrive;
                setp.eq.u32 %p1, %r7, 0;
                @%p1 bra W;
                bar.sync 1, 64;
                W:
                barrier.cluster.wait;
                @%p1 bra E;
                barrier.cluster.arrive;
                barrier.cluster.wait;
                E:
                """), "Deadlock");
    }

    @Test
    void launchesThatADriverRefuses() {
        try (Bench bench = new Bench(options(1).multiprocessors(2))) {
            DeviceMemory out = bench.allocate(1024, "out");
            String four = kernel("4", "mov.u32 %r9, 0;\n");
            assertEquals(912, code(bench, four, Launch.of(6, 32), out));
            assertEquals(912, code(bench, kernel("17, 1, 1", ""), Launch.of(17, 32), out));
            bench.device.kernel(four, "k").allowSharedBytes(200 << 10);
            Kernel large = bench.device.kernel(four, "k");
            large.allowSharedBytes(200 << 10);
            DeviceException failure = assertThrows(DeviceException.class, () -> bench.stream.launch(large,
                    Launch.of(4, 32).sharedBytes(200 << 10), Bench.pack(out)));
            assertEquals(912, failure.code());
            assertEquals("k", failure.kernel());
            assertEquals(Launch.of(4, 32).sharedBytes(200 << 10), failure.launch());
            assertEquals(4, failure.clusterBlocks());
            assertReports(failure, "2 fit on 2 multiprocessors");
            assertTrue(bench.device.properties().clusters());
        }
        try (Bench bench = new Bench()) {
            assertFalse(bench.device.properties().clusters());
            DeviceException failure = assertThrows(DeviceException.class, () -> bench.device.kernel(kernel("2", ""), "k"));
            assertEquals(209, failure.code());
        }
    }

    private static int code(Bench bench, String ptx, Launch launch, DeviceMemory out) {
        return assertThrows(DeviceException.class, () -> bench.run(ptx, "k", launch, out)).code();
    }
}
