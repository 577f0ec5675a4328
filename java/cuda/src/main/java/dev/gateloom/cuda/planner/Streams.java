package dev.gateloom.cuda.planner;

/** What every strategy moves between device memory and the chip: gates, states and outputs of each step. */
final class Streams {
    private Streams() {
    }

    /** Clocks of one step of so many directions of a layer; 0 if all steps together stay in L2. */
    static double clocks(Problem problem, Gpu gpu, Phase phase, int directions) {
        double bytes = (double) directions * problem.batch() * problem.hidden() * problem.streamedFloats(phase) * Float.BYTES;
        return bytes * problem.steps() > gpu.l2Bytes() ? bytes / gpu.memoryBytesPerClock() : 0;
    }

    /**
     * Seconds of the products over all steps: forward x·W_ih, backward those into dx, dW_ih and dW_hh. At the rate of all
     * multiprocessors, or of the gates through device memory.
     */
    static double productSeconds(Problem problem, Gpu gpu, Phase phase) {
        double rate = gpu.flops(problem.precision()) * gpu.multiprocessors() * gpu.clock();
        double rows = (double) problem.steps() * problem.batch();
        double gates = (double) problem.directions() * problem.gates() * problem.hidden();
        double memory = rows * gates * Float.BYTES / (gpu.memoryBytesPerClock() * gpu.clock());
        double seconds = 0;
        for (int layer = 0; layer < problem.config().numLayers(); layer++) {
            double input = problem.config().layerInputSize(layer);
            double each = Math.max(2 * rows * gates * input / rate, memory) + Costs.STREAM_LAUNCH;
            double recurrent = Math.max(2 * rows * gates * problem.hidden() / rate, memory) + Costs.STREAM_LAUNCH;
            seconds += phase == Phase.FORWARD ? each : 2 * each + recurrent;
        }
        return seconds;
    }
}
