package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Looks for good hyperparameters: tries settings and keeps the one with the least score, such as a validation loss.
 *
 * <pre>{@code
 * Search search = new Search().choice("units", 16, 32, 64).choice("rate", 1e-2, 1e-3);
 * Search.Result best = Search.best(search.grid(), s -> validationLoss(s));
 *
 * Search ranges = new Search().choice("units", 16, 32, 64).logUniform("rate", 1e-4, 1e-1).uniform("dropout", 0, 0.5);
 * Search.Result found = Search.best(ranges.random(20, 1), s -> validationLoss(s));
 * }</pre>
 */
public final class Search {
    private final Map<String, List<Object>> choices = new LinkedHashMap<>();
    private final Map<String, DoubleUnaryOperator> ranges = new LinkedHashMap<>();      // from [0, 1) into the range

    /** Starts without hyperparameters. */
    public Search() {
    }

    /**
     * Values of some hyperparameters.
     *
     * @param values by name
     */
    public record Setting(Map<String, Object> values) {

        /**
         * A whole number.
         *
         * @param name of the hyperparameter
         * @return its value
         */
        public int integer(String name) {
            return ((Number) value(name)).intValue();
        }

        /**
         * A number.
         *
         * @param name of the hyperparameter
         * @return its value
         */
        public double number(String name) {
            return ((Number) value(name)).doubleValue();
        }

        /**
         * Any value.
         *
         * @param name of the hyperparameter
         * @return its value
         */
        public Object value(String name) {
            Require.that(values.containsKey(name), "name", "one of " + values.keySet(), name);
            return values.get(name);
        }
    }

    /**
     * A setting and its score.
     *
     * @param setting the best
     * @param score the least
     * @param tried score of every setting, in the order in which they were tried
     */
    public record Result(Setting setting, double score, Map<Setting, Double> tried) {
    }

    /**
     * Adds a hyperparameter.
     *
     * @param name its name
     * @param values to choose from, at least one
     * @return this
     */
    public Search choice(String name, Object... values) {
        Require.that(values.length >= 1, "values", "at least one", "none");
        requireNew(name);
        choices.put(name, List.of(values));
        return this;
    }

    /**
     * Adds a hyperparameter with any value of a range, all equally probable: for {@link #random}.
     *
     * @param name its name
     * @param least the smallest value
     * @param most the largest, above that
     * @return this
     */
    public Search uniform(String name, double least, double most) {
        Require.that(least < most && most - least < Double.POSITIVE_INFINITY, "least", "below " + most + ", by a finite width", least);
        requireNew(name);
        ranges.put(name, share -> least + share * (most - least));
        return this;
    }

    /**
     * Adds a hyperparameter with any value of a range, all orders of magnitude equally probable, such as a learning rate: for
     * {@link #random}.
     *
     * @param name its name
     * @param least the smallest value, above 0
     * @param most the largest, above that
     * @return this
     */
    public Search logUniform(String name, double least, double most) {
        Require.that(least > 0 && least < most && most / least < Double.POSITIVE_INFINITY, "least",
                "above 0 and below " + most + ", by a finite factor", least);
        requireNew(name);
        ranges.put(name, share -> least * Math.pow(most / least, share));
        return this;
    }

    private void requireNew(String name) {
        Require.that(!choices.containsKey(name) && !ranges.containsKey(name), "name", "each name once", name + " twice");
    }

    /**
     * Every combination.
     *
     * @return the settings; the last hyperparameter changes fastest
     */
    public List<Setting> grid() {
        Require.that(ranges.isEmpty(), "grid", "choices only, or random", "the ranges " + ranges.keySet());
        return combinations();
    }

    private List<Setting> combinations() {
        List<Map<String, Object>> all = List.of(Map.of());
        for (Map.Entry<String, List<Object>> choice : choices.entrySet()) {
            List<Map<String, Object>> longer = new ArrayList<>();
            for (Map<String, Object> start : all) {
                for (Object value : choice.getValue()) {
                    Map<String, Object> setting = new LinkedHashMap<>(start);
                    setting.put(choice.getKey(), value);
                    longer.add(setting);
                }
            }
            all = longer;
        }
        return all.stream().map(Setting::new).toList();
    }

    /**
     * Different combinations at random, and values of the ranges. Where there are ranges, combinations of the choices come again
     * when all have been drawn.
     *
     * @param count how many; without ranges at most all combinations
     * @param seed of the draw
     * @return the settings
     */
    public List<Setting> random(int count, long seed) {
        List<Setting> all = new ArrayList<>(combinations());
        int most = ranges.isEmpty() ? all.size() : Integer.MAX_VALUE;
        Require.that(count >= 1 && count <= most, "count", ranges.isEmpty() ? "1 to " + most + ", all combinations" : "at least 1",
                count);
        SplittableRandom random = new SplittableRandom(seed);
        List<Setting> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int place = i % all.size();
            Collections.swap(all, place, place + random.nextInt(all.size() - place));
            Map<String, Object> values = new LinkedHashMap<>(all.get(place).values());
            ranges.forEach((name, range) -> values.put(name, range.applyAsDouble(random.nextDouble())));
            drawn.add(new Setting(values));
        }
        return List.copyOf(drawn);
    }

    /**
     * Tries settings one after the other. A score that is no number, and training that ends in a {@link DivergenceException},
     * count as infinite.
     *
     * @param settings what to try, at least one
     * @param score the less the better
     * @return the best, the first of equals
     */
    public static Result best(List<Setting> settings, ToDoubleFunction<Setting> score) {
        Require.that(!settings.isEmpty(), "settings", "at least one", "none");
        Map<Setting, Double> tried = new LinkedHashMap<>();
        Setting best = settings.get(0);
        for (Setting setting : settings) {
            double value;
            try {
                value = score.applyAsDouble(setting);
            } catch (DivergenceException diverged) {
                value = Double.POSITIVE_INFINITY;
            }
            tried.put(setting, Double.isNaN(value) ? Double.POSITIVE_INFINITY : value);
            if (tried.get(setting) < tried.get(best)) {
                best = setting;
            }
        }
        return new Result(best, tried.get(best), tried);
    }
}
