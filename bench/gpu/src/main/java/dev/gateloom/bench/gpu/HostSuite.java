package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Contenders;
import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Forks;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.Settings;
import dev.gateloom.bench.WorkDir;
import dev.gateloom.bench.gpu.GpuMeasurement.How;
import dev.gateloom.device.DeviceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.results.RunResult;

/**
 * Contenders with arrays of the host: engines of the CPU, and the fused engine end to end. In float32, the only precision of
 * the former. Timed by JMH in a JVM of their own, as on a machine without a GPU; without timing, verified only.
 */
final class HostSuite {
    /** What a fork may take, with a warm-up and measurement of a few calls. */
    static final double SECONDS = 600;

    private final List<String> engines;
    private final Settings settings;
    private final boolean timed;
    private final WorkDir work;
    private final Skipped skipped = new Skipped();
    private final List<RunResult> jmh = new ArrayList<>();
    private final Watchdog watchdog;
    private volatile String endless;            // what was ended, since it did not end by itself; null: nothing yet

    /**
     * Nothing is run yet.
     *
     * @param seconds after which a fork is ended: JMH's own limit interrupts a thread, which one that waits for a GPU does not feel
     */
    HostSuite(List<String> engines, Settings settings, boolean timed, WorkDir work, double seconds) {
        this.engines = engines;
        this.settings = settings;
        this.timed = timed;
        this.work = work;
        watchdog = new Watchdog(what -> { }, what -> {
            endless = what;
            ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
        }, seconds);
    }

    /** All of them on a case; none in other precisions. A failure is a measurement too; who does not fit into the memory is skipped. */
    List<GpuMeasurement> run(GpuCase c) {
        List<GpuMeasurement> measured = new ArrayList<>();
        if (c.precision() == Precision.FP32) {
            for (String engine : engines) {
                try {
                    measured.add(timed ? time(c, engine) : verify(c, engine));
                } catch (Exception | OutOfMemoryError e) {
                    String why = Forks.reason(e);
                    if (why.contains("CUDA_ERROR_DEVICE_UNAVAILABLE")) {
                        skipped.add(name(engine), "this GPU serves one process at a time, and that is the suite", c);
                    } else if (tellsOfLackOfMemory(why)) {
                        skipped.add(name(engine), Skipped.DID_NOT_FIT + why.lines().findFirst().orElseThrow(), c);
                    } else {
                        measured.add(GpuMeasurement.failed(c, name(engine), Precision.FP32, why));
                    }
                }
            }
        }
        return measured;
    }

    /** The device's or the host's. Of a failure in a fork only the text is left. */
    private static boolean tellsOfLackOfMemory(String why) {
        return DeviceException.tellsOfLackOfMemory(why) || why.contains(OutOfMemoryError.class.getName());
    }

    /** What was left out and why. */
    List<String> skipped() {
        return skipped.lines();
    }

    /** JMH's own records. */
    List<RunResult> jmh() {
        return jmh;
    }

    private GpuMeasurement time(GpuCase c, String engine) throws Exception {
        Case slice = settings.slice(engine, c.of());
        Forks.Fork fork = fork(engine, slice);
        jmh.addAll(fork.jmh());
        double scale = c.of().flops() / slice.flops();
        String strategy = slice.equals(c.of()) ? "" : "timed on " + slice.dims() + " and scaled up";
        return measurement(c, engine, fork.description(), strategy,
                Arrays.stream(fork.nanos()).map(nanos -> nanos * scale).toArray());
    }

    private Forks.Fork fork(String engine, Case slice) throws Exception {
        endless = null;
        Watchdog.Watch watch = watchdog.begin("the fork");
        try {
            return new Forks(work, settings).run(engine, slice);
        } catch (Forks.FailedException e) {
            throw endless == null ? e : new IllegalStateException(endless, e);
        } finally {
            watch.end();
        }
    }

    private static GpuMeasurement verify(GpuCase c, String engine) throws Exception {
        Problem problem = Problem.of(c.of());
        try (Contender.Session session = Contenders.get(engine).open(problem)) {
            Expected.compute(problem).verify(session, problem);
            return measurement(c, engine, session.description(), "", new double[0]);
        }
    }

    private static GpuMeasurement measurement(GpuCase c, String engine, String description, String strategy, double[] nanos) {
        return new GpuMeasurement(c, name(engine), Precision.FP32, new GpuMeasurement.Run(description, strategy, How.HOST, null,
                Preparation.NONE, 0, null, ""), nanos, "");
    }

    /** The fused engine takes part on the device too. */
    private static String name(String engine) {
        return engine.equals(Entrants.FUSED) ? engine + " end to end" : engine;
    }
}
