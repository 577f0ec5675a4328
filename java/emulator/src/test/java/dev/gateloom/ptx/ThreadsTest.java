package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Divergence, and everything at which threads meet. */
class ThreadsTest {

    /** Each thread stores %r9; %r1 is its number in the grid, %rd1 the result, %rd4 a zeroed word. */
    private static String kernel(String body) {
        return Bench.HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 flag)
                {
                    .shared .align 4 .b8 tile[4096];
                    .reg .pred %p<6>;
                    .reg .b32 %r<20>;
                    .reg .b64 %rd<10>;
                    ld.param.u64 %rd1, [out];
                    ld.param.u64 %rd4, [flag];
                    mov.u32 %r2, %tid.x;
                    mov.u32 %r3, %ctaid.x;
                    mov.u32 %r4, %ntid.x;
                    mad.lo.u32 %r1, %r3, %r4, %r2;
                    mul.wide.u32 %rd2, %r1, 4;
                    add.s64 %rd3, %rd1, %rd2;
                """ + body + "\nst.global.u32 [%rd3], %r9;\nret;\n}\n";
    }

    private static int[] run(String body, int blocks, int threads, long seed) {
        return run(body, blocks, threads, EmulatorOptions.defaults().seed(seed));
    }

    private static int[] run(String body, int blocks, int threads, EmulatorOptions options) {
        try (Bench bench = new Bench(options.quantum(3).patience(200_000))) {
            DeviceMemory out = bench.allocate(4L * blocks * threads, "out");
            bench.run(kernel(body), "k", Launch.of(blocks, threads), out, bench.ints(0));
            return bench.ints(out);
        }
    }

    private static void assertEach(IntUnaryOperator expected, int[] actual) {
        assertArrayEquals(IntStream.range(0, actual.length).map(expected).toArray(), actual);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Covers("bra")
    void loopsOfDifferentLength(long seed) {
        assertEach(i -> i * (i - 1) / 2, run("""
                mov.u32 %r9, 0;
                mov.u32 %r5, 0;
                L:
                setp.ge.u32 %p1, %r5, %r1;
                @%p1 bra E;
                add.u32 %r9, %r9, %r5;
                add.u32 %r5, %r5, 1;
                bra L;
                E:
                """, 2, 48, seed));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void threadsOfAWarpThatWaitForEachOther(long seed) {
        // Lane i spins until lane i + 1 has counted: impossible if the spinning group always runs first.
        assertEach(i -> 31 - i, run("""
                sub.u32 %r5, 31, %r1;
                L:
                ld.volatile.global.u32 %r9, [%rd4];
                setp.ne.u32 %p1, %r9, %r5;
                @%p1 bra L;
                atom.global.add.u32 %r6, [%rd4], 1;
                """, 1, 32, seed));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Covers("barrier.sync.aligned")
    void barrierBetweenWarps(long seed) {
        assertEach(i -> i / 256 * 256 + 255 - i % 256, run("""
                mov.u32 %r5, tile;
                shl.b32 %r6, %r2, 2;
                add.u32 %r6, %r5, %r6;
                st.shared.u32 [%r6], %r1;
                barrier.sync.aligned 0;
                sub.u32 %r7, 255, %r2;
                shl.b32 %r7, %r7, 2;
                add.u32 %r7, %r5, %r7;
                ld.shared.u32 %r9, [%r7];
                """, 3, 256, seed));
    }

    @Test
    void barrierReductions() {
        String setp = "and.b32 %r5, %r2, 3; setp.eq.u32 %p1, %r5, 0; ";
        assertEach(i -> 24, run(setp + "bar.red.popc.u32 %r9, 0, %p1;", 1, 96, 1));
        assertEach(i -> 1, run(setp + "bar.red.or.pred %p2, 0, %p1; selp.u32 %r9, 1, 0, %p2;", 1, 96, 1));
        assertEach(i -> 0, run(setp + "bar.red.and.pred %p2, 0, %p1; selp.u32 %r9, 1, 0, %p2;", 1, 96, 1));
    }

    @Test
    void arriveWithoutWaiting() {
        // The second warp produces, the first one waits.
        assertEach(i -> i < 32 ? i + 32 : 0, run("""
                mov.u32 %r9, 0;
                mov.u32 %r5, tile;
                setp.lt.u32 %p1, %r2, 32;
                @%p1 bra CONSUME;
                shl.b32 %r6, %r2, 2;
                add.u32 %r6, %r5, %r6;
                st.shared.u32 [%r6], %r2;
                bar.arrive 1, 64;
                bra E;
                CONSUME:
                bar.sync 1, 64;
                shl.b32 %r6, %r2, 2;
                add.u32 %r6, %r5, %r6;
                ld.shared.u32 %r9, [%r6+128];
                E:
                """, 1, 64, 2));
    }

    @Test
    @Covers({"shfl.sync.up.b32", "shfl.sync.down.b32", "shfl.sync.bfly.b32", "shfl.sync.idx.b32"})
    void shuffles() {
        assertEach(i -> i % 32 < 3 ? i : i - 3, run("shfl.sync.up.b32 %r9, %r1, 3, 0, -1;", 1, 64, 1));
        assertEach(i -> i % 32 > 28 ? i : i + 3, run("shfl.sync.down.b32 %r9, %r1, 3, 31, -1;", 1, 64, 1));
        assertEach(i -> i ^ 5, run("shfl.sync.bfly.b32 %r9, %r1, 5, 31, -1;", 1, 64, 1));
        assertEach(i -> i / 32 * 32 + 7, run("shfl.sync.idx.b32 %r9, %r1, 7, 31, -1;", 1, 64, 1));
        // Segments of eight lanes: mask 24 in bits 8 to 12.
        assertEach(i -> i % 8 > 5 ? i : i + 2, run("shfl.sync.down.b32 %r9, %r1, 2, 6175, -1;", 1, 32, 1));
        assertEach(i -> i % 8 < 2 ? 0 : 1, run("shfl.sync.up.b32 %r5|%p1, %r1, 2, 6144, -1; selp.u32 %r9, 1, 0, %p1;", 1, 32, 1));
    }

    @Test
    @Covers({"vote.sync.ballot.b32", "vote.sync.any.pred", "vote.sync.all.pred", "vote.sync.uni.pred", "redux.sync.add.s32",
        "redux.sync.max.u32"})
    void votesAndReductions() {
        String odd = "and.b32 %r5, %r1, 1; setp.ne.u32 %p1, %r5, 0; ";
        assertEach(i -> 0xaaaaaaaa, run(odd + "vote.sync.ballot.b32 %r9, %p1, -1;", 1, 32, 1));
        assertEach(i -> 0x55555555, run(odd + "vote.sync.ballot.b32 %r9, !%p1, -1;", 1, 32, 1));
        assertEach(i -> 1, run(odd + "vote.sync.any.pred %p2, %p1, -1; selp.u32 %r9, 1, 0, %p2;", 1, 32, 1));
        assertEach(i -> 0, run(odd + "vote.sync.all.pred %p2, %p1, -1; selp.u32 %r9, 1, 0, %p2;", 1, 32, 1));
        assertEach(i -> 0, run(odd + "vote.sync.uni.pred %p2, %p1, -1; selp.u32 %r9, 1, 0, %p2;", 1, 32, 1));
        assertEach(i -> 496, run("redux.sync.add.s32 %r9, %r1, -1;", 1, 32, 1));
        assertEach(i -> 31, run("redux.sync.max.u32 %r9, %r1, -1;", 1, 32, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void halvesOfAWarpMeet(long seed) {
        assertEach(i -> i ^ 1, run("""
                setp.lt.u32 %p1, %r2, 16;
                @%p1 bra LOW;
                shfl.sync.bfly.b32 %r9, %r1, 1, 31, 0xffff0000;
                bra E;
                LOW:
                shfl.sync.bfly.b32 %r9, %r1, 1, 31, 0x0000ffff;
                E:
                bar.warp.sync -1;
                """, 1, 32, seed));
    }

    @Test
    @Covers("bar.warp.sync")
    void warpSyncAtDifferentPlaces() {
        assertEach(i -> i < 16 ? 1 : 2, run("""
                setp.lt.u32 %p1, %r2, 16;
                @%p1 bra LOW;
                bar.warp.sync -1;
                mov.u32 %r9, 2;
                bra E;
                LOW:
                bar.warp.sync -1;
                mov.u32 %r9, 1;
                E:
                """, 1, 32, 1));
    }

    @Test
    void missingWarpSyncShows() {
        // Neighbours exchange through shared memory after a branch: right only as long as both sides happen to run together.
        String body = """
                mov.u32 %r5, tile;
                shl.b32 %r6, %r2, 2;
                add.u32 %r6, %r5, %r6;
                mov.u32 %r9, 0;
                st.shared.u32 [%r6], 99;
                bar.sync 0;
                and.b32 %r7, %r2, 1;
                setp.eq.u32 %p1, %r7, 0;
                @%p1 bra EVEN;
                st.shared.u32 [%r6], %r1;
                bra E;
                EVEN:
                ld.shared.u32 %r9, [%r6+4];
                E:
                """;
        long distinct = IntStream.range(0, 20).mapToObj(seed -> java.util.Arrays.toString(
                run(body, 1, 32, EmulatorOptions.defaults().seed(seed).checkRaces(false)))).distinct().count();
        assertTrue(distinct > 1, "20 seeds gave one result");
    }

    @Test
    void atomics() {
        int[] order = run("atom.global.add.u32 %r9, [%rd4], 1;", 4, 64, 3);
        assertEquals(256, IntStream.of(order).distinct().count());
        assertEquals(255, IntStream.of(order).max().getAsInt());
    }

    @Test
    void partialWarps() {
        assertEach(i -> i, run("mov.u32 %r9, %r1;", 3, 33, 1));
        assertEach(i -> i == 32 ? 1 : -1, run("vote.sync.ballot.b32 %r9, 1, -1;", 1, 33, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Covers({"brx.idx", "bra.uni"})
    void branchesByTable(long seed) {
        assertEach(i -> new int[] {100, 107, 112, 100}[i & 3] + 1, run("""
                and.b32 %r5, %r1, 3;
                T: .branchtargets A, B, C, A;
                setp.ne.u32 %p1, %r5, 1;
                @%p1 brx.idx %r5, T;
                mov.u32 %r9, 100;
                add.u32 %r9, %r9, 7;
                bra.uni E;
                A:
                mov.u32 %r9, 100;
                bra E;
                B:
                mov.u32 %r9, 1;
                bra E;
                C:
                mov.u32 %r9, 112;
                E:
                add.u32 %r9, %r9, 1;
                """, 2, 48, seed));
    }

    /** A thread that returns or is told to trap does nothing after that, and the others go on, or nobody does. */
    @Test
    @Covers({"ret", "trap"})
    void endsOfThreads() {
        String end = "setp.ne.u32 %p1, %r2, 5;\n@%p1 bra E;\n";
        assertEach(i -> i == 5 ? 1 : 2, run("mov.u32 %r9, 1;\nst.global.u32 [%rd3], %r9;\n" + end + "ret;\nE:\nmov.u32 %r9, 2;", 1, 32, 1));
        DeviceException failure = assertThrows(DeviceException.class, () -> run(end + "trap;\nE:\nmov.u32 %r9, 2;", 1, 32, 1));
        assertEquals(719, failure.code());
        assertTrue(failure.getMessage().contains("trap at PTX line") && failure.getMessage().contains("thread (5,0,0)"),
                failure.getMessage());
        assertEach(i -> 2, run(end.replace("5", "32") + "trap;\nE:\nmov.u32 %r9, 2;", 1, 32, 1));
    }

    @Test
    void aBranchPastItsTableIsReported() {
        DeviceException failure = assertThrows(DeviceException.class, () -> run("""
                T: .branchtargets A, A;
                brx.idx %r1, T;
                A:
                mov.u32 %r9, 1;
                """, 1, 32, 1));
        assertTrue(failure.getMessage().contains("index 2 of thread (2,0,0)"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void lanesThatMatch(long seed) {
        assertEach(i -> 0x49249249 << i % 3, run("""
                rem.u32 %r5, %r1, 3;
                match.any.sync.b32 %r9, %r5, 0xffffffff;
                """, 1, 32, seed));
        assertEach(i -> i < 16 ? 0xffff : 0, run("""
                setp.lt.u32 %p1, %r1, 16;
                @%p1 bra LOW;
                cvt.u64.u32 %rd5, %r1;
                match.all.sync.b64 %r9|%p2, %rd5, 0xffff0000;
                bra E;
                LOW:
                mov.u64 %rd5, 0x700000000;
                match.all.sync.b64 %r9|%p2, %rd5, 0x0000ffff;
                E:
                @%p2 add.u32 %r9, %r9, 1;
                @%p2 sub.u32 %r9, %r9, 1;
                """, 1, 32, seed));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theLowestLaneLeads(long seed) {
        assertEach(i -> i < 8 ? i == 0 ? 100 : 0 : i == 8 ? 108 : 8, run("""
                mov.u32 %r6, 0x000000ff;
                setp.ge.u32 %p2, %r1, 8;
                @%p2 mov.u32 %r6, 0xffffff00;
                elect.sync %r9|%p1, %r6;
                @%p1 add.u32 %r9, %r9, 100;
                """, 1, 32, seed));
    }

    @Test
    void callsAreRefusedByName() {
        DeviceException failure = assertThrows(DeviceException.class, () -> run("""
                call.uni f, (%r1);
                """, 1, 32, 1));
        assertTrue(failure.getMessage().contains("__forceinline__"), failure.getMessage());
    }
}
