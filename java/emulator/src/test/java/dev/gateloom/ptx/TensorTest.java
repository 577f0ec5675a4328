package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mma}: layouts typed from the PTX ISA 8.8, sections 9.7.14.5.6 to 8, and what is assumed of its sums. */
class TensorTest {
    private static final String HEADER = Bench.HEADER.replace("sm_75", "sm_80");

    /** Row or column of element i of a thread: its group is lane / 4, it is the member lane % 4. */
    private interface Place {
        int of(int group, int member, int i);
    }

    /** Shape and types of the factors, where a thread's elements lie, how many of A and B it has. */
    private enum Shape {
        M16N8K4_TF32(4, 2, (g, t, i) -> i == 0 ? g : g + 8, (g, t, i) -> t, (g, t, i) -> t),
        M16N8K8_TF32(8, 4, (g, t, i) -> i == 0 || i == 2 ? g : g + 8, (g, t, i) -> i == 0 || i == 1 ? t : t + 4,
                (g, t, i) -> i == 0 ? t : t + 4),
        M16N8K8_F16(8, 4, (g, t, i) -> i == 0 || i == 1 ? g : g + 8, (g, t, i) -> t * 2 + (i & 1), (g, t, i) -> t * 2 + i),
        M16N8K8_BF16(8, 4, (g, t, i) -> i == 0 || i == 1 ? g : g + 8, (g, t, i) -> t * 2 + (i & 1), (g, t, i) -> t * 2 + i),
        M16N8K16_F16(16, 8, (g, t, i) -> i < 2 || i >= 4 && i < 6 ? g : g + 8,
                (g, t, i) -> i < 4 ? t * 2 + (i & 1) : t * 2 + (i & 1) + 8,
                (g, t, i) -> i < 2 ? t * 2 + (i & 1) : t * 2 + (i & 1) + 8),
        M16N8K16_BF16(16, 8, (g, t, i) -> i < 2 || i >= 4 && i < 6 ? g : g + 8,
                (g, t, i) -> i < 4 ? t * 2 + (i & 1) : t * 2 + (i & 1) + 8,
                (g, t, i) -> i < 2 ? t * 2 + (i & 1) : t * 2 + (i & 1) + 8);

        final int k;
        final int elements;
        final Place rowOfA;
        final Place columnOfA;
        final Place rowOfB;

        Shape(int k, int elements, Place rowOfA, Place columnOfA, Place rowOfB) {
            this.k = k;
            this.elements = elements;
            this.rowOfA = rowOfA;
            this.columnOfA = columnOfA;
            this.rowOfB = rowOfB;
        }

        String type() {
            return name().substring(name().indexOf('_') + 1).toLowerCase(java.util.Locale.ROOT);
        }

        String instruction() {
            return "mma.sync.aligned.m16n8k" + k + ".row.col.f32." + type() + "." + type() + ".f32";
        }

        int perWord() {
            return this == M16N8K4_TF32 || this == M16N8K8_TF32 ? 1 : 2;
        }

        /** The format's bits of a number that it can hold, normal in all of them. */
        int bits(float value) {
            int bits = Float.floatToRawIntBits(value);
            return switch (type()) {
                case "tf32" -> bits;
                case "bf16" -> bits >>> 16;
                default -> value == 0 ? 0 : bits >>> 16 & 0x8000 | (bits >> 13 & 0x3ffff) - (112 << 10);
            };
        }

        int[] fragmentsOfA(float[][] a) {
            return words(elements, (lane, i) -> a[rowOfA.of(lane / 4, lane % 4, i)][columnOfA.of(lane / 4, lane % 4, i)]);
        }

        int[] fragmentsOfB(float[][] b) {
            return words(elements / 2, (lane, i) -> b[rowOfB.of(lane / 4, lane % 4, i)][lane / 4]);
        }

        private int[] words(int count, Element element) {
            int[] words = new int[32 * count / perWord()];
            for (int lane = 0; lane < 32; lane++) {
                for (int i = 0; i < count; i++) {
                    words[lane * count / perWord() + i / perWord()] |= bits(element.of(lane, i)) << 16 * (i % perWord());
                }
            }
            return words;
        }
    }

    static Stream<String> covered() {
        return Stream.of(Shape.values()).map(Shape::instruction);
    }

    private interface Element {
        float of(int lane, int i);
    }

    private static int rowOfC(int lane, int i) {
        return i == 0 || i == 1 ? lane / 4 : lane / 4 + 8;
    }

    private static int columnOfC(int lane, int i) {
        return lane % 4 * 2 + (i & 1);
    }

    private static float[] fragmentsOfC(float[][] c) {
        float[] values = new float[32 * 4];
        for (int n = 0; n < values.length; n++) {
            values[n] = c[rowOfC(n / 4, n % 4)][columnOfC(n / 4, n % 4)];
        }
        return values;
    }

    /** Registers of d in the instruction, of which c's are %c0 to %c3; what d holds goes to memory as %c0 to %c3. */
    private static String kernel(Shape shape, String d) {
        int words = shape.elements / shape.perWord();
        StringBuilder loads = new StringBuilder();
        IntStream.range(0, words).forEach(i -> loads.append("ld.global.b32 %a" + i + ", [%rd6+" + 4 * i + "];\n"));
        IntStream.range(0, words / 2).forEach(i -> loads.append("ld.global.b32 %b" + i + ", [%rd8+" + 4 * i + "];\n"));
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
                    INSTRUCTION {DS}, {AS}, {BS}, {%c0, %c1, %c2, %c3};
                    st.global.v4.f32 [%rd11], {%c0, %c1, %c2, %c3};
                    ret;
                }
                """.replace("WIDTH_A", String.valueOf(4 * words)).replace("WIDTH_B", String.valueOf(2 * words))
                .replace("LOADS", loads).replace("INSTRUCTION", shape.instruction()).replace("DS", d)
                .replace("AS", registers("%a", words)).replace("BS", registers("%b", words / 2));
    }

    private static String registers(String name, int count) {
        return String.join(", ", IntStream.range(0, count).mapToObj(i -> name + i).toList());
    }

    private static float[] run(Shape shape, boolean perturbed, String d, int[] a, int[] b, float[] c) {
        try (Bench bench = new Bench(EmulatorOptions.defaults().perturbed(perturbed))) {
            DeviceMemory out = bench.allocate(32 * 16, "d");
            bench.run(kernel(shape, d), "k", Launch.of(1, 32), out, bench.ints(a), bench.ints(b), bench.floats(c));
            return bench.floats(out);
        }
    }

    private static float[] run(Shape shape, boolean perturbed, float[][] a, float[][] b, float[][] c) {
        return run(shape, perturbed, "%c0, %c1, %c2, %c3", shape.fragmentsOfA(a), shape.fragmentsOfB(b), fragmentsOfC(c));
    }

    /** Whole numbers, so that every order and precision of the sums gives the same. */
    private static float[][] small(Random random, int rows, int columns) {
        float[][] matrix = new float[rows][columns];
        for (float[] row : matrix) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextInt(33) - 16;
            }
        }
        return matrix;
    }

    private static float[][] filled(int rows, int columns, float value) {
        float[][] matrix = new float[rows][columns];
        Arrays.stream(matrix).forEach(row -> Arrays.fill(row, value));
        return matrix;
    }

    private static float[][] product(float[][] a, float[][] b, float[][] c) {
        float[][] d = new float[16][8];
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

    @ParameterizedTest
    @EnumSource(Shape.class)
    void layouts(Shape shape) {
        Random random = new Random(shape.ordinal());
        float[][] a = small(random, 16, shape.k);
        float[][] b = small(random, shape.k, 8);
        float[][] c = small(random, 16, 8);
        float[] expected = fragmentsOfC(product(a, b, c));
        assertArrayEquals(expected, run(shape, false, a, b, c));
        assertArrayEquals(expected, run(shape, true, a, b, c));
    }

    /** All of c is read before any of d is written, whichever registers they share. */
    @ParameterizedTest
    @ValueSource(strings = {"%c1, %c2, %c3, %c0", "%c3, %c2, %c1, %c0", "%c1, %c0, %c3, %c2"})
    void accumulatorsMayShareRegistersInAnyOrder(String d) {
        Shape shape = Shape.M16N8K16_BF16;
        Random random = new Random(3);
        float[][] a = small(random, 16, shape.k);
        float[][] b = small(random, shape.k, 8);
        float[][] c = small(random, 16, 8);
        float[] product = fragmentsOfC(product(a, b, c));
        float[] expected = new float[product.length];
        String[] registers = d.split(", ");
        for (int n = 0; n < product.length; n++) {
            expected[n / 4 * 4 + registers[n % 4].charAt(2) - '0'] = product[n];
        }
        assertArrayEquals(expected, run(shape, false, d, shape.fragmentsOfA(a), shape.fragmentsOfB(b), fragmentsOfC(c)));
    }

    @ParameterizedTest
    @EnumSource(value = Shape.class, names = ".*TF32", mode = EnumSource.Mode.MATCH_ALL)
    void tf32IgnoresTheLow13Bits(Shape shape) {
        Random random = new Random(4);
        float[][] a = small(random, 16, shape.k);
        float[][] b = small(random, shape.k, 8);
        int[] noisyA = Arrays.stream(shape.fragmentsOfA(a)).map(bits -> bits | random.nextInt(1 << 13)).toArray();
        int[] noisyB = Arrays.stream(shape.fragmentsOfB(b)).map(bits -> bits | random.nextInt(1 << 13)).toArray();
        assertArrayEquals(run(shape, false, a, b, filled(16, 8, 0)),
                run(shape, false, "%c0, %c1, %c2, %c3", noisyA, noisyB, new float[128]));
        int[] heard = Arrays.stream(shape.fragmentsOfA(a)).map(bits -> bits | 1 << 13).toArray();
        assertNotEquals(Arrays.toString(run(shape, false, a, b, filled(16, 8, 0))), Arrays.toString(
                run(shape, false, "%c0, %c1, %c2, %c3", heard, shape.fragmentsOfB(b), new float[128])));
    }

    /** By default products are exact and their sum is rounded once, whatever the formats. */
    @ParameterizedTest
    @EnumSource(Shape.class)
    void productsAreExactAndSumsRoundedOnce(Shape shape) {
        float one = 1 + 0x1p-7f;                                    // all formats have seven bits
        assertEach(1 + (float) (shape.k * 0x1p-12 * one * one), run(shape, false, filled(16, shape.k, 0x1p-6f * one),
                filled(shape.k, 8, 0x1p-6f * one), filled(16, 8, 1)));
        // One after the other in single precision they would all be lost.
        assertEach(1 + shape.k * 0x1p-25f, run(shape, false, filled(16, shape.k, 0x1p-12f), filled(shape.k, 8, 0x1p-13f),
                filled(16, 8, 1)));
    }

    /** Perturbed, each number is cut off one bit below the last place of the greatest, and each group's sum to a float. */
    @ParameterizedTest
    @EnumSource(Shape.class)
    void perturbedSumsAreCutOff(Shape shape) {
        float[][] lost = filled(shape.k, 8, 0x1p-13f);
        assertEach(1, run(shape, true, filled(16, shape.k, 0x1p-12f), lost, filled(16, 8, 1)));
        float[][] kept = filled(shape.k, 8, 0x1p-12f);
        assertEach(1 + shape.k * 0x1p-24f, run(shape, true, filled(16, shape.k, 0x1p-12f), kept, filled(16, 8, 1)));
        float[][] a = filled(16, shape.k, 0);
        for (float[] row : a) {
            row[shape.k - 1] = 1.5f * 0x1p-12f;
        }
        assertEach(1, run(shape, true, a, kept, filled(16, 8, 1)));
        assertEach(1 + 0x1p-23f, run(shape, false, a, kept, filled(16, 8, 1)));
        assertEach(-1, run(shape, true, a, filled(shape.k, 8, -0x1p-12f), filled(16, 8, -1)));
    }

    /** Denormals count in both ways of adding. */
    @Test
    void denormalHalves() {
        Shape shape = Shape.M16N8K8_F16;
        int[] a = new int[64];
        Arrays.fill(a, 0x00010001);                                 // 2^-24 each
        for (boolean perturbed : new boolean[] {false, true}) {
            assertEach(8 * 0x1p-24f, run(shape, perturbed, "%c0, %c1, %c2, %c3", a, shape.fragmentsOfB(filled(8, 8, 1)),
                    new float[128]));
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void infinitiesAndNaN(Shape shape) {
        for (boolean perturbed : new boolean[] {false, true}) {
            float[][] a = filled(16, shape.k, 1);
            float[][] b = filled(shape.k, 8, 1);
            float[][] c = filled(16, 8, 0);
            c[0][0] = Float.POSITIVE_INFINITY;
            c[1][1] = Float.NaN;
            c[2][2] = Float.MAX_VALUE;
            c[3][3] = -Float.MAX_VALUE;
            float[] d = run(shape, perturbed, a, b, c);
            for (int n = 0; n < d.length; n++) {
                int row = rowOfC(n / 4, n % 4);
                float expected = row == columnOfC(n / 4, n % 4) && row < 4
                        ? c[row][row] : shape.k;
                assertEquals(expected, d[n], shape + " at " + n);
            }
        }
    }

    private static void assertEach(float expected, float[] actual) {
        for (float value : actual) {
            assertTrue(value == expected, () -> "expected " + expected + " everywhere, got " + Arrays.toString(actual));
        }
    }
}
