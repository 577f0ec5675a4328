package dev.gateloom.ptx;

import static dev.gateloom.ptx.InstructionCases.d;
import static dev.gateloom.ptx.InstructionCases.f;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each instruction on many operands, on the emulator against {@link InstructionCases}. */
class InstructionsTest {

    static Stream<InstructionCases.Case> cases() {
        return InstructionCases.all();
    }

    private static long[] operands(int size, Random random) {
        int[] words = {0, 1, -1, 2, 7, 31, 32, 33, 255, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x3f800000, 0xbf800000,
            0x40490fdb, 0x7f800000, 0xff800000, 0x7fc00001, 0x00800000, 0x007fffff, 0x00000001, 0x80000001, 0x7f7fffff,
            0xff7fffff, 0x4b800001, 0x33800000, 0xb3800001, 0x3fc00000, 0x40200000, 0x477ff000, 0x38800000, 0x33000001,
            0x4f000000, 0xcf000000, 0x5f000000};
        double[] doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e-300, -2.5, 65519.999999999, 65520, 4294967296.5,
            1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-11, 1 + 0x1p-8 + 0x1p-45, -0x1p-25 - 0x1p-60, 0x1p-134 + 0x1p-180, 0x1.ffp127};
        long[] values = new long[words.length + 30];
        for (int i = 0; i < values.length; i++) {
            long word = i < words.length ? words[i] & 0xffffffffL : random.nextInt() & 0xffffffffL;
            boolean highBits = size == 64 && i % 3 == 0;
            values[i] = highBits ? word << 32 | word >>> 3 : size == 64 && i % 3 == 1 ? (long) (int) word : word;
        }
        return size == 32 ? values : LongStream.concat(LongStream.of(values),
                DoubleStream.of(doubles).mapToLong(Double::doubleToRawLongBits)).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void instruction(InstructionCases.Case it) {
        Random random = new Random(it.ptx().hashCode());
        long[] values = operands(it.in(), random);
        int n = values.length * values.length;
        long[] a = new long[n];
        long[] b = new long[n];
        long[] c = new long[n];
        for (int i = 0; i < n; i++) {
            a[i] = values[i % values.length];
            b[i] = values[i / values.length];
            c[i] = random.nextInt(4) == 0 ? products(it, a[i], b[i]) : values[random.nextInt(values.length)];
        }
        try (Bench bench = new Bench()) {
            DeviceMemory out = bench.allocate((long) n * it.out() / 8, "out");
            bench.run(kernel(it), "k", Launch.of((n + 255) / 256, 256), out, load(bench, a, it.in()),
                    load(bench, b, it.in()), load(bench, c, it.in()), n);
            long[] result = it.out() == 64 ? bench.longs(out) : widen(bench.ints(out));
            for (int i = 0; i < n; i++) {
                long expected = it.expected().of(extend(a[i], it.in()), extend(b[i], it.in()), extend(c[i], it.in()));
                int at = i;
                if (it.out() == 32) {
                    assertEquals(Integer.toHexString((int) expected), Integer.toHexString((int) result[i]), () -> describe(it, a, b, c, at));
                } else if (!(it.ptx().contains("f64") && Double.isNaN(d(expected)) && Double.isNaN(d(result[i])))) {
                    assertEquals(Long.toHexString(expected), Long.toHexString(result[i]), () -> describe(it, a, b, c, at));
                }
            }
        }
    }

    /** Now and then the third operand nearly cancels the product. */
    private static long products(InstructionCases.Case it, long a, long b) {
        return it.in() == 32 ? Float.floatToRawIntBits(-f(a) * f(b)) : Double.doubleToRawLongBits(-d(a) * d(b));
    }

    private static String describe(InstructionCases.Case it, long[] a, long[] b, long[] c, int i) {
        return it.ptx() + " a=" + Long.toHexString(a[i]) + " b=" + Long.toHexString(b[i]) + " c=" + Long.toHexString(c[i]);
    }

    private static long extend(long bits, int size) {
        return size == 32 ? (int) bits : bits;
    }

    private static long[] widen(int[] words) {
        return java.util.Arrays.stream(words).mapToLong(word -> word).toArray();
    }

    private static DeviceMemory load(Bench bench, long[] values, int size) {
        return size == 64 ? bench.longs(values)
                : bench.ints(java.util.Arrays.stream(values).mapToInt(value -> (int) value).toArray());
    }

    private static String kernel(InstructionCases.Case it) {
        String operand = ".reg .b" + it.in() + " %a, %b, %c;";
        return Bench.HEADER + """
                .visible .entry k(.param .u64 out, .param .u64 pa, .param .u64 pb, .param .u64 pc, .param .u32 n)
                {
                    .reg .pred %p, %q, %r, %out;
                    .reg .b16 %h, %g;
                    .reg .b32 %x, %y, %t<6>;
                    .reg .b64 %u<12>;
                    OPERANDS
                    .reg .bRESULT %d;
                    mov.u32 %t1, %ctaid.x;
                    mov.u32 %t2, %ntid.x;
                    mov.u32 %t3, %tid.x;
                    mad.lo.u32 %t4, %t1, %t2, %t3;
                    ld.param.u32 %t5, [n];
                    setp.ge.u32 %out, %t4, %t5;
                    @%out bra END;
                    ld.param.u64 %u1, [out];
                    ld.param.u64 %u2, [pa];
                    ld.param.u64 %u3, [pb];
                    ld.param.u64 %u4, [pc];
                    mul.wide.u32 %u5, %t4, INBYTES;
                    mul.wide.u32 %u6, %t4, OUTBYTES;
                    add.s64 %u7, %u1, %u6;
                    add.s64 %u8, %u2, %u5;
                    add.s64 %u9, %u3, %u5;
                    add.s64 %u10, %u4, %u5;
                    ld.global.bINBITS %a, [%u8];
                    ld.global.bINBITS %b, [%u9];
                    ld.global.bINBITS %c, [%u10];
                    BODY
                    st.global.bRESULT [%u7], %d;
                END:
                    ret;
                }
                """.replace("OPERANDS", operand).replace("INBYTES", String.valueOf(it.in() / 8))
                .replace("OUTBYTES", String.valueOf(it.out() / 8)).replace("INBITS", String.valueOf(it.in()))
                .replace("RESULT", String.valueOf(it.out())).replace("BODY", it.ptx());
    }
}
