package dev.gateloom.bench.report;

import java.util.Locale;

/** Numbers as people read them: three significant digits and a unit. */
public final class Text {
    /** A ratio of at least this counts as a tie or better. */
    public static final double TIE = 0.95;

    private Text() {
    }

    /**
     * A time.
     *
     * @param nanos nanoseconds
     * @return for example {@code 4.60 ms}
     */
    public static String time(double nanos) {
        if (nanos < 999.5) {
            return digits(nanos) + " ns";
        }
        if (nanos < 999.5e3) {
            return digits(nanos / 1e3) + " µs";
        }
        return nanos < 999.5e6 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
    }

    /**
     * A time with half its quartile distance.
     *
     * @param nanos nanoseconds
     * @param spread nanoseconds
     * @return for example {@code 4.60 ms ±1.2 %}
     */
    public static String time(double nanos, double spread) {
        return time(nanos) + String.format(Locale.ROOT, " ±%.1f %%", 100 * spread / nanos);
    }

    /**
     * A ratio.
     *
     * @param ratio any
     * @return for example {@code 1.25×}
     */
    public static String ratio(double ratio) {
        return digits(ratio) + "×";
    }

    /**
     * A share.
     *
     * @param share 0 to 1
     * @return for example {@code 43 %}
     */
    public static String share(double share) {
        return (share < 0.0095 ? String.format(Locale.ROOT, "%.2f", 100 * share) : share < 0.0995
                ? String.format(Locale.ROOT, "%.1f", 100 * share) : String.valueOf(Math.round(100 * share))) + " %";
    }

    /**
     * A number per second and the like.
     *
     * @param value at least 0
     * @return for example {@code 12,300}, {@code 1.23}
     */
    public static String digits(double value) {
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.09995 ? 3 : 4;
        double shown = size >= 999.5 ? Double.parseDouble(String.format(Locale.ROOT, "%.2e", value)) : value;
        return String.format(Locale.ROOT, "%,." + decimals + "f", shown);
    }

    /**
     * A round number of an axis.
     *
     * @param value any
     * @return like {@link #digits}, without zeros after the point
     */
    public static String tick(double value) {
        String digits = digits(value);
        return digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits;
    }

    /**
     * Who wins.
     *
     * @param ratio times faster than the rival
     * @return {@code wins}, {@code ties} or {@code loses}
     */
    public static String verdict(double ratio) {
        return ratio > 1 / TIE ? "wins" : ratio >= TIE ? "ties" : "loses";
    }
}
