package dev.gateloom.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear or logarithmic scale with round ticks.
 *
 * @param low smallest value shown
 * @param high largest value shown
 * @param log whether the scale is logarithmic; low is positive then
 */
record Axis(double low, double high, boolean log) {

    /** From zero to a little more than the largest value. */
    static Axis fromZero(double largest) {
        return new Axis(0, largest > 0 ? largest * 1.02 : 1, false);
    }

    /** Around all values, a little wider. */
    static Axis around(double smallest, double largest, boolean log) {
        if (log) {
            double margin = Math.max(1.1, Math.pow(largest / smallest, 0.05));
            return new Axis(smallest / margin, largest * margin, true);
        }
        double margin = Math.max(1e-9, (largest - smallest) * 0.05);
        return new Axis(smallest - margin, largest + margin, false);
    }

    /** Where a value lies: 0 at low, 1 at high. */
    double at(double value) {
        return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** Round values inside the scale, about five of them. */
    List<Double> ticks() {
        return log ? logTicks() : linearTicks();
    }

    private List<Double> linearTicks() {
        double raw = (high - low) / 5;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = raw / power < 1.5 ? power : raw / power < 3.5 ? 2 * power : raw / power < 7.5 ? 5 * power
                : 10 * power;
        List<Double> ticks = new ArrayList<>();
        for (long k = (long) Math.ceil(low / step - 1e-9); k * step <= high * (1 + 1e-12); k++) {
            ticks.add(k * step);
        }
        return ticks;
    }

    private List<Double> logTicks() {
        double[] digits = high / low > 300 ? new double[] {1} : new double[] {1, 2, 5};
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
            for (double digit : digits) {
                double tick = digit * Math.pow(10, power);
                if (tick >= low && tick <= high) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
