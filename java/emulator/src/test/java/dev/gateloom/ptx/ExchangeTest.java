package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What kernels that exchange values while they run are made of: within a warp, within a cluster, through device memory. */
class ExchangeTest {
    private static final int WORDS = 8;

    private static int[] run(String ptx, Launch launch, long seed, Object... more) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().architecture(90).seed(seed))) {
            DeviceMemory out = bench.allocate(4L * WORDS * 64, "out");
            Object[] arguments = new Object[1 + more.length];
            arguments[0] = out;
            for (int i = 0; i < more.length; i++) {
                arguments[1 + i] = bench.ints((int[]) more[i]);
            }
            bench.run(ptx, "k", launch, arguments);
            return bench.ints(out);
        }
    }

    /** Stores %v0 to %v7 of each of the 64 threads. */
    private static String kernel(String parameters, String body) {
        return """
                .version 8.0
                .target sm_90
                .address_size 64
                .visible .entry k(.param .u64 outPARAMETERS
                {
                    .shared .align 16 .b8 tile[128];
                    .reg .pred %p<4>;
                    .reg .b32 %r<16>, %v<8>;
                    .reg .b64 %d<8>;
                    mov.u32 %r1, %tid.x;
                    BODY
                    mov.u32 %r15, %ctaid.x;
                    mad.lo.u32 %r15, %r15, 32, %r1;
                    mul.wide.u32 %d7, %r15, 32;
                    ld.param.u64 %d6, [out];
                    add.s64 %d7, %d6, %d7;
                    st.global.v4.u32 [%d7], {%v0, %v1, %v2, %v3};
                    st.global.v4.u32 [%d7+16], {%v4, %v5, %v6, %v7};
                    ret;
                }
                """.replace("PARAMETERS", parameters).replace("BODY", body);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void acrossACluster(long seed) {
        String ptx = kernel(")\n.reqnctapercluster 2, 1, 1", """
                griddepcontrol.wait;
                mov.u32 %r2, %cluster_ctarank;
                mov.u32 %r3, tile;
                shl.b32 %r4, %r1, 2;
                add.u32 %r5, %r3, %r4;
                mad.lo.u32 %r6, %r2, 100, %r1;
                st.shared.u32 [%r5], %r6;
                barrier.cluster.arrive.release.aligned;
                barrier.cluster.wait.acquire.aligned;
                xor.b32 %r7, %r2, 1;
                mapa.shared::cluster.u32 %r8, %r5, %r7;
                ld.shared::cluster.u32 %v0, [%r8];
                getctarank.shared::cluster.u32 %v1, %r8;
                getctarank.shared::cluster.u32 %v2, %r5;
                cvt.u64.u32 %d1, %r5;
                cvta.shared.u64 %d2, %d1;
                mapa.u64 %d3, %d2, %r7;
                ld.u32 %v3, [%d3];
                getctarank.u64 %v4, %d3;
                getctarank.u64 %v5, %d2;
                mapa.shared::cluster.u64 %d4, %d1, %r2;
                ld.shared::cluster.u32 %v6, [%d4];
                getctarank.shared::cluster.u64 %v7, %d4;
                barrier.cluster.arrive;
                barrier.cluster.wait;
                griddepcontrol.launch_dependents;
                """);
        int[] out = run(ptx, Launch.of(2, 32), seed);
        for (int n = 0; n < 64; n++) {
            int rank = n / 32;
            int other = 1 - rank;
            int lane = n % 32;
            assertArrayEquals(new int[] {100 * other + lane, other, rank, 100 * other + lane, other, rank, 100 * rank + lane, rank},
                    Arrays.copyOfRange(out, n * WORDS, n * WORDS + WORDS), "thread " + n);
        }
    }

    /** Block 0 writes, releases a flag; block 1 sleeps until it acquires it, reads past the first-level cache, adds up. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void throughDeviceMemory(long seed) {
        String ptx = kernel(", .param .u64 data, .param .u64 flag)", """
                mov.u32 %r2, %ctaid.x;
                ld.param.u64 %d1, [data];
                ld.param.u64 %d2, [flag];
                mul.wide.u32 %d3, %r1, 4;
                add.s64 %d4, %d1, %d3;
                setp.ne.u32 %p1, %r1, 0;
                setp.ne.u32 %p2, %r2, 0;
                @%p2 bra READ;
                mul.lo.u32 %r3, %r1, 3;
                st.global.u32 [%d4], %r3;
                bar.sync 0;
                @%p1 bra DONE;
                red.release.gpu.global.add.u32 [%d2], 1;
                bra DONE;
                READ:
                @%p1 bra MEET;
                SPIN:
                nanosleep.u32 20;
                ld.acquire.gpu.global.u32 %r4, [%d2];
                setp.eq.u32 %p3, %r4, 0;
                @%p3 bra SPIN;
                MEET:
                bar.sync 0;
                ld.global.cg.u32 %v0, [%d4];
                ld.global.L1::no_allocate.L2::128B.u32 %v1, [%d4];
                @%p1 bra DONE;
                st.release.gpu.global.u32 [%d2], 7;
                DONE:
                """);
        int[] out = run(ptx, Launch.of(2, 32), seed, new int[32], new int[1]);
        for (int lane = 0; lane < 32; lane++) {
            assertEquals(3 * lane, out[(32 + lane) * WORDS]);
            assertEquals(3 * lane, out[(32 + lane) * WORDS + 1]);
        }
    }

    @Test
    void withinAWarp() {
        String ptx = kernel(")", """
                prmt.b32 %v0, %r1, 0x04030201, 0x7650;
                shfl.sync.bfly.b32 %v1, %r1, 5, 31, -1;
                shfl.sync.down.b32 %v2|%p1, %r1, 3, 0x181f, -1;
                selp.b32 %v3, 1, 0, %p1;
                redux.sync.add.u32 %v4, %r1, -1;
                neg.s32 %r2, %r1;
                redux.sync.min.s32 %v5, %r2, -1;
                elect.sync %v6|%p2, -1;
                selp.b32 %v7, 1, 0, %p2;
                """);
        int[] out = run(ptx, Launch.of(2, 32), 1);
        for (int n = 0; n < 64; n++) {
            int lane = n % 32;
            boolean inside = lane % 8 + 3 < 8;
            assertArrayEquals(new int[] {0x04030200 | lane, lane ^ 5, inside ? lane + 3 : lane, inside ? 1 : 0, 496, -31, 0,
                lane == 0 ? 1 : 0}, Arrays.copyOfRange(out, n * WORDS, n * WORDS + WORDS), "thread " + n);
        }
    }
}
