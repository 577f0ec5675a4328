package dev.gateloom;

/** What a plan is for. */
public enum Mode {
    /** Forward only. Dropout is off and zoneout takes its expected value. */
    INFERENCE,
    /** Forward keeps what backward needs. Dropout and zoneout draw masks, or take those given. */
    TRAINING
}
