package dev.gateloom.train;

import java.util.Map;

/**
 * How good a model is.
 *
 * @param loss mean over what counted
 * @param metrics by name, in the order in which they were given
 */
public record Evaluation(double loss, Map<String, Double> metrics) {
}
