package dev.gateloom.examples;

import java.io.IOException;
import java.util.Optional;

/**
 * Something to learn from: trains one model or several, scores them on samples that they were not trained on, and beats the
 * baselines beside them. The same seed gives the same scores. {@link Examples#ALL} has all of them.
 */
interface Example {

    /** What {@code examples run} calls it: lower case, words joined by hyphens. */
    String name();

    /** One line: what is learnt from what. */
    String summary();

    /** Rounds over the training samples, unless asked for another number. */
    int epochs();

    /** Name of the resource that it reads, in whose format {@code --data} may name another file; empty if it makes its data. */
    default Optional<String> data() {
        return Optional.empty();
    }

    /**
     * Trains and scores.
     *
     * @throws IOException if its data cannot be read or its files cannot be written; the message names the file
     */
    Result run(Context context) throws IOException;
}
