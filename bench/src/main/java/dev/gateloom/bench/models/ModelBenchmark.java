package dev.gateloom.bench.models;

import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Forks;
import dev.gateloom.bench.WarmUp;
import dev.gateloom.bench.WorkDir;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The JMH benchmark of a training step. Its losses are verified before anything is timed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ModelBenchmark {
    /** Name of a {@link ModelContender}. */
    @Param("cpu")
    public String contender;
    /** A {@link ModelKind}. */
    @Param({"characters", "forecaster", "layer"})
    public String model;
    /** B x T x I x H. */
    @Param("32x50x128x256")
    public String shape;

    private ModelContender.Session session;

    /** For JMH. */
    public ModelBenchmark() {
    }

    /**
     * Opens the model, verifies its losses and warms up.
     *
     * @throws Exception what the contender throws; its message is left for the parent process
     */
    @Setup
    public void open() throws Exception {
        try {
            ModelProblem problem = ModelProblem.of(new ModelCase(ModelKind.valueOf(model.toUpperCase(Locale.ROOT)),
                    Dims.parse(shape)));
            session = ModelContenders.get(contender).open(problem);
            expected(problem).verify(session);
            WarmUp.run(session::step, Forks.patience());
            WorkDir.report(WorkDir.DESCRIPTION, session.description());
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            WorkDir.report(WorkDir.FAILURE, Forks.reason(e));
            throw e;
        }
    }

    private static ExpectedLosses expected(ModelProblem problem) throws Exception {
        String work = System.getProperty(WorkDir.PROPERTY);
        return work == null ? ExpectedLosses.compute(problem) : ExpectedLosses.load(file(new WorkDir(Path.of(work)), problem.of()));
    }

    /** Where the parent process leaves the reference's losses. */
    private static Path file(WorkDir work, ModelCase c) {
        return work.path().resolve("losses-" + c.kind() + "-" + c.dims());
    }

    /** Computes the reference's losses for the forks. */
    static void provide(WorkDir work, ModelCase c) throws Exception {
        ExpectedLosses.compute(ModelProblem.of(c)).save(file(work, c));
    }

    /**
     * What is timed.
     *
     * @throws Exception what the contender throws
     */
    @Benchmark
    public void step() throws Exception {
        session.step();
    }

    /** Ends the contender. */
    @TearDown
    public void close() {
        session.close();
    }
}
