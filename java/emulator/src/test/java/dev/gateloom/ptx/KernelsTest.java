package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.exec.InstructionClass;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole kernels, under several schedules. */
class KernelsTest {
    private static final String ADD = Bench.HEADER + """
            .visible .entry vector_add(.param .u64 a, .param .u64 b, .param .u64 c, .param .u32 n)
            .maxntid 128, 1, 1
            {
                .reg .pred %p<2>;
                .reg .f32 %f<4>;
                .reg .b32 %r<6>;
                .reg .b64 %rd<11>;
                ld.param.u64 %rd1, [a];
                ld.param.u64 %rd2, [b];
                ld.param.u64 %rd3, [c];
                ld.param.u32 %r2, [n];
                mov.u32 %r3, %ctaid.x;
                mov.u32 %r4, %ntid.x;
                mov.u32 %r5, %tid.x;
                mad.lo.s32 %r1, %r3, %r4, %r5;
                setp.ge.s32 %p1, %r1, %r2;
                @%p1 bra $L__BB0_2;
                cvta.to.global.u64 %rd4, %rd1;
                mul.wide.s32 %rd5, %r1, 4;
                add.s64 %rd6, %rd4, %rd5;
                cvta.to.global.u64 %rd7, %rd2;
                add.s64 %rd8, %rd7, %rd5;
                ld.global.f32 %f1, [%rd8];
                ld.global.nc.f32 %f2, [%rd6];
                add.f32 %f3, %f2, %f1;
                cvta.to.global.u64 %rd9, %rd3;
                add.s64 %rd10, %rd9, %rd5;
                st.global.f32 [%rd10], %f3;
            $L__BB0_2:
                ret;
            }
            """;

    /** C[16, 16] of a block = A · B with tiles of 16 in shared memory; n a multiple of 16. */
    private static final String MATRIX = Bench.HEADER + """
            .visible .entry matrix(.param .u64 c, .param .u64 a, .param .u64 b, .param .u32 n)
            {
                .shared .align 4 .b8 tileA[1024];
                .shared .align 4 .b8 tileB[1024];
                .reg .pred %p<3>;
                .reg .f32 %f<5>;
                .reg .b32 %r<30>;
                .reg .b64 %rd<12>;
                ld.param.u64 %rd1, [c];
                ld.param.u64 %rd2, [a];
                ld.param.u64 %rd3, [b];
                ld.param.u32 %r1, [n];
                mov.u32 %r2, %tid.x;
                mov.u32 %r3, %tid.y;
                mov.u32 %r4, %ctaid.x;
                mov.u32 %r5, %ctaid.y;
                shl.b32 %r6, %r4, 4;
                add.s32 %r7, %r6, %r2;
                shl.b32 %r8, %r5, 4;
                add.s32 %r9, %r8, %r3;
                shl.b32 %r10, %r3, 6;
                shl.b32 %r11, %r2, 2;
                add.s32 %r12, %r10, %r11;
                mov.u32 %r13, tileA;
                mov.u32 %r14, tileB;
                add.s32 %r15, %r13, %r12;
                add.s32 %r16, %r14, %r12;
                add.s32 %r17, %r13, %r10;
                add.s32 %r18, %r14, %r11;
                mov.f32 %f1, 0f00000000;
                mov.u32 %r19, 0;
            LOOP:
                mad.lo.s32 %r20, %r9, %r1, %r19;
                add.s32 %r21, %r20, %r2;
                mul.wide.s32 %rd4, %r21, 4;
                add.s64 %rd5, %rd2, %rd4;
                ld.global.f32 %f2, [%rd5];
                st.shared.f32 [%r15], %f2;
                add.s32 %r22, %r19, %r3;
                mad.lo.s32 %r23, %r22, %r1, %r7;
                mul.wide.s32 %rd6, %r23, 4;
                add.s64 %rd7, %rd3, %rd6;
                ld.global.f32 %f3, [%rd7];
                st.shared.f32 [%r16], %f3;
                bar.sync 0;
                mov.u32 %r24, 0;
                mov.u32 %r25, %r17;
                mov.u32 %r26, %r18;
            INNER:
                ld.shared.f32 %f2, [%r25];
                ld.shared.f32 %f3, [%r26];
                fma.rn.f32 %f1, %f2, %f3, %f1;
                add.s32 %r25, %r25, 4;
                add.s32 %r26, %r26, 64;
                add.s32 %r24, %r24, 1;
                setp.lt.u32 %p1, %r24, 16;
                @%p1 bra INNER;
                bar.sync 0;
                add.s32 %r19, %r19, 16;
                setp.lt.u32 %p2, %r19, %r1;
                @%p2 bra LOOP;
                mad.lo.s32 %r27, %r9, %r1, %r7;
                mul.wide.s32 %rd8, %r27, 4;
                add.s64 %rd9, %rd1, %rd8;
                st.global.f32 [%rd9], %f1;
                ret;
            }
            """;

    /** Sum of a block's values: shuffles in each warp, then the first warp adds the warps' sums. */
    private static final String REDUCE = Bench.HEADER + """
            .extern .shared .align 16 .b8 sums[];
            .visible .entry reduce(.param .u64 out, .param .u64 in)
            {
                .reg .pred %p<5>;
                .reg .b32 %r<30>;
                .reg .b64 %rd<10>;
                ld.param.u64 %rd1, [out];
                ld.param.u64 %rd2, [in];
                mov.u32 %r1, %tid.x;
                mul.wide.u32 %rd3, %r1, 4;
                add.s64 %rd4, %rd2, %rd3;
                ld.global.u32 %r2, [%rd4];
                shfl.sync.down.b32 %r3|%p1, %r2, 16, 31, -1;
                add.s32 %r4, %r2, %r3;
                shfl.sync.down.b32 %r5, %r4, 8, 31, -1;
                add.s32 %r6, %r4, %r5;
                shfl.sync.down.b32 %r7, %r6, 4, 31, -1;
                add.s32 %r8, %r6, %r7;
                shfl.sync.down.b32 %r9, %r8, 2, 31, -1;
                add.s32 %r10, %r8, %r9;
                shfl.sync.down.b32 %r11, %r10, 1, 31, -1;
                add.s32 %r12, %r10, %r11;
                and.b32 %r13, %r1, 31;
                setp.ne.s32 %p2, %r13, 0;
                shr.u32 %r14, %r1, 5;
                shl.b32 %r15, %r14, 2;
                mov.u32 %r16, sums;
                add.s32 %r17, %r16, %r15;
                @!%p2 st.shared.u32 [%r17], %r12;
                bar.sync 0;
                setp.gt.u32 %p3, %r1, 31;
                @%p3 bra DONE;
                mov.u32 %r18, %ntid.x;
                shr.u32 %r19, %r18, 5;
                setp.lt.u32 %p4, %r1, %r19;
                mov.u32 %r20, 0;
                shl.b32 %r21, %r1, 2;
                add.s32 %r22, %r16, %r21;
                @%p4 ld.shared.u32 %r20, [%r22];
                shfl.sync.bfly.b32 %r23, %r20, 4, 31, -1;
                add.s32 %r20, %r20, %r23;
                shfl.sync.bfly.b32 %r23, %r20, 2, 31, -1;
                add.s32 %r20, %r20, %r23;
                shfl.sync.bfly.b32 %r23, %r20, 1, 31, -1;
                add.s32 %r20, %r20, %r23;
                setp.ne.s32 %p2, %r1, 0;
                @%p2 bra DONE;
                st.global.u32 [%rd1], %r20;
            DONE:
                ret;
            }
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 128, 1000})
    void vectorAdd(int n) {
        Random random = new Random(n);
        float[] a = new float[n];
        float[] b = new float[n];
        float[] sum = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = random.nextFloat();
            b[i] = random.nextFloat();
            sum[i] = a[i] + b[i];
        }
        try (Bench bench = new Bench()) {
            DeviceMemory c = bench.allocate(4L * n, "c");
            bench.run(ADD, "vector_add", Launch.of((n + 127) / 128, 128), bench.floats(a), bench.floats(b), c, n);
            assertArrayEquals(sum, bench.floats(c));
            KernelCounters counters = bench.device.counters().get(0);
            assertEquals(12L * n, counters.globalBytes());
            assertEquals(n, counters.flops());
            assertEquals(3 * ((n + 7) / 8) * 32L, counters.sectorBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tiledMatrixProduct(long seed) {
        int n = 48;
        Random random = new Random(seed);
        float[] a = new float[n * n];
        float[] b = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            a[i] = random.nextFloat() - 0.5f;
            b[i] = random.nextFloat() - 0.5f;
        }
        float[] product = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    product[i * n + j] = Math.fma(a[i * n + k], b[k * n + j], product[i * n + j]);
                }
            }
        }
        try (Bench bench = new Bench(EmulatorOptions.defaults().seed(seed).quantum(1 + (int) seed * 7))) {
            DeviceMemory c = bench.allocate(4L * n * n, "c");
            bench.run(MATRIX, "matrix", new Launch(3, 3, 1, 16, 16, 1, 0, false), c, bench.floats(a), bench.floats(b), n);
            assertArrayEquals(product, bench.floats(c));
            assertEquals(2L * n * n * n, bench.device.counters().get(0).flops());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 256})
    void blockReduction(int threads) {
        int[] values = new Random(threads).ints(threads).toArray();
        int sum = java.util.Arrays.stream(values).sum();
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate(4, "out");
            Launch launch = Launch.of(1, threads).sharedBytes(threads / 32 * 4);
            bench.run(REDUCE, "reduce", launch, out, bench.ints(values));
            assertEquals(sum, bench.ints(out)[0]);
            assertEquals(threads / 32 * 5 + 3, bench.device.counters().get(0).instructions(InstructionClass.SHUFFLE));
        }
    }
}
