package dev.gateloom.bench;

import dev.gateloom.RnnEngine;
import dev.gateloom.bench.report.ForecastSection;
import dev.gateloom.examples.Forecast;
import dev.gateloom.examples.ForecastResult;
import dev.gateloom.train.TrainingProgress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The end-to-end job on real data: a two-layer LSTM learns Seattle's daily maximum temperature. */
final class Job {
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

    private Job() {
    }

    static ForecastSection run(String engineName) {
        try (RnnEngine engine = new EngineContender(engineName).engine()) {
            return section(Forecast.seattle().run(engine, Forecast.Settings.chosen(), SEEDS,
                    seed -> TrainingProgress.onStandardError("forecast, seed " + seed)));
        }
    }

    static ForecastSection section(ForecastResult r) {
        Map<String, Double> rmse = new LinkedHashMap<>();
        rmse.put("two-layer LSTM, mean of " + r.seeds().size() + " seeds", r.rmse());
        r.baselines().forEach(b -> rmse.put(b.name() + ": " + b.explanation(), b.rmse()));
        Map<String, double[]> curves = new LinkedHashMap<>();
        curves.put("measured", curve(r, ForecastResult.Point::actual));
        curves.put("seasonal mean", curve(r, ForecastResult.Point::seasonalMean));
        curves.put("one day ahead", curve(r, ForecastResult.Point::oneDayAhead));
        curves.put("seven days ahead", curve(r, ForecastResult.Point::sevenDaysAhead));
        return new ForecastSection("Seattle's daily maximum temperature, " + r.scoredYear(),
                "Forecast by a two-layer LSTM trained on the three years before on the engine " + r.engine()
                        + "; errors over all seven horizons and " + r.windows() + " windows.",
                rmse, r.seeds().stream().map(ForecastResult.Seed::rmse).toList(), r.seconds(),
                r.points().stream().map(p -> p.date().toString()).toList(), curves);
    }

    private static double[] curve(ForecastResult r, ToDoubleFunction<ForecastResult.Point> value) {
        return r.points().stream().mapToDouble(value).toArray();
    }
}
