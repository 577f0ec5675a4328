package dev.gateloom.cuda.planner;

/** Which way the steps run. */
public enum Phase {
    /** From inputs to outputs. */
    FORWARD,
    /** From gradients of the outputs to those of gates and initial states. */
    BACKWARD
}
