package dev.gateloom.bench;

import dev.gateloom.CellType;
import java.io.IOException;
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

/**
 * The one JMH benchmark: a contender runs a case. The result is verified before anything is timed.
 *
 * <p>The parent process leaves the reference's results in the folder {@code gateloom.bench.work} (see {@link WorkDir});
 * without it, as when JMH is started by hand, the reference runs here.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RnnBenchmark {
    /** Name of a {@link Contender}. */
    @Param({"cpu", "reference"})
    public String contender;
    /** LSTM or GRU. */
    @Param({"lstm", "gru"})
    public String cell;
    /** B x T x I x H. */
    @Param({"1x100x64x128", "32x50x128x256", "64x64x512x512", "16x256x64x64", "128x32x1024x1024"})
    public String shape;
    /** Forward, training or step. */
    @Param({"forward", "training"})
    public String kind;
    /** Layers of the stack. */
    @Param({"1"})
    public int layers;
    /** Whether the sequences have different lengths. */
    @Param({"false"})
    public boolean ragged;

    private Contender.Session session;

    /** For JMH. */
    public RnnBenchmark() {
    }

    /**
     * Opens the case, verifies its result and warms up.
     *
     * @throws Exception what the contender throws; its message is left for the parent process
     */
    @Setup
    public void open() throws Exception {
        try {
            Case c = new Case(CellType.valueOf(cell.toUpperCase(Locale.ROOT)), Dims.parse(shape),
                    Kind.valueOf(kind.toUpperCase(Locale.ROOT)), layers, ragged);
            Problem problem = Problem.of(c);
            session = Contenders.get(contender).open(problem);
            expected(problem).verify(session, problem);
            WarmUp.run(session::run, Forks.patience());
            WorkDir.report(WorkDir.DESCRIPTION, session.description());
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            WorkDir.report(WorkDir.FAILURE, Forks.reason(e));
            throw e;
        }
    }

    /**
     * What is timed.
     *
     * @throws Exception what the contender throws
     */
    @Benchmark
    public void call() throws Exception {
        session.run();
    }

    /** Ends the contender. */
    @TearDown
    public void close() {
        session.close();
    }

    private static Expected expected(Problem problem) throws IOException {
        String work = System.getProperty(WorkDir.PROPERTY);
        return work == null ? Expected.compute(problem)
                : Expected.load(problem.of(), new WorkDir(Path.of(work)).expected(problem.of()));
    }
}
