package dev.gateloom.bench;

import java.util.Optional;

/**
 * Somebody who can run the cases: one of our engines or a rival. Rivals are found by {@link java.util.ServiceLoader}.
 * A contender uses all cores unless its name says otherwise.
 */
public interface Contender {

    /**
     * The name in the tables and on the command line.
     *
     * @return for example {@code cpu} or {@code onnx}
     */
    String name();

    /**
     * What stands in the way of a case.
     *
     * @param c the case
     * @return the reason; empty if it can be run
     */
    Optional<String> obstacle(Case c);

    /**
     * Prepares a case: everything that is not timed.
     *
     * @param problem the numbers
     * @return what runs it
     * @throws Exception whatever the contender throws
     */
    Session open(Problem problem) throws Exception;

    /** A prepared case. */
    interface Session extends AutoCloseable {

        /**
         * Who runs and on what, in one line: versions and threads.
         *
         * @return for example {@code PyTorch 2.7.1 through DJL 0.34.0, 2 threads}
         */
        String description();

        /**
         * One call: what is timed. Returns when the result is there.
         *
         * @throws Exception whatever the contender throws
         */
        void run() throws Exception;

        /**
         * Replaces the gradient of the output.
         *
         * @param dy {@code [T, B, H]}
         */
        void upstream(float[] dy);

        /**
         * What the last call computed, in our layouts.
         *
         * @return copies
         */
        Outcome outcome();

        @Override
        void close();
    }

    /**
     * A result.
     *
     * @param y output {@code [T, B, H]}
     * @param dx gradient of the input {@code [T, B, I]}; null unless the case trains
     * @param gradients gradients of the parameters as {@link dev.gateloom.RnnWeights#data()} orders them; null unless
     *     the case trains
     */
    record Outcome(float[] y, float[] dx, float[] gradients) {
    }
}
