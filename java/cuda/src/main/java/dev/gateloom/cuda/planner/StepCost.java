package dev.gateloom.cuda.planner;

/**
 * The estimated time of one step of a layer, in seconds. What waits for something else adds up; what only keeps a part of the
 * chip busy goes on at the same time, so the slowest part decides.
 *
 * @param latency of the exchange, or of the launches, and of the gates' algebra
 * @param arithmetic of the recurrent product: its operations, or its longest chain of dependent ones
 * @param shared of the bytes through shared memory
 * @param exchange of the bytes into a multiprocessor from L2 or from its cluster
 * @param memory of the bytes between device memory and the chip
 */
public record StepCost(double latency, double arithmetic, double shared, double exchange, double memory) {

    /** From clocks of a GPU. */
    static StepCost ofClocks(Gpu gpu, double latency, double arithmetic, double shared, double exchange, double memory) {
        return new StepCost(latency, arithmetic, shared, exchange, memory).times(1 / gpu.clock());
    }

    StepCost times(double factor) {
        return new StepCost(factor * latency, factor * arithmetic, factor * shared, factor * exchange, factor * memory);
    }

    /**
     * All of it.
     *
     * @return latency and the longest of the other parts
     */
    public double seconds() {
        return latency + Math.max(Math.max(arithmetic, shared), Math.max(exchange, memory));
    }
}
