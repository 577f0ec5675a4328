package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Statistics;

/**
 * What was found out about one contender on one case.
 *
 * @param of the case
 * @param contender its name
 * @param precision in which it ran the case
 * @param run how it ran; null after a failure
 * @param nanos time of a call in each round, nanoseconds; empty without timing
 * @param failure why there is no result; empty if there is one
 */
public record GpuMeasurement(GpuCase of, String contender, Precision precision, Run run, double[] nanos, String failure) {

    /**
     * How a contender ran.
     *
     * @param engine what its engine says of itself
     * @param strategy how the recurrence ran, a line for each kernel or layer
     * @param how calls were made: by graphs, one by one, or with host arrays
     * @param rotation sets of inputs and outputs; null with host arrays
     * @param preparation what went before; nothing with host arrays
     * @param transferNanos inputs and weights to the device, results back; 0 with host arrays
     * @param counts of one call on the emulator; null elsewhere
     * @param clocks before and after
     */
    public record Run(String engine, String strategy, How how, Rotation rotation, Preparation preparation, double transferNanos,
            Counts counts, String clocks) {
    }

    /** How calls were made. */
    public enum How {
        /** Each set's call as a captured graph. */
        GRAPH("graph"),
        /** Call by call on the stream. */
        CALLS("calls"),
        /** With arrays of the host, in a JVM of its own. */
        HOST("host arrays");

        private final String text;

        How(String text) {
            this.text = text;
        }

        /**
         * For a table.
         *
         * @return a word or two
         */
        public String text() {
            return text;
        }
    }

    static GpuMeasurement failed(GpuCase of, String contender, Precision precision, String failure) {
        return new GpuMeasurement(of, contender, precision, null, new double[0], failure);
    }

    /**
     * Whether the result was right.
     *
     * @return false after a failure
     */
    public boolean ok() {
        return failure.isEmpty();
    }

    /**
     * Whether there is a time.
     *
     * @return false on the emulator and after a failure
     */
    public boolean timed() {
        return nanos.length > 0;
    }

    /**
     * The median of the rounds.
     *
     * @return nanoseconds of a call
     */
    public double median() {
        return Statistics.median(nanos);
    }

    /**
     * Half the distance of the quartiles.
     *
     * @return nanoseconds of a call
     */
    public double spread() {
        return Statistics.spread(nanos);
    }

    /**
     * Of the matrix products.
     *
     * @return TFLOP/s
     */
    public double tflops() {
        return of.of().flops() / median() / 1e3;
    }

    /**
     * Of what must be moved at least.
     *
     * @return GB/s
     */
    public double gigabytes() {
        return of.bytes() / median();
    }

    /**
     * Name and, where it is not the case's, precision.
     *
     * @return for example {@code cudnn STANDARD (fp16)}
     */
    public String label() {
        return precision == of.precision() ? contender : contender + " (" + GpuCase.name(precision) + ")";
    }
}
