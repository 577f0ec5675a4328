/**
 * The oracle: every option in double precision, in plain loops that read like the equations. Slow on purpose.
 *
 * <p>{@link dev.gateloom.reference.ReferenceEngine} converts to and from float; {@code Stack} runs layers and
 * directions, {@code Scan} one sequence through one of them, a {@code Cell} one step. A step keeps what its own
 * backward needs.
 */
package dev.gateloom.reference;
