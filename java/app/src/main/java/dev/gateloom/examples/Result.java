package dev.gateloom.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an {@link Example} reached on samples that it was not trained on: one score for each model, and one for each baseline
 * that every model is to beat.
 */
final class Result {
    private final String measure;
    private final boolean higherIsBetter;
    private final Map<String, Double> models = new LinkedHashMap<>();
    private final Map<String, Double> baselines = new LinkedHashMap<>();

    private Result(String measure, boolean higherIsBetter) {
        this.measure = measure;
        this.higherIsBetter = higherIsBetter;
    }

    /** Errors, in the unit named. */
    static Result lowerIsBetter(String measure) {
        return new Result(measure, false);
    }

    /** Shares of right answers and the like. */
    static Result higherIsBetter(String measure) {
        return new Result(measure, true);
    }

    /** Adds what was trained. */
    Result model(String name, double score) {
        models.put(name, score);
        return this;
    }

    /** Adds what it is to beat. */
    Result baseline(String name, double score) {
        baselines.put(name, score);
        return this;
    }

    /** What the scores are, with their unit. */
    String measure() {
        return measure;
    }

    boolean higherIsBetter() {
        return higherIsBetter;
    }

    /** Scores by name, in the order in which they were added. */
    Map<String, Double> models() {
        return models;
    }

    /** Scores by name, in the order in which they were added. */
    Map<String, Double> baselines() {
        return baselines;
    }

    /** Whether every model is better than every baseline; a score that is NaN is not. */
    boolean beatsEveryBaseline() {
        return models.values().stream().allMatch(m -> baselines.values().stream()
                .allMatch(b -> higherIsBetter ? m > b : m < b));
    }

    /** The mean of each score over runs of one example. */
    static Result mean(List<Result> runs) {
        Result mean = new Result(runs.get(0).measure, runs.get(0).higherIsBetter);
        for (Result run : runs) {
            run.models.forEach((name, score) -> mean.models.merge(name, score / runs.size(), Double::sum));
            run.baselines.forEach((name, score) -> mean.baselines.merge(name, score / runs.size(), Double::sum));
        }
        return mean;
    }
}
