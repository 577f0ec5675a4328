package dev.gateloom.train;

import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Looks for good hyperparameters: tries settings and keeps the one with the least score, such as a validation loss.
 *
 * <pre>{@code
 * Search search = new Search().choice("units", 16, 32, 64).choice("rate", 1e-2, 1e-3);
 * Search.Result best = Search.best(search.grid(), s -> validationLoss(s));
 * }</pre>
 */
public final class Search {
    private final Map<String, List<Object>> choices = new LinkedHashMap<>();

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
        Require.that(choices.putIfAbsent(name, List.of(values)) == null, "name", "each name once", name + " twice");
        return this;
    }

    /**
     * Every combination.
     *
     * @return the settings; the last hyperparameter changes fastest
     */
    public List<Setting> grid() {
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
     * Different combinations at random.
     *
     * @param count how many, at most all of them
     * @param seed of the draw
     * @return the settings
     */
    public List<Setting> random(int count, long seed) {
        List<Setting> all = new ArrayList<>(grid());
        Require.that(count >= 1 && count <= all.size(), "count", "1 to " + all.size() + ", all combinations", count);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(all.size() - i);
            Setting keep = all.get(i);
            all.set(i, all.get(j));
            all.set(j, keep);
        }
        return List.copyOf(all.subList(0, count));
    }

    /**
     * Tries settings one after the other. A score that is no number, and training that ends in an {@link ArithmeticException},
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
            } catch (ArithmeticException diverged) {
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
