package dev.gateloom.examples;

import dev.gateloom.RnnEngine;
import dev.gateloom.train.DivergenceException;
import dev.gateloom.train.TrainingProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code examples run NAME}: trains, prints the scores beside those of the baselines, and saves the models, and pictures if it draws some. */
@Command(name = "run", mixinStandardHelpOptions = true,
        description = "Train an example, score it on held-out data beside its baselines, and save its models, and pictures if it "
                + "draws some.")
final class ExamplesRunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "One of those that \"examples\" lists.")
    private String name;

    @Mixin
    private EngineOption engine;

    @Option(names = "--epochs", paramLabel = "N", description = "Rounds over the training data; default: the example's own.")
    private Integer epochs;

    @Option(names = "--data", paramLabel = "FILE", description = "Data to use instead of the example's own, in their format.")
    private Path data;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "First seed; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--seeds", paramLabel = "COUNT", defaultValue = "1",
            description = "Runs with as many seeds in a row; the scores are their mean ± standard deviation; default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "gateloom-examples",
            description = "Folder for what it saves, in DIR/NAME/seed-N, made before the training; default: ${DEFAULT-VALUE}.")
    private Path out;

    /** Made by picocli. */
    ExamplesRunCommand() {
    }

    @Override
    public Integer call() {
        Example example = Examples.named(name).orElseThrow(() -> wrong("NAME: expected one of " + Examples.names()
                + ", got " + name));
        require(epochs == null || epochs >= 1, "--epochs: expected at least 1, got " + epochs);
        require(seeds >= 1, "--seeds: expected at least 1, got " + seeds);
        require(data == null || example.data().isPresent(), "--data: " + name + " generates its data, leave it out");
        int rounds = epochs == null ? example.epochs() : epochs;
        PrintWriter print = spec.commandLine().getOut();
        long start = System.nanoTime();
        List<Result> results = new ArrayList<>();
        try (RnnEngine opened = engine.open()) {
            print.printf("%s: %s%nengine %s, epochs %d, seed %d%s%n", name, example.summary(), opened.name(), rounds, seed,
                    seeds == 1 ? "" : " to " + (seed + seeds - 1));
            print.flush();
            for (int run = 0; run < seeds; run++) {
                prepare(folder(seed + run));
            }
            for (int run = 0; run < seeds; run++) {
                long s = seed + run;
                Path folder = folder(s);
                String task = "seed " + s + ", ";
                TrainingClock training = new TrainingClock();
                long begin = System.nanoTime();
                results.add(example.run(new Context(opened, s, rounds, data, folder,
                        model -> training.around(TrainingProgress.onStandardError(task + model)), print)));
                print.printf(Locale.ROOT, "%straining %.1f s, data, scoring and files %.1f s%n", task, training.seconds(),
                        (System.nanoTime() - begin) / 1e9 - training.seconds());
                print.flush();
            }
        } catch (DivergenceException e) {
            throw wrong("training " + name + " failed: " + e.getMessage());
        } catch (IOException e) {
            throw wrong(Context.reason(e));
        }
        print(results, print);
        print.printf(Locale.ROOT, "%.1f s; what it saved is in %s%n", (System.nanoTime() - start) / 1e9,
                out.resolve(name));
        print.flush();
        return 0;
    }

    private static void print(List<Result> results, PrintWriter out) {
        Result mean = Result.mean(results);
        int width = Math.max(width(mean.models()), width(mean.baselines()));
        out.printf("%n%s, %s is better%s%n", mean.measure(), mean.higherIsBetter() ? "higher" : "lower",
                results.size() == 1 ? "" : "; mean ± standard deviation, then each seed");
        mean.models().forEach((model, score) -> line(out, width, model, score, results, Result::models));
        out.println("to beat:");
        mean.baselines().forEach((baseline, score) -> line(out, width, baseline, score, results, Result::baselines));
        out.println(mean.beatsEveryBaseline() ? "Beats every baseline." : "Does not beat every baseline.");
    }

    private static int width(Map<String, Double> scores) {
        return scores.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    private static void line(PrintWriter out, int width, String name, double mean, List<Result> results,
            Function<Result, Map<String, Double>> part) {
        int decimals = decimals(mean);
        StringBuilder spread = new StringBuilder();
        if (results.size() > 1) {
            double[] each = results.stream().mapToDouble(r -> part.apply(r).get(name)).toArray();
            double squares = Arrays.stream(each).map(score -> (score - mean) * (score - mean)).sum();
            spread.append(" ± ").append(rounded(Math.sqrt(squares / (each.length - 1)), decimals))
                    .append(Arrays.stream(each).mapToObj(score -> rounded(score, decimals))
                            .collect(Collectors.joining(", ", "   (", ")")));
        }
        out.printf("  %-" + width + "s  %8s%s%n", name, rounded(mean, decimals), spread);
    }

    /** Four digits that count, but no more than the unit for large numbers. */
    private static int decimals(double score) {
        return Math.abs(score) >= 1000 ? 0 : Math.abs(score) >= 100 ? 1 : Math.abs(score) >= 10 ? 2 : 3;
    }

    private static String rounded(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private Path folder(long s) {
        return out.resolve(name).resolve("seed-" + s);
    }

    /** Makes a folder and writes to it, now and not when a model that was trained for minutes is to be saved there. */
    private void prepare(Path folder) {
        Path there = folder.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        require(!Files.isRegularFile(there), "--out: expected a folder, got the file " + there);
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".", ".tmp"));
        } catch (IOException e) {
            throw wrong("--out: expected a folder that can be made and written to, got " + folder + ": " + Context.reason(e));
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw wrong(otherwise);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
