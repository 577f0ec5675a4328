package dev.gateloom.bench.report;

import java.util.List;
import java.util.Map;

/**
 * The job on real data as the report shows it.
 *
 * @param title what was forecast
 * @param explanation how, in a sentence or two
 * @param rmse root mean square error of each method in °C, ours first
 * @param seeds our error for each seed
 * @param seconds how long training and scoring took
 * @param days the days of the plot, ISO dates
 * @param curves what is plotted, one value per day in °C, by name
 */
public record ForecastSection(String title, String explanation, Map<String, Double> rmse, List<Double> seeds,
        double seconds, List<String> days, Map<String, double[]> curves) {

    /**
     * Whether ours, the first, is the best.
     *
     * @return true if its error is the least
     */
    public boolean beatsAll() {
        double ours = rmse.values().iterator().next();
        return rmse.values().stream().skip(1).allMatch(other -> ours < other);
    }
}
