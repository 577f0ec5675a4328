package dev.gateloom.train;

import java.util.Map;

/**
 * What a round over the data gave.
 *
 * @param number from 1
 * @param loss mean over what counted, each batch before its update
 * @param validationLoss after the round; NaN without validation samples
 * @param metrics on the validation samples, after the round
 */
public record Epoch(int number, double loss, double validationLoss, Map<String, Double> metrics) {
}
