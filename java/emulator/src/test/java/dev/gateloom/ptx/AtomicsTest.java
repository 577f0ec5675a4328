package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code atom} and {@code red}: every operation with every type, beside device memory, in shared memory, and by generic addresses. */
class AtomicsTest {
    private static final int CELLS = 256;
    private static final String[] SPACES = {"global", "shared", "generic to global", "generic to shared"};

    /** What memory holds after it. */
    private interface After {
        long of(long old, long x, long y);
    }

    /**
     * An operation.
     *
     * @param name operation and type
     * @param bits of a cell
     * @param inGlobal what device memory holds after it
     * @param inShared what shared memory holds after it
     */
    private record Case(String name, int bits, After inGlobal, After inShared) {

        Case(String name, int bits, After after) {
            this(name, bits, after, after);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int bits : new int[] {32, 64}) {
            cases.add(new Case("add.u" + bits, bits, (old, x, y) -> number(old, bits, false).add(number(x, bits, false)).longValue()));
            for (boolean signed : new boolean[] {false, true}) {
                String type = (signed ? ".s" : ".u") + bits;
                cases.add(new Case("min" + type, bits,
                        (old, x, y) -> number(old, bits, signed).min(number(x, bits, signed)).longValue()));
                cases.add(new Case("max" + type, bits,
                        (old, x, y) -> number(old, bits, signed).max(number(x, bits, signed)).longValue()));
            }
            cases.add(new Case("and.b" + bits, bits, (old, x, y) -> old & x));
            cases.add(new Case("or.b" + bits, bits, (old, x, y) -> old | x));
            cases.add(new Case("xor.b" + bits, bits, (old, x, y) -> old ^ x));
            cases.add(new Case("exch.b" + bits, bits, (old, x, y) -> x));
            cases.add(new Case("cas.b" + bits, bits, (old, x, y) -> old == x ? y : old));
        }
        cases.add(new Case("add.s32", 32, (old, x, y) -> old + x));
        cases.add(new Case("inc.u32", 32, (old, x, y) -> number(old, 32, false).compareTo(number(x, 32, false)) >= 0 ? 0 : old + 1));
        cases.add(new Case("dec.u32", 32, (old, x, y) -> old == 0 || number(old, 32, false).compareTo(number(x, 32, false)) > 0
                ? x : old - 1));
        cases.add(new Case("add.f32", 32, (old, x, y) -> flush(sum(flush(old), flush(x))), AtomicsTest::sum));
        cases.add(new Case("add.f64", 64, (old, x, y) -> Double.doubleToRawLongBits(
                Double.longBitsToDouble(old) + Double.longBitsToDouble(x))));
        return cases.stream();
    }

    static Stream<String> covered() {
        return cases().flatMap(it -> Stream.of("atom.global.", "red.global.", "atom.shared.", "red.shared.").map(start -> start + it.name()));
    }

    private static BigInteger number(long bits, int size, boolean signed) {
        BigInteger value = new BigInteger(Long.toUnsignedString(bits)).mod(BigInteger.ONE.shiftLeft(size));
        return signed && value.testBit(size - 1) ? value.subtract(BigInteger.ONE.shiftLeft(size)) : value;
    }

    private static long sum(long a, long b, long none) {
        return sum(a, b);
    }

    private static long sum(long a, long b) {
        float sum = Float.intBitsToFloat((int) a) + Float.intBitsToFloat((int) b);
        return sum != sum ? 0x7fffffff : Float.floatToRawIntBits(sum);
    }

    private static long flush(long bits) {
        return (bits & 0x7f800000) == 0 ? bits & 0x80000000L : bits;
    }

    /** Each thread has a cell, by its number; what it held before goes to {@code olds}. */
    private static String kernel(String instruction, int bits, String space) {
        boolean shared = space.endsWith("shared");
        boolean generic = space.startsWith("generic");
        String address = !shared ? "[%d5]" : generic ? "[%d8]" : "[%r2]";
        return Bench.HEADER + """
                .visible .entry k(.param .u64 cells, .param .u64 olds, .param .u64 xs, .param .u64 ys)
                {
                    .shared .align 8 .b8 tile[2048];
                    .reg .b32 %r<4>;
                    .reg .b64 %d<12>;
                    .reg .bBITS %v<5>;
                    mov.u32 %r1, %tid.x;
                    ld.param.u64 %d1, [cells];
                    ld.param.u64 %d2, [olds];
                    ld.param.u64 %d3, [xs];
                    ld.param.u64 %d4, [ys];
                    mul.wide.u32 %d9, %r1, BYTES;
                    add.s64 %d5, %d1, %d9;
                    add.s64 %d6, %d2, %d9;
                    add.s64 %d3, %d3, %d9;
                    add.s64 %d4, %d4, %d9;
                    ld.global.bBITS %v1, [%d3];
                    ld.global.bBITS %v2, [%d4];
                    mov.u32 %r2, tile;
                    mad.lo.u32 %r2, %r1, BYTES, %r2;
                    mov.u64 %d7, tile;
                    cvta.shared.u64 %d7, %d7;
                    add.s64 %d8, %d7, %d9;
                    mov.bBITS %v3, 0;
                    BEFORE
                    INSTRUCTION
                    AFTER
                    st.global.bBITS [%d6], %v3;
                    ret;
                }
                """.replace("BEFORE", shared ? "ld.global.bBITS %v4, [%d5]; st.shared.bBITS [%r2], %v4;" : "")
                .replace("AFTER", shared ? "ld.shared.bBITS %v4, [%r2]; st.global.bBITS [%d5], %v4;" : "")
                .replace("INSTRUCTION", instruction.replace("ADDRESS", address)
                        .replace("SPACE", generic ? "" : "." + space))
                .replace("BITS", String.valueOf(bits)).replace("BYTES", String.valueOf(bits / 8));
    }

    private static long[] values(int bits, int seed) {
        int[] words = {0, 1, -1, 2, 7, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x3f800000, 0xbf800000, 0x00000001, 0x80000003,
            0x00400000, 0x807fffff, 0x00800000, 0x80800001, 0x7f800000, 0xff800000, 0x7fc00000, 0x3fc00000};
        Random random = new Random(seed);
        return IntStream.range(0, CELLS).mapToLong(i -> {
            long word = random.nextInt(3) > 0 ? words[random.nextInt(words.length)] : random.nextInt();
            return bits == 32 ? word & 0xffffffffL : random.nextBoolean() ? word << 32 | random.nextInt() & 0xffffffffL : word;
        }).toArray();
    }

    private static long finite(long bits) {
        return Double.isFinite(Double.longBitsToDouble(bits)) ? bits : Double.doubleToRawLongBits(1.5);
    }

    private static DeviceMemory load(Bench bench, long[] values, int bits) {
        return bits == 64 ? bench.longs(values) : bench.ints(Arrays.stream(values).mapToInt(v -> (int) v).toArray());
    }

    private static long[] read(Bench bench, DeviceMemory memory, int bits) {
        return bits == 64 ? bench.longs(memory)
                : Arrays.stream(bench.ints(memory)).mapToLong(word -> word & 0xffffffffL).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesWhatWasThereAndWritesWhatFollows(Case it) {
        long[] before = values(it.bits(), 1);
        long[] x = values(it.bits(), 2);
        long[] y = values(it.bits(), 3);
        if (it.name().equals("add.f64")) {                          // which NaN it gives is open
            Arrays.setAll(before, i -> finite(before[i]));
            Arrays.setAll(x, i -> finite(x[i]));
        }
        if (it.name().startsWith("cas")) {
            Arrays.setAll(x, i -> i % 2 == 0 ? before[i] : x[i]);
        }
        long mask = it.bits() == 64 ? -1 : 0xffffffffL;
        String operands = "ADDRESS, %v1" + (it.name().startsWith("cas") ? ", %v2;" : ";");
        for (String space : SPACES) {
            After after = space.endsWith("shared") ? it.inShared() : it.inGlobal();
            long[] expected = IntStream.range(0, CELLS).mapToLong(i -> after.of(before[i], x[i], y[i]) & mask).toArray();
            assertArrayEquals(new long[][] {expected, before}, run("atomSPACE." + it.name() + " %v3, " + operands, it.bits(),
                    space, before, x, y), "atom in " + space);
            if (!it.name().startsWith("exch") && !it.name().startsWith("cas")) {
                assertArrayEquals(new long[][] {expected, new long[CELLS]}, run("redSPACE." + it.name() + " " + operands,
                        it.bits(), space, before, x, y), "red in " + space);
            }
        }
    }

    private static long[][] run(String instruction, int bits, String space, long[] before, long[] x, long[] y) {
        try (Bench bench = new Bench()) {
            DeviceMemory cells = load(bench, before, bits);
            DeviceMemory olds = load(bench, new long[CELLS], bits);
            bench.run(kernel(instruction, bits, space), "k", Launch.of(1, CELLS), cells, olds, load(bench, x, bits),
                    load(bench, y, bits));
            return new long[][] {read(bench, cells, bits), read(bench, olds, bits)};
        }
    }

    /** All threads at one cell: nothing is lost, and no two of them see the same. */
    @Test
    void oneCellForAll() {
        String ptx = Bench.HEADER + """
                .visible .entry k(.param .u64 cell, .param .u64 olds)
                {
                    .reg .b32 %r<8>;
                    .reg .b64 %d<5>;
                    mov.u32 %r1, %tid.x;
                    mov.u32 %r2, %ntid.x;
                    mov.u32 %r3, %ctaid.x;
                    mad.lo.u32 %r4, %r3, %r2, %r1;
                    ld.param.u64 %d1, [cell];
                    ld.param.u64 %d2, [olds];
                    mul.wide.u32 %d3, %r4, 4;
                    add.s64 %d4, %d2, %d3;
                    atom.global.inc.u32 %r5, [%d1], 999;
                    st.global.u32 [%d4], %r5;
                    ret;
                }
                """;
        try (Bench bench = new Bench()) {
            DeviceMemory cell = bench.ints(0);
            DeviceMemory olds = bench.allocate(4 * 960, "olds");
            bench.run(ptx, "k", Launch.of(4, 240), cell, olds);
            assertArrayEquals(IntStream.range(0, 960).toArray(), Arrays.stream(bench.ints(olds)).sorted().toArray());
            assertEquals(960, bench.ints(cell)[0]);
        }
    }
}
