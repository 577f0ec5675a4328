package dev.gateloom.bench.gpu;

/**
 * How long and how often is measured on the device.
 *
 * @param timed whether times mean something: not on the emulator
 * @param rounds in which the contenders take turns
 * @param patience seconds for which a contender must not have become faster before it is measured
 * @param block seconds of calls in a row in each round
 */
public record GpuSettings(boolean timed, int rounds, double patience, double block) {
    private static final int ROUNDS = 15;               // what medians and quartiles need
    private static final double SECONDS = 0.15;

    /**
     * Of a GPU.
     *
     * @param rounds null for as many as medians and quartiles need
     * @param seconds of measurement of each contender on each case; null for some that add up to minutes
     * @return the settings
     */
    public static GpuSettings gpu(Integer rounds, Double seconds) {
        int turns = rounds == null ? ROUNDS : rounds;
        double measured = seconds == null ? SECONDS : seconds;
        return new GpuSettings(true, turns, 2 * measured, measured / turns);
    }

    /**
     * Everything is run once, nothing is timed.
     *
     * @return the settings of the emulator
     */
    public static GpuSettings emulator() {
        return new GpuSettings(false, 1, 0, 0);
    }
}
