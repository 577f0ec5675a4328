package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Expected;
import java.util.Optional;

/**
 * What results are compared with.
 *
 * @param part by the reference engine
 * @param whole by engine {@code cpu}; empty if the part is all there is, or nobody can say more
 */
record Yardstick(Expected part, Optional<Expected> whole) {
}
