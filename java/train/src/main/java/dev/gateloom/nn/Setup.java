package dev.gateloom.nn;

import dev.gateloom.RnnEngine;

/**
 * What a model is built on.
 *
 * @param engine computes the recurrent layers; must stay open as long as the model is used
 * @param operations compute the others
 * @param initialisation of the parameters
 * @param seed of the parameters and of dropout
 */
public record Setup(RnnEngine engine, Operations operations, Initialisation initialisation, long seed) {

    /**
     * An engine, with PyTorch's first values.
     *
     * @param engine computes; must stay open as long as the model is used
     * @param seed of the parameters and of dropout
     * @return the setup
     */
    public static Setup of(RnnEngine engine, long seed) {
        return new Setup(engine, Operations.of(engine), Initialisation.PYTORCH, seed);
    }

    /**
     * The same with other first values.
     *
     * @param newInitialisation how to draw them
     * @return the setup
     */
    public Setup with(Initialisation newInitialisation) {
        return new Setup(engine, operations, newInitialisation, seed);
    }

    /**
     * The same with other operations than those that go with the engine.
     *
     * @param newOperations compute what is not recurrent
     * @return the setup
     */
    public Setup with(Operations newOperations) {
        return new Setup(engine, newOperations, initialisation, seed);
    }

    /**
     * The same with another seed.
     *
     * @param newSeed of the parameters and of dropout
     * @return the setup
     */
    public Setup seed(long newSeed) {
        return new Setup(engine, operations, initialisation, newSeed);
    }
}
