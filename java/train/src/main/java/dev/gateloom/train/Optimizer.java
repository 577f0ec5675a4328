package dev.gateloom.train;

/** Changes parameters by their gradients. Bound to the parameters that it was made for. */
public interface Optimizer {

    /**
     * One update. The gradients stay as they are.
     *
     * @param rateFactor what a {@link Schedule} multiplies the learning rate by; 1 for none
     */
    void step(double rateFactor);
}
