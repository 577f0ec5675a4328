package dev.gateloom.ptx.exec;

/**
 * The instructions whose last bits NVIDIA leaves open. By default they give the nearest float; with a seed they are wrong by up to
 * the documented bound, each in its own way for each argument but always the same, as a table in hardware is.
 */
public final class Approximations {
    private static final double LN2 = Math.log(2);
    /** 2^(n / 32). */
    private static final double[] POWERS = powers();
    private static final int STEPS = 32;
    private static final int STEP_BITS = 5;

    private final boolean perturbed;
    private final long seed;

    private Approximations(boolean perturbed, long seed) {
        this.perturbed = perturbed;
        this.seed = seed;
    }

    /**
     * The best that the format allows.
     *
     * @return nearest results
     */
    public static Approximations nearest() {
        return new Approximations(false, 0);
    }

    /**
     * As bad as documented.
     *
     * @param seed of the errors
     * @return results within the bounds
     */
    public static Approximations perturbed(long seed) {
        return new Approximations(true, seed);
    }

    /** {@code ex2.approx}: two units in the last place. */
    float exp2(float x) {
        if (x != x || x >= 128 || x < -150) {
            return x != x ? x : x >= 128 ? Float.POSITIVE_INFINITY : 0;
        }
        int step = (int) Math.rint(x * (double) STEPS);
        double rest = (x - step / (double) STEPS) * LN2;
        // e^rest: below 0.011 the term after the last is below a double's last place.
        double power = 1 + rest * (1 + rest * (1 / 2. + rest * (1 / 6. + rest * (1 / 24. + rest * (1 / 120. + rest / 720)))));
        double scale = Double.longBitsToDouble((step >> STEP_BITS) + 1023L << 52);
        return disturb((float) (POWERS[step & STEPS - 1] * power * scale), x, 1, 2);
    }

    /** {@code lg2.approx}: 2^-22 absolute where the result is small, relative elsewhere. */
    float log2(float x) {
        return disturb((float) (Math.log(x) / LN2), x, 2, 1);
    }

    /** {@code rcp.approx}: one unit. */
    float reciprocal(float x) {
        return disturb(1 / x, x, 3, 1);
    }

    /** {@code rsqrt.approx}: two units. */
    float reciprocalRoot(float x) {
        return disturb((float) (1 / Math.sqrt(x)), x, 4, 2);
    }

    /** {@code sqrt.approx}: two units. */
    float root(float x) {
        return disturb((float) Math.sqrt(x), x, 5, 2);
    }

    /** {@code tanh.approx}: 2^-11 relative. */
    float tanh(float x) {
        float exact = (float) Math.tanh(x);
        if (!perturbed || exact == 0 || exact != exact) {
            return exact;
        }
        float wrong = exact * (1 + random(x, 6) * 0x1p-11f);
        return Math.max(-1, Math.min(1, wrong));
    }

    /** {@code sin.approx}: 2^-21 absolute between -pi and pi. */
    float sin(float x) {
        return absolute((float) Math.sin(x), x, 7);
    }

    /** {@code cos.approx}: 2^-21 absolute between -pi and pi. */
    float cos(float x) {
        return absolute((float) Math.cos(x), x, 8);
    }

    /** {@code div.full}, and {@code div.approx} where the divisor's reciprocal is normal: two units. */
    float divide(float a, float b) {
        return disturb(a / b, a * 31 + b, 9, 2);
    }

    private float absolute(float exact, float x, int instruction) {
        return perturbed && exact == exact ? exact + random(x, instruction) * 0x1p-21f : exact;
    }

    private float disturb(float exact, float x, int instruction, int units) {
        if (!perturbed || exact == 0 || Float.isInfinite(exact) || exact != exact) {
            return exact;
        }
        return exact + Math.round(random(x, instruction) * units) * Math.ulp(exact);
    }

    /** Between -1 and 1, a function of the argument. */
    private float random(float x, int instruction) {
        long bits = SeededRandom.mix(seed * 16 + instruction ^ (long) Float.floatToRawIntBits(x) << 32);
        return (bits >> 40) * 0x1p-23f;
    }

    private static double[] powers() {
        double[] powers = new double[STEPS];
        for (int n = 0; n < STEPS; n++) {
            powers[n] = Math.pow(2, n / (double) STEPS);
        }
        return powers;
    }
}
