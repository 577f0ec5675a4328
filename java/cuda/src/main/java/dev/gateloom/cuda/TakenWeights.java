package dev.gateloom.cuda;

/**
 * Whose weights in device memory a plan has taken over: the sums of their biases, their 16-bit copies, a library's own layout of
 * them. A forward whose {@link DeviceCall#weightsUnchanged} uses these, if they are still what the caller means.
 */
final class TakenWeights {
    private long address;                       // where they were; 0 if the plan has others, or may have
    private boolean byGraphs;                   // graphs of the caller's take weights over whenever they run

    /** Whether this forward needs no others. */
    boolean serve(DeviceCall call) {
        return call.weightsUnchanged() && !byGraphs && address == call.get(Tensor.WEIGHTS);
    }

    /** Whether graphs may have taken others over. */
    boolean byGraphs() {
        return byGraphs;
    }

    /** Others are about to take their place. */
    void forget() {
        address = 0;
    }

    /** A forward that takes them over is queued, or part of a graph of the caller's, which nobody knows the runs of. */
    void take(DeviceCall call, boolean captured) {
        address = captured ? 0 : call.get(Tensor.WEIGHTS);
        byGraphs |= captured;
    }
}
