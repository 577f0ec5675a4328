package dev.gateloom.bench.models;

import java.util.Optional;

/** Somebody who can train the models. Rivals are found by {@link java.util.ServiceLoader}. All use all cores. */
public interface ModelContender {

    /**
     * The name in the tables.
     *
     * @return for example {@code cpu} or {@code dl4j}
     */
    String name();

    /**
     * What stands in the way of a model.
     *
     * @param c the model
     * @return the reason; empty if it can be trained
     */
    default Optional<String> obstacle(ModelCase c) {
        return c.kind() == ModelKind.LAYER ? Optional.of("only the models are compared with rivals") : Optional.empty();
    }

    /**
     * Prepares a model: everything that is not timed.
     *
     * @param problem the numbers
     * @return what trains it
     * @throws Exception whatever the contender throws
     */
    Session open(ModelProblem problem) throws Exception;

    /** A prepared model. */
    interface Session extends AutoCloseable {

        /**
         * Who runs, in one line: versions and threads.
         *
         * @return for example {@code PyTorch 2.7.1 through DJL 0.34.0, 2 threads}
         */
        String description();

        /**
         * One training step on the batch: what is timed. Returns when it is done.
         *
         * @throws Exception whatever the contender throws
         */
        void step() throws Exception;

        /**
         * Makes the update by the gradients of the last step if a step ends before the optimizer, so that its gradients can be
         * verified too. Never timed.
         */
        default void update() {
        }

        /**
         * The loss of the last step, before its weights changed.
         *
         * @return the mean over everything that is compared with a target
         */
        double loss();

        @Override
        void close();
    }
}
