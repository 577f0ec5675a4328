package dev.gateloom.bench.models;

import dev.gateloom.bench.Rounds;

/**
 * What was measured of one contender on one model.
 *
 * @param of the model
 * @param contender its name
 * @param description who ran, with versions and threads
 * @param rounds the times of a training step; none if there is a failure
 * @param failure why there is no result; empty if there is one
 */
record ModelMeasurement(ModelCase of, String contender, String description, Rounds rounds, String failure) {

    boolean ok() {
        return failure.isEmpty();
    }
}
