package dev.gateloom.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Drives JMH: one fork of one contender on one case at a time, so that contenders can take turns. */
public final class Forks {
    /** System property: {@link Settings#warmup}. */
    private static final String PATIENCE = "gateloom.bench.patience";

    private final WorkDir work;
    private final Settings settings;
    private final Optional<PythonRival> python;

    /**
     * Without the rival that is a Python process.
     *
     * @param work where the forks find the reference's results
     * @param settings how long and how often is measured
     */
    public Forks(WorkDir work, Settings settings) {
        this(work, settings, Optional.empty());
    }

    Forks(WorkDir work, Settings settings, Optional<PythonRival> python) {
        this.work = work;
        this.settings = settings;
        this.python = python;
    }

    /**
     * What one fork measured.
     *
     * @param nanos nanoseconds per call, one value per iteration
     * @param jmh JMH's own records of it; none if JMH did not measure
     * @param description who ran
     */
    public record Fork(double[] nanos, Collection<RunResult> jmh, String description) {
    }

    /** Why a fork gave no result. */
    public static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;

        FailedException(String reason) {
            super(reason);
        }
    }

    /**
     * Runs one fork.
     *
     * @param contender a name that {@link Contenders#get} takes
     * @param c the case
     * @return what it measured
     * @throws IOException if the reference's results cannot be written
     * @throws FailedException with the reason, if there is no result
     */
    public Fork run(String contender, Case c) throws IOException, FailedException {
        Settings times = settings.of(contender);
        if (contender.equals(PythonRival.NAME)) {
            return python.orElseThrow(() -> new FailedException("no python3 with torch")).run(c, times, work);
        }
        work.provide(c);
        return run(RnnBenchmark.class, contender, times, Map.of("cell", c.cell().name().toLowerCase(Locale.ROOT),
                "shape", c.dims().toString(), "kind", c.kind().text(), "layers", String.valueOf(c.layers()),
                "ragged", String.valueOf(c.ragged())));
    }

    /**
     * Runs one fork of a benchmark.
     *
     * @param benchmark a class with one benchmark and a parameter {@code contender}
     * @param contender its value
     * @param times how long is measured
     * @param parameters the others
     * @return what it measured
     * @throws IOException if what the last fork left cannot be removed
     * @throws FailedException with the reason, if there is no result
     */
    public Fork run(Class<?> benchmark, String contender, Settings times, Map<String, String> parameters)
            throws IOException, FailedException {
        work.take(WorkDir.FAILURE);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
                .param("contender", contender)
                .forks(1)
                .threads(1)
                .warmupIterations(0)                        // the benchmark's set-up warms up, for as long as needed
                .measurementIterations(Settings.ITERATIONS)
                .measurementTime(time(times.seconds() / Settings.ITERATIONS))
                .jvmArgsAppend("-D" + WorkDir.PROPERTY + "=" + work.path(),
                        "-D" + PATIENCE + "=" + times.warmup())
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .output(log().toString());
        parameters.forEach(options::param);
        try {
            Collection<RunResult> results = new Runner(options.build()).run();
            RunResult result = results.stream().findFirst()
                    .orElseThrow(() -> new FailedException("JMH gave no result"));
            return new Fork(nanos(result), results, work.take(WorkDir.DESCRIPTION).orElse(contender));
        } catch (RunnerException e) {
            throw new FailedException(work.take(WorkDir.FAILURE).orElse("the fork ended: " + e.getMessage()));
        }
    }

    /**
     * What to say of a failure.
     *
     * @param e what was thrown
     * @return its message; of an error, and where there is no message, its class too
     */
    public static String reason(Throwable e) {
        return e.getMessage() == null || e instanceof Error ? e.toString() : e.getMessage();
    }

    /**
     * In a fork: how long it is to warm up.
     *
     * @return seconds without becoming faster that end it; 1 if JMH was started by hand
     */
    public static double patience() {
        return Double.parseDouble(System.getProperty(PATIENCE, "1"));
    }

    private Path log() {
        return work.path().resolve("jmh.log");
    }

    private static TimeValue time(double seconds) {
        return TimeValue.milliseconds(Math.max(1, Math.round(1000 * seconds)));
    }

    /** One score per iteration, in nanoseconds, whatever unit JMH was told to print. */
    static double[] nanos(RunResult result) {
        List<Double> scores = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                scores.add(1000 * iteration.getPrimaryResult().getScore());
            }
        }
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
