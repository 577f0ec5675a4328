package dev.gateloom.examples;

import dev.gateloom.RnnEngine;
import dev.gateloom.train.TrainingProgress;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forecast}: trains {@link Forecast} and prints its errors beside those of the baselines. */
@Command(name = "forecast", mixinStandardHelpOptions = true,
        description = "Forecast the next seven days of Seattle's daily maximum temperature with a two-layer LSTM, "
                + "trained on 2012-2014 and scored on 2015, beside persistence, last year and the seasonal mean.")
public final class ForecastCommand implements Callable<Integer> {
    private static final int SEEDS = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOption engine;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "First of three seeds, N to N+2; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--epochs", paramLabel = "N", description = "Rounds over the training data; default: as validated.")
    private Integer epochs;

    @Option(names = "--validate",
            description = "Train on 2012-2013 and score 2014 instead: how the settings were chosen.")
    private boolean validate;

    /** Made by picocli. */
    public ForecastCommand() {
    }

    @Override
    public Integer call() {
        Forecast.Settings settings = Forecast.Settings.chosen();
        if (epochs != null) {
            if (epochs < 1) {
                throw new ParameterException(spec.commandLine(), "--epochs: expected at least 1, got " + epochs);
            }
            settings = settings.withEpochs(epochs);
        }
        List<Long> seeds = LongStream.iterate(seed, s -> s + 1).limit(SEEDS).boxed().toList();
        try (RnnEngine opened = engine.open()) {
            ForecastResult result = (validate ? Forecast.validation() : Forecast.seattle()).run(opened, settings,
                    seeds, s -> TrainingProgress.onStandardError("seed " + s));
            print(result, spec.commandLine().getOut());
        }
        return 0;
    }

    private static void print(ForecastResult r, PrintWriter out) {
        out.printf(Locale.ROOT, "Seattle's maximum temperature in %d, %d windows of seven days, engine %s, %.1f s%n%n",
                r.scoredYear(), r.windows(), r.engine(), r.seconds());
        out.printf(Locale.ROOT, "%-24s %8s   %s%n", "RMSE in degrees Celsius", "all days",
                "1      2      3      4      5      6      7 days ahead");
        line(out, "two-layer LSTM", r.rmse(), r.rmseByHorizon());
        r.baselines().forEach(b -> line(out, b.name(), b.rmse(), b.rmseByHorizon()));
        out.printf(Locale.ROOT, "%nThe LSTM's error by seed: %s. %s%n", r.seeds().stream()
                .map(s -> String.format(Locale.ROOT, "%.3f (seed %d)", s.rmse(), s.seed()))
                .collect(Collectors.joining(", ")),
                r.beatsAll() ? "It beats every baseline." : "It does not beat every baseline.");
        r.baselines().forEach(b -> out.printf("%s: %s%n", b.name(), b.explanation()));
        out.flush();
    }

    private static void line(PrintWriter out, String name, double rmse, List<Double> byHorizon) {
        out.printf(Locale.ROOT, "%-24s %8.3f   %s%n", name, rmse,
                byHorizon.stream().map(e -> String.format(Locale.ROOT, "%.2f", e)).collect(Collectors.joining("   ")));
    }
}
