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
    private static final int ROUNDS = 15;
    private static final double PATIENCE = 0.3;
    private static final double BLOCK = 0.01;

    /**
     * As much as medians and quartiles need.
     *
     * @return the settings of a GPU
     */
    public static GpuSettings gpu() {
        return new GpuSettings(true, ROUNDS, PATIENCE, BLOCK);
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
