package dev.gateloom.train;

/** Whose definition of an optimizer is meant where the two differ. */
public enum Definition {
    /** PyTorch's update and default constants. */
    PYTORCH,
    /** Keras 3's update and default constants. */
    KERAS
}
