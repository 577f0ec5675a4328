package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Layouts of {@code mma} and {@code ldmatrix}, typed from the figures of the PTX ISA, sections 9.7.14.5.8 and 9.7.14.5.15. */
class TensorTest {
    private static final String HEADER = Bench.HEADER.replace("sm_75", "sm_80");

    private static String mma(String instruction, int words) {
        StringBuilder a = new StringBuilder();
        StringBuilder b = new StringBuilder();
        StringBuilder loads = new StringBuilder();
        for (int i = 0; i < words; i++) {
            a.append(i == 0 ? "" : ", ").append("%a").append(i);
            loads.append("ld.global.b32 %a").append(i).append(", [%rd6+").append(4 * i).append("];\n");
        }
        for (int i = 0; i < words / 2; i++) {
            b.append(i == 0 ? "" : ", ").append("%b").append(i);
            loads.append("ld.global.b32 %b").append(i).append(", [%rd8+").append(4 * i).append("];\n");
        }
        return HEADER + """
                .visible .entry k(.param .u64 d, .param .u64 a, .param .u64 b, .param .u64 c)
                {
                    .reg .b32 %r<4>, %a<4>, %b<2>;
                    .reg .f32 %c<4>;
                    .reg .b64 %rd<16>;
                    ld.param.u64 %rd1, [d];
                    ld.param.u64 %rd2, [a];
                    ld.param.u64 %rd3, [b];
                    ld.param.u64 %rd4, [c];
                    mov.u32 %r1, %tid.x;
                    mul.wide.u32 %rd5, %r1, WIDTH_A;
                    add.s64 %rd6, %rd2, %rd5;
                    mul.wide.u32 %rd7, %r1, WIDTH_B;
                    add.s64 %rd8, %rd3, %rd7;
                    mul.wide.u32 %rd9, %r1, 16;
                    add.s64 %rd10, %rd4, %rd9;
                    add.s64 %rd11, %rd1, %rd9;
                    LOADS
                    ld.global.v4.f32 {%c0, %c1, %c2, %c3}, [%rd10];
                    INSTRUCTION {%c0, %c1, %c2, %c3}, {A}, {B}, {%c0, %c1, %c2, %c3};
                    st.global.v4.f32 [%rd11], {%c0, %c1, %c2, %c3};
                    ret;
                }
                """.replace("WIDTH_A", String.valueOf(4 * words)).replace("WIDTH_B", String.valueOf(2 * words))
                .replace("LOADS", loads).replace("INSTRUCTION", instruction).replace("{A}", "{" + a + "}")
                .replace("{B}", "{" + b + "}");
    }

    @Test
    void m16n8k16OfBrainFloats() {
        Random random = new Random(1);
        int[][] a = small(random, 16, 16);
        int[][] b = small(random, 16, 8);
        int[][] c = small(random, 16, 8);
        int[] aWords = new int[32 * 4];
        int[] bWords = new int[32 * 2];
        for (int lane = 0; lane < 32; lane++) {
            int group = lane >> 2;
            int thread = lane % 4;
            for (int i = 0; i < 8; i++) {
                int row = i < 2 || i >= 4 && i < 6 ? group : group + 8;
                int col = i < 4 ? thread * 2 + (i & 1) : thread * 2 + (i & 1) + 8;
                aWords[lane * 4 + i / 2] |= brain(a[row][col]) << 16 * (i & 1);
            }
            for (int i = 0; i < 4; i++) {
                int row = i < 2 ? thread * 2 + (i & 1) : thread * 2 + (i & 1) + 8;
                bWords[lane * 2 + i / 2] |= brain(b[row][group]) << 16 * (i & 1);
            }
        }
        check("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", 4, aWords, bWords, c, product(a, b, c));
    }

    @Test
    void m16n8k8OfTf32() {
        Random random = new Random(2);
        int[][] a = small(random, 16, 8);
        int[][] b = small(random, 8, 8);
        int[][] c = small(random, 16, 8);
        int[] aWords = new int[32 * 4];
        int[] bWords = new int[32 * 2];
        for (int lane = 0; lane < 32; lane++) {
            int group = lane >> 2;
            int thread = lane % 4;
            for (int i = 0; i < 4; i++) {
                int row = i == 0 || i == 2 ? group : group + 8;
                int col = i < 2 ? thread : thread + 4;
                aWords[lane * 4 + i] = Float.floatToRawIntBits(a[row][col]);
            }
            bWords[lane * 2] = Float.floatToRawIntBits(b[thread][group]);
            bWords[lane * 2 + 1] = Float.floatToRawIntBits(b[thread + 4][group]);
        }
        check("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", 4, aWords, bWords, c, product(a, b, c));
    }

    /** Whole numbers, so that every order of the sums gives the same. */
    private static int[][] small(Random random, int rows, int columns) {
        int[][] matrix = new int[rows][columns];
        for (int[] row : matrix) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextInt(33) - 16;
            }
        }
        return matrix;
    }

    private static int brain(int value) {
        return Float.floatToRawIntBits(value) >>> 16;
    }

    private static int[][] product(int[][] a, int[][] b, int[][] c) {
        int[][] d = new int[16][8];
        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 8; j++) {
                d[i][j] = c[i][j];
                for (int k = 0; k < b.length; k++) {
                    d[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return d;
    }

    private static void check(String instruction, int words, int[] a, int[] b, int[][] c, int[][] product) {
        try (Bench bench = new Bench()) {
            DeviceMemory d = bench.allocate(32 * 16, "d");
            bench.run(mma(instruction, words), "k", Launch.of(1, 32), d, bench.ints(a), bench.ints(b),
                    bench.floats(accumulators(c)));
            assertArrayEquals(accumulators(product), bench.floats(d));
        }
    }

    private static float[] accumulators(int[][] c) {
        float[] values = new float[32 * 4];
        for (int lane = 0; lane < 32; lane++) {
            for (int i = 0; i < 4; i++) {
                values[lane * 4 + i] = c[i < 2 ? lane >> 2 : (lane >> 2) + 8][lane % 4 * 2 + (i & 1)];
            }
        }
        return values;
    }

    @Test
    void ldmatrix() {
        for (boolean transposed : new boolean[] {false, true}) {
            String ptx = HEADER + """
                    .visible .entry k(.param .u64 out)
                    {
                        .shared .align 16 .b8 tile[512];
                        .reg .b32 %r<16>;
                        .reg .b64 %rd<4>;
                        mov.u32 %r1, %tid.x;
                        mov.u32 %r2, tile;
                        shl.b32 %r3, %r1, 4;
                        add.u32 %r4, %r2, %r3;
                        mul.lo.u32 %r5, %r1, 0x00080008;
                        add.u32 %r6, %r5, 0x00010000;
                        add.u32 %r7, %r6, 0x00020002;
                        add.u32 %r8, %r7, 0x00020002;
                        add.u32 %r9, %r8, 0x00020002;
                        st.shared.v4.b32 [%r4], {%r6, %r7, %r8, %r9};
                        bar.warp.sync -1;
                        ldmatrix.sync.aligned.m8n8.x4.TRANSshared.b16 {%r10, %r11, %r12, %r13}, [%r4];
                        ld.param.u64 %rd1, [out];
                        mul.wide.u32 %rd2, %r1, 16;
                        add.s64 %rd3, %rd1, %rd2;
                        st.global.v4.b32 [%rd3], {%r10, %r11, %r12, %r13};
                        ret;
                    }
                    """.replace("TRANS", transposed ? "trans." : "");
            int[] expected = new int[128];
            for (int lane = 0; lane < 32; lane++) {
                for (int m = 0; m < 4; m++) {
                    // Element [row][column] of matrix m is 64 m + 8 row + column.
                    int row = lane / 4;
                    int column = lane % 4 * 2;
                    int low = transposed ? 64 * m + 8 * column + row : 64 * m + 8 * row + column;
                    int high = transposed ? low + 8 : low + 1;
                    expected[lane * 4 + m] = low | high << 16;
                }
            }
            try (Bench bench = new Bench()) {
                DeviceMemory out = bench.allocate(512, "out");
                bench.run(ptx, "k", Launch.of(1, 32), out);
                assertArrayEquals(expected, bench.ints(out));
            }
        }
    }

    @Test
    void asynchronousCopiesArriveWhenSomebodyWaits() {
        String ptx = HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 in)
                {
                    .shared .align 16 .b8 tile[1024];
                    .reg .b32 %r<16>;
                    .reg .b64 %rd<8>;
                    ld.param.u64 %rd1, [out];
                    ld.param.u64 %rd2, [in];
                    mov.u32 %r1, %tid.x;
                    mov.u32 %r2, tile;
                    shl.b32 %r3, %r1, 2;
                    add.u32 %r4, %r2, %r3;
                    mul.wide.u32 %rd3, %r1, 4;
                    add.s64 %rd4, %rd2, %rd3;
                    mul.wide.u32 %rd5, %r1, 8;
                    add.s64 %rd6, %rd1, %rd5;
                    st.shared.u32 [%r4], 7;
                    st.shared.u32 [%r4+128], 7;
                    cp.async.ca.shared.global [%r4], [%rd4], 4;
                    cp.async.commit_group;
                    and.b32 %r5, %r1, 1;
                    shl.b32 %r5, %r5, 2;
                    cp.async.ca.shared.global [%r4+128], [%rd4], 4, %r5;
                    cp.async.commit_group;
                    cp.async.wait_group 1;
                    ld.shared.u32 %r6, [%r4];
                    ld.shared.u32 %r7, [%r4+128];
                    mad.lo.u32 %r8, %r7, 1000, %r6;
                    st.global.u32 [%rd6], %r8;
                    cp.async.wait_all;
                    ld.shared.u32 %r9, [%r4+128];
                    st.global.u32 [%rd6+4], %r9;
                    ret;
                }
                """;
        int[] in = new int[32];
        int[] expected = new int[64];
        for (int i = 0; i < 32; i++) {
            in[i] = 100 + i;
            expected[2 * i] = 7000 + in[i];
            expected[2 * i + 1] = i % 2 == 0 ? 0 : in[i];
        }
        // It looks at a copy that is on its way, which is a race.
        try (Bench bench = new Bench(EmulatorOptions.defaults().checkRaces(false))) {
            DeviceMemory out = bench.allocate(256, "out");
            bench.run(ptx, "k", Launch.of(1, 32), out, bench.ints(in));
            assertArrayEquals(expected, bench.ints(out));
        }
    }
}
