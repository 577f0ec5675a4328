package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.WarmUp;
import dev.gateloom.bench.WrongResultException;
import dev.gateloom.bench.gpu.GpuMeasurement.How;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** A contender that is open on a case, whose result was right. */
final class Ready implements AutoCloseable {
    /** Graphs that are compared, of a case that has more: from the first to the last. */
    static final int REPLAYED = 4;

    /** How cuDNN's answers begin; those of the driver, which may come after anything, do not. */
    static final String CUDNN = "CUDNN_STATUS_";

    private final Device device;
    private final GpuSettings settings;
    private final Entrant entrant;
    private final Precision precision;
    private final Problem problem;
    private final Yardstick yardstick;
    private final Opened opened = new Opened();
    private final DeviceSession session;
    private final Turns turns;
    private final List<Double> nanos = new ArrayList<>();
    private final double transferNanos;
    private final double openNanos;
    private double captureNanos;
    private Counts counts;
    private int rounds;
    private int calls;                          // in a row

    /**
     * Opens it and compares its result.
     *
     * @param watch see {@link Turns}
     * @throws UnsupportedOperationException if it does not run the case, or not as its name says
     * @throws Refusal if its library refuses the first call, or what comes before
     * @throws Exception if it fails, or its result is wrong
     */
    Ready(Device device, GpuSettings settings, Entrant entrant, Precision precision, Rotation rotation, Problem problem,
            Yardstick yardstick, DoubleFunction<Watchdog.Watch> watch) throws Exception {
        this.device = device;
        this.settings = settings;
        this.entrant = entrant;
        this.precision = precision;
        this.problem = problem;
        this.yardstick = yardstick;
        try {
            long start = System.nanoTime();
            session = opened.add(open(rotation.sets()));
            openNanos = System.nanoTime() - start - session.takeTransferNanos();
            try {
                yardstick.part().verify(session, problem, precision);
            } catch (DeviceException e) {
                throw session.hasRun() ? e : refusal(e);
            }
            Optional<String> other = entrant.confirms().obstacle(session.strategy());      // after a call: a device may refuse a launch
            if (other.isPresent()) {
                throw new UnsupportedOperationException(other.get());
            }
            if (yardstick.whole().isPresent()) {
                session.spoil(0);
                yardstick.whole().get().verify(session, problem, precision);
            }
            turns = opened.add(new Turns(device, session, watch));
            transferNanos = transfer(session);
        } catch (Exception | Error e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private DeviceSession open(int sets) throws Refusal {
        try {
            return new DeviceSession(device, entrant.maker().engine(device, precision), problem, sets);
        } catch (DeviceException e) {
            throw refusal(e);
        }
    }

    /** What the library of an entrant that may refuse says for itself; else thrown as it is. */
    private Refusal refusal(DeviceException e) {
        if (!entrant.mayRefuse() || e.isOutOfMemory() || !e.codeName().startsWith(CUDNN)) {
            throw e;
        }
        return new Refusal(e);
    }

    /** A library's answer to an algorithm's first call on a case: it may be that the algorithm is not for it. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        Refusal(DeviceException answer) {
            super(answer.call() + " answers " + answer.codeName(), answer);
        }

        DeviceException answer() {
            return (DeviceException) getCause();
        }
    }

    /** Inputs, weights and gradient of the output to the device, the results back: once, with warm page-locked memory. */
    private static double transfer(DeviceSession session) {
        session.takeTransferNanos();
        session.refill();
        session.outcome();
        return session.takeTransferNanos();
    }

    Entrant entrant() {
        return entrant;
    }

    Precision precision() {
        return precision;
    }

    /** See {@link Turns#capture}. */
    Optional<String> capture() {
        long start = System.nanoTime();
        Optional<String> refusal = turns.capture();
        captureNanos = System.nanoTime() - start;
        return refusal;
    }

    /**
     * Compares what the graphs compute, since that is what is timed: the last one's whole result too.
     *
     * @throws Exception if one fails, or its result is wrong
     */
    void verifyGraphs() throws Exception {
        int count = Math.min(REPLAYED, session.sets());
        for (int k = 0; k < count; k++) {
            int set = count == 1 ? 0 : k * (session.sets() - 1) / (count - 1);
            try {
                verifyGraph(set, yardstick.part());
                if (k == count - 1 && yardstick.whole().isPresent()) {
                    verifyGraph(set, yardstick.whole().get());
                }
            } catch (WrongResultException e) {
                throw new WrongResultException("call by call the result is right, but not that of the graph it was captured into (set "
                        + (set + 1) + " of " + session.sets() + "): " + e.getMessage());
            }
        }
    }

    private void verifyGraph(int set, Expected expected) throws Exception {
        session.spoil(set);
        expected.verify(new Replayed(set), problem, precision);
    }

    /** A set's graph in place of its calls. */
    private final class Replayed implements Contender.Session {
        private int next;
        private int last;

        Replayed(int set) {
            next = set;
        }

        @Override
        public String description() {
            return session.description();
        }

        @Override
        public void upstream(float[] dy) {
            session.upstream(dy);
        }

        @Override
        public void run() {
            turns.replay(next);
            last = next;
            next = session.after(next);
        }

        @Override
        public Contender.Outcome outcome() {
            return session.outcome(last);
        }

        @Override
        public void close() {
            // The session goes on.
        }
    }

    /** Back to call by call. */
    void release() {
        turns.release();
    }

    void warmUp() throws Exception {
        calls = session.sets();
        if (!settings.timed()) {
            return;
        }
        turns.nanos(1);                         // what is watched from now on is known not to take longer than it must
        WarmUp.run(() -> turns.nanos(session.sets()), settings.patience());
        double once = turns.nanos(session.sets());
        calls = (int) Math.max(session.sets(), Math.ceil(settings.block() * 1e9 / Math.max(1, once)));
    }

    void round() {
        Counts before = Counts.of(device);
        double time = turns.nanos(calls);
        if (settings.timed()) {
            nanos.add(time);
        } else if (before != null) {
            counts = Counts.of(device).since(before, calls);
        }
        rounds++;
    }

    /** Whether it has had a round. */
    boolean isMeasured() {
        return rounds > 0;
    }

    /** What its rounds have shown. */
    GpuMeasurement measurement(GpuCase c, Rotation rotation, String clocks) {
        return new GpuMeasurement(c, entrant.name(), precision, new GpuMeasurement.Run(session.description(), session.strategy(),
                turns.replaysGraphs() ? How.GRAPH : How.CALLS, rotation,
                new Preparation(openNanos, session.firstCallNanos(), captureNanos), transferNanos, counts, clocks),
                nanos.stream().mapToDouble(n -> n).toArray(), "");
    }

    @Override
    public void close() {
        opened.close();
    }
}
