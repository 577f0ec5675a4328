package dev.gateloom.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The approximate instructions, as instructions: exact by default, as bad as documented when perturbed and never worse; special
 * values and denormals. Bounds and tables are those of the PTX ISA 8.8, section 9.7.3.
 */
class ApproximateInstructionsTest {
    private static final int COUNT = 8192;

    /** An error as a share of what is allowed. */
    private interface Share {
        double of(float result, double exact, float x);
    }

    /**
     * An instruction.
     *
     * @param name with its modifiers
     * @param exact what it approximates
     * @param least of the arguments
     * @param most of the arguments
     * @param share of the bound
     */
    private record Case(String name, DoubleUnaryOperator exact, double least, double most, Share share) {

        @Override
        public String toString() {
            return name + " in " + least + " to " + most;
        }
    }

    private static Share units(int most) {
        return (result, exact, x) -> Math.abs((double) result - (float) exact) / Math.ulp((float) exact) / most;
    }

    private static Share relative(double exponent) {
        return (result, exact, x) -> Math.abs(result - exact) / Math.abs(exact) / Math.pow(2, exponent);
    }

    private static Share absolute(double exponent) {
        return (result, exact, x) -> Math.abs(result - exact) / Math.pow(2, exponent);
    }

    static Stream<Case> cases() {
        DoubleUnaryOperator log2 = x -> Math.log(x) / Math.log(2);
        return Stream.of(
                new Case("ex2.approx.f32", x -> StrictMath.pow(2, x), -149, 127.99, units(2)),
                new Case("ex2.approx.ftz.f32", x -> StrictMath.pow(2, x), -126, 127.99, units(2)),
                new Case("lg2.approx.f32", log2, 0.5001, 1.9999, absolute(-22)),
                new Case("lg2.approx.f32", log2, 2, 1e30, relative(-22)),
                new Case("lg2.approx.f32", log2, 1e-44, 0.5, relative(-22)),
                new Case("rcp.approx.f32", x -> 1 / x, -1e3, 1e3, units(1)),
                new Case("rcp.approx.ftz.f32", x -> 1 / x, 1e-37, 1e37, units(1)),
                new Case("sqrt.approx.f32", Math::sqrt, 1e-40, 1e38, relative(-23)),
                new Case("rsqrt.approx.f32", x -> 1 / Math.sqrt(x), 1e-40, 1e38, relative(-22.9)),
                new Case("sin.approx.f32", Math::sin, -6.28, 6.28, absolute(-20.5)),
                new Case("sin.approx.f32", Math::sin, 6.3, 314, absolute(-14.7)),
                new Case("cos.approx.f32", Math::cos, -6.28, 6.28, absolute(-20.5)),
                new Case("cos.approx.f32", Math::cos, -314, -6.3, absolute(-14.7)),
                new Case("tanh.approx.f32", Math::tanh, -9, 9, relative(-11)));
    }

    static Stream<String> covered() {
        return cases().map(Case::name);
    }

    /** Half of them evenly, half by their exponents where the range is wide. */
    private static float[] arguments(Case it) {
        Random random = new Random(7);
        float[] x = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double share = random.nextDouble();
            boolean byExponent = i % 2 == 0 && it.least() > 0;
            x[i] = (float) (byExponent ? it.least() * Math.pow(it.most() / it.least(), share)
                    : it.least() + (it.most() - it.least()) * share);
        }
        return x;
    }

    private static float[] run(String name, boolean perturbed, float... x) {
        String ptx = Bench.HEADER + """
                .visible .entry k(.param .u64 y, .param .u64 x)
                {
                    .reg .f32 %f<3>;
                    .reg .b32 %r<5>;
                    .reg .b64 %d<5>;
                    mov.u32 %r1, %tid.x;
                    mov.u32 %r2, %ntid.x;
                    mov.u32 %r3, %ctaid.x;
                    mad.lo.u32 %r4, %r3, %r2, %r1;
                    ld.param.u64 %d1, [y];
                    ld.param.u64 %d2, [x];
                    mul.wide.u32 %d3, %r4, 4;
                    add.s64 %d1, %d1, %d3;
                    add.s64 %d2, %d2, %d3;
                    ld.global.f32 %f1, [%d2];
                    NAME %f2, %f1;
                    st.global.f32 [%d1], %f2;
                    ret;
                }
                """.replace("NAME", name);
        int threads = Math.min(256, x.length);
        try (Bench bench = new Bench(EmulatorOptions.defaults().perturbed(perturbed))) {
            DeviceMemory y = bench.allocate(4L * x.length, "y");
            bench.run(ptx, "k", Launch.of(x.length / threads, threads), y, bench.floats(x));
            return bench.floats(y);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isExactByDefault(Case it) {
        float[] x = arguments(it);
        float[] y = run(it.name(), false, x);
        for (int i = 0; i < COUNT; i++) {
            double exact = it.exact().applyAsDouble(x[i]);
            assertTrue(Math.abs(y[i] - exact) <= 0.5001 * Math.ulp((float) exact), it.name() + " of " + x[i] + " = " + y[i]);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAsBadAsDocumentedWhenPerturbed(Case it) {
        float[] x = arguments(it);
        float[] y = run(it.name(), true, x);
        double worst = 0;
        for (int i = 0; i < COUNT; i++) {
            double exact = it.exact().applyAsDouble(x[i]);
            if (Math.abs(exact) >= Float.MIN_NORMAL) {              // the next denormal may lie beyond the bound
                double share = it.share().of(y[i], exact, x[i]);
                assertTrue(share <= 1, it.name() + " of " + x[i] + " = " + y[i] + ": " + share + " of the bound");
                worst = Math.max(worst, share);
            }
        }
        assertTrue(worst > 0.7, it.name() + " reaches " + worst + " of its bound");
    }

    /** Hexadecimal bits; a NaN stands for any. */
    @ParameterizedTest
    @CsvSource({
        "ex2.approx.f32,   ff800000=00000000 80000000=3f800000 00000000=3f800000 7f800000=7f800000 7fc00000=nan 42fe0000=7f000000 c3150000=00000001 c3190000=00000000",
        "ex2.approx.ftz.f32, 80000001=3f800000 00000001=3f800000 c2fe0000=00000000 c2fc0000=00800000",
        "lg2.approx.f32,   ff800000=nan bf800000=nan 80000000=ff800000 00000000=ff800000 7f800000=7f800000 7fc00000=nan 3f800000=00000000 00000001=c3150000",
        "lg2.approx.ftz.f32, 00000001=ff800000 80000001=ff800000 00800000=c2fc0000",
        "rcp.approx.f32,   ff800000=80000000 80000000=ff800000 00000000=7f800000 7f800000=00000000 7fc00000=nan 00000001=7f800000 7f000000=00400000",
        "rcp.approx.ftz.f32, 00000001=7f800000 80000001=ff800000 7f000000=00000000 ff000000=80000000",
        "sqrt.approx.f32,  ff800000=nan bf800000=nan 80000000=80000000 00000000=00000000 7f800000=7f800000 7fc00000=nan 80000001=nan",
        "sqrt.approx.ftz.f32, 00000001=00000000 80000001=80000000",
        "rsqrt.approx.f32, ff800000=nan bf800000=nan 80000000=ff800000 00000000=7f800000 7f800000=00000000 7fc00000=nan",
        "rsqrt.approx.ftz.f32, 00000001=7f800000 80000001=ff800000",
        "sin.approx.f32,   ff800000=nan 80000000=80000000 00000000=00000000 7f800000=nan 7fc00000=nan 00000001=00000001",
        "sin.approx.ftz.f32, 00000001=00000000 80000001=80000000",
        "cos.approx.f32,   ff800000=nan 80000000=3f800000 00000000=3f800000 7f800000=nan 7fc00000=nan",
        "cos.approx.ftz.f32, 80000001=3f800000",
        "tanh.approx.f32,  ff800000=bf800000 80000000=80000000 00000000=00000000 7f800000=3f800000 7fc00000=nan 00000001=00000001 80000003=80000003"})
    void specialValues(String name, String table) {
        for (String pair : table.trim().split(" ")) {
            String[] bits = pair.split("=");
            float x = Float.intBitsToFloat(Integer.parseUnsignedInt(bits[0], 16));
            for (boolean perturbed : new boolean[] {false, true}) {
                float y = run(name, perturbed, x)[0];
                String shown = Float.isNaN(y) ? "nan" : String.format("%08x", Float.floatToRawIntBits(y));
                boolean rounded = perturbed && isOrdinary(bits[1]);
                assertEquals(rounded ? shown : bits[1], shown, name + " of " + bits[0] + (perturbed ? ", perturbed" : ""));
            }
        }
    }

    /** Results that an approximation may miss: those that the tables do not name. */
    private static boolean isOrdinary(String bits) {
        return switch (bits) {
            case "nan", "00000000", "80000000", "7f800000", "ff800000", "3f800000", "bf800000" -> false;
            default -> true;
        };
    }
}
