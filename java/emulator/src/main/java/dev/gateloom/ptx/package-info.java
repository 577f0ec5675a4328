/**
 * A GPU in Java: a {@link dev.gateloom.device.Device} that executes the PTX of the kernels.
 *
 * <p>Work on streams runs when somebody waits for it, in an order that the seed chooses among those that events allow; a
 * missing wait is reported as a race of streams. A launch fails like on hardware, with the driver's code, if it touches memory that it
 * may not touch; findings of the checks that hardware would not notice (memory never written, diverged barriers, races of
 * threads and of streams) fail it too.
 */
package dev.gateloom.ptx;
