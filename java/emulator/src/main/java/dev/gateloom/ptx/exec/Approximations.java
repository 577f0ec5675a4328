package dev.gateloom.ptx.exec;

/**
 * The instructions whose last bits NVIDIA leaves open. By default they give the nearest float; with a seed they are wrong by up to
 * the documented bound, each in its own way for each argument but always the same, as a table in hardware is.
 */
public final class Approximations {
    private static final double LN2 = Math.log(2);
    private static final double RECIPROCAL_ROOT = Math.pow(2, -22.9);
    private static final double ONE_TURN = Math.pow(2, -20.5);
    private static final double MANY_TURNS = Math.pow(2, -14.7);
    /** What rounding to a float adds to a relative error. */
    private static final double ROUNDING = 0x1.01p-24;
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

    /** Whether results are wrong on purpose. */
    boolean perturbed() {
        return perturbed;
    }

    /** {@code ex2.approx}: two units in the last place, exact at zero. */
    float exp2(float x) {
        if (x != x || x >= 128 || x < -150) {
            return x != x ? x : x >= 128 ? Float.POSITIVE_INFINITY : 0;
        }
        if (x == 0) {
            return 1;
        }
        int step = (int) Math.rint(x * (double) STEPS);
        double rest = (x - step / (double) STEPS) * LN2;
        // e^rest: below 0.011 the term after the last is below a double's last place.
        double power = 1 + rest * (1 + rest * (1 / 2. + rest * (1 / 6. + rest * (1 / 24. + rest * (1 / 120. + rest / 720)))));
        double scale = Double.longBitsToDouble((step >> STEP_BITS) + 1023L << 52);
        return disturb((float) (POWERS[step & STEPS - 1] * power * scale), x, 1, 2);
    }

    /** {@code lg2.approx}: 2^-22, absolute between 0.5 and 2, relative elsewhere. */
    float log2(float x) {
        double exact = Math.log(x) / LN2;
        return x > 0.5f && x < 2 ? absolute(exact, x, 2, 0x1p-22) : relative(exact, x, 2, 0x1p-22);
    }

    /** {@code rcp.approx}: one unit. */
    float reciprocal(float x) {
        return disturb(1 / x, x, 3, 1);
    }

    /** {@code rsqrt.approx}: 2^-22.9 relative. */
    float reciprocalRoot(float x) {
        return relative(1 / Math.sqrt(x), x, 4, RECIPROCAL_ROOT);
    }

    /** {@code sqrt.approx}: 2^-23 relative. */
    float root(float x) {
        return relative(Math.sqrt(x), x, 5, 0x1p-23);
    }

    /** {@code tanh.approx}: 2^-11 relative. */
    float tanh(float x) {
        return Math.max(-1, Math.min(1, relative(Math.tanh(x), x, 6, 0x1p-11)));
    }

    /** {@code sin.approx}: 2^-20.5 absolute between -2 pi and 2 pi, 2^-14.7 between -100 pi and 100 pi. */
    float sin(float x) {
        return absolute(Math.sin(x), x, 7, Math.abs(x) <= 2 * Math.PI ? ONE_TURN : MANY_TURNS);
    }

    /** {@code cos.approx}: as {@link #sin}, exact at zero. */
    float cos(float x) {
        return x == 0 ? 1 : absolute(Math.cos(x), x, 8, Math.abs(x) <= 2 * Math.PI ? ONE_TURN : MANY_TURNS);
    }

    /** {@code div.full}, and {@code div.approx} where the divisor's reciprocal is normal: two units. */
    float divide(float a, float b) {
        return disturb(a / b, a * 31 + b, 9, 2);
    }

    /** Wrong by less than a bound on the difference, of which rounding takes its share: results are below one. */
    private float absolute(double exact, float x, int instruction, double bound) {
        boolean fixed = !perturbed || exact == 0 || exact != exact;
        return fixed ? (float) exact : (float) (exact + random(x, instruction) * (bound - ROUNDING));
    }

    /** Wrong by less than a bound on the quotient. */
    private float relative(double exact, float x, int instruction, double bound) {
        float nearest = (float) exact;
        return isFixed(nearest) ? nearest : (float) (exact * (1 + random(x, instruction) * (bound - ROUNDING)));
    }

    /** Wrong by some units in the last place. */
    private float disturb(float exact, float x, int instruction, int units) {
        if (isFixed(exact)) {
            return exact;
        }
        return exact + Math.round(random(x, instruction) * units) * Math.ulp(exact);
    }

    /** Special results are no approximations, and denormal ones are too coarse for a relative bound. */
    private boolean isFixed(float nearest) {
        return !perturbed || !(Math.abs(nearest) >= Float.MIN_NORMAL) || Float.isInfinite(nearest);
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
