package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.device.Device;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The algorithms of a library's engine, of which a benchmark runs all: the best one is what the library can do. */
interface Algorithms {

    /** The engine's name. */
    String engine();

    /** What {@link #open} takes. */
    List<String> names();

    /** Whether an algorithm is for some cases only, of which nothing but its first call may tell. */
    boolean mayRefuse(String name);

    /** What the library computes in here. */
    Set<Precision> precisions();

    /** An engine that runs one of them. */
    RnnEngine open(Device device, String algorithm, Precision precision);

    /** What is in the way of all of them; empty if they can run. */
    Optional<String> obstacle();
}
