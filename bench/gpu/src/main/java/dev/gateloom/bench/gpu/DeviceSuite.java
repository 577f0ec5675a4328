package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.WarmUp;
import dev.gateloom.bench.gpu.GpuMeasurement.How;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the contenders on the device, case by case: opens and verifies each, then times those that are right in turns. All of a
 * case are open at once.
 */
final class DeviceSuite {
    private static final int SETS_UNTIMED = 2;
    private static final long MIB = 1 << 20;
    /** How cuDNN names what an algorithm has not for a shape or a GPU, of which it says no more before it is asked. */
    private static final String REFUSED = "CUDNN_STATUS_NOT_SUPPORTED";

    private final Device device;
    private final List<Entrant> entrants;
    private final GpuSettings settings;
    private final Clocks clocks;
    private final Skipped skipped = new Skipped();

    DeviceSuite(Device device, List<Entrant> entrants, GpuSettings settings, Clocks clocks) {
        this.device = device;
        this.entrants = entrants;
        this.settings = settings;
        this.clocks = clocks;
    }

    /** A contender whose result was right. */
    private static final class Ready implements AutoCloseable {
        private final Entrant entrant;
        private final Precision precision;
        private final DeviceSession session;
        private final Turns turns;
        private final List<Double> nanos = new ArrayList<>();
        private double prepareNanos;
        private double transferNanos;
        private Counts counts;
        private int calls;                      // in a row

        Ready(Entrant entrant, Precision precision, DeviceSession session, Turns turns) {
            this.entrant = entrant;
            this.precision = precision;
            this.session = session;
            this.turns = turns;
        }

        @Override
        public void close() {
            turns.close();
            session.close();
        }
    }

    /** All contenders on a case; a failure is a measurement too. */
    List<GpuMeasurement> run(GpuCase c) {
        List<GpuMeasurement> failures = new ArrayList<>();
        List<GpuMeasurement> measured = new ArrayList<>();
        Rotation rotation = rotation(c);
        try (Opened opened = new Opened()) {
            List<Ready> ready = new ArrayList<>();
            Problem problem = Problem.of(c.of());
            Expected expected = Expected.compute(problem);
            for (Entrant entrant : entrants) {
                open(c, entrant, rotation, problem, expected, failures).ifPresent(r -> ready.add(opened.add(r)));
            }
            capture(c, ready);
            String before = clocks.now();
            measure(c, ready, failures);
            String noted = before + " → " + clocks.now();
            for (Ready r : ready) {
                measured.add(new GpuMeasurement(c, r.entrant.name(), r.precision, new GpuMeasurement.Run(r.session.description(),
                        r.session.strategy(), r.turns.replaysGraphs() ? How.GRAPH : How.CALLS, rotation, r.prepareNanos,
                        r.transferNanos, r.counts, noted), r.nanos.stream().mapToDouble(n -> n).toArray(), ""));
            }
        }
        measured.addAll(failures);
        return measured;
    }

    /** What was left out and why. */
    List<String> skipped() {
        return skipped.lines();
    }

    private Rotation rotation(GpuCase c) {
        long bytes = Buffers.bytesOfSet(c.of());
        return settings.timed() ? Rotation.of(bytes, Gpu.of(device.name(), device.properties()).l2Bytes())
                : Rotation.fixed(SETS_UNTIMED, bytes);
    }

    /** Opens in the first precision that is there. What is wrong or fails is noted, what a contender does not have is skipped. */
    private Optional<Ready> open(GpuCase c, Entrant entrant, Rotation rotation, Problem problem, Expected expected,
            List<GpuMeasurement> failures) {
        String why = "it does not compute in " + GpuCase.name(c.precision());
        for (Precision precision : entrant.precisions(c.precision())) {
            try {
                return Optional.of(open(entrant, precision, rotation, problem, expected));
            } catch (UnsupportedOperationException e) {
                why = e.getMessage();
            } catch (DeviceException e) {
                Optional<String> lack = lack(e);
                if (lack.isEmpty()) {
                    failures.add(GpuMeasurement.failed(c, entrant.name(), precision, e.getMessage()));
                    return Optional.empty();
                }
                why = lack.get();
            } catch (Exception | LinkageError e) {
                failures.add(GpuMeasurement.failed(c, entrant.name(), precision,
                        e.getMessage() == null ? e.toString() : e.getMessage()));
                return Optional.empty();
            }
        }
        skipped.add(entrant.name(), why, c);
        return Optional.empty();
    }

    /** What a card has too little of, or a library refuses, is nobody's failure. */
    private Optional<String> lack(DeviceException e) {
        if (e.bytesNeeded() > 0) {
            long memory = device.properties().memory();
            return Optional.of("needs " + (e.bytesNeeded() + MIB - 1) / MIB + " MiB, with those of the case that are ready; the card has "
                    + memory / MIB + " MiB" + (e.bytesNeeded() > memory ? "" : ", of which other programs use some"));
        }
        if (e.codeName().equals("CUDA_ERROR_OUT_OF_MEMORY")) {
            return Optional.of("out of memory in " + e.call());
        }
        return e.codeName().startsWith(REFUSED) ? Optional.of(e.call() + " answers " + e.codeName()) : Optional.empty();
    }

    /** Opens and verifies. */
    private Ready open(Entrant entrant, Precision precision, Rotation rotation, Problem problem, Expected expected)
            throws Exception {
        Opened opened = new Opened();
        try {
            long start = System.nanoTime();
            DeviceSession session = opened.add(new DeviceSession(device, entrant.maker().engine(device, precision), problem,
                    rotation.sets()));
            double prepared = System.nanoTime() - start - session.takeTransferNanos();
            expected.verify(session, problem, precision);
            Optional<String> other = entrant.confirms().obstacle(session.strategy());      // after a call: a device may refuse a launch
            if (other.isPresent()) {
                throw new UnsupportedOperationException(other.get());
            }
            Ready ready = new Ready(entrant, precision, session, opened.add(new Turns(device, session)));
            ready.prepareNanos = prepared;
            ready.transferNanos = transfer(session);
            return ready;
        } catch (Exception | LinkageError e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    /** Inputs, weights and gradient of the output to the device, the results back: once, with warm page-locked memory. */
    private static double transfer(DeviceSession session) {
        session.takeTransferNanos();
        session.refill();
        session.outcome();
        return session.takeTransferNanos();
    }

    /** Graphs for all or for nobody: a call costs the host more than a graph, so it would not be the same race. */
    private void capture(GpuCase c, List<Ready> ready) {
        boolean all = true;
        for (Ready r : ready) {
            long start = System.nanoTime();
            Optional<String> refusal = r.turns.capture();
            r.prepareNanos += System.nanoTime() - start;
            refusal.ifPresent(why -> skipped.add("graphs", r.entrant.name() + " cannot be captured (" + why
                    + "), so all are run call by call", c));
            all &= refusal.isEmpty();
        }
        if (!all) {
            ready.forEach(r -> r.turns.release());
        }
    }

    private void measure(GpuCase c, List<Ready> ready, List<GpuMeasurement> failures) {
        ready.removeIf(r -> !attempt(c, r, failures, () -> warmUp(r)));
        for (int round = 0; round < settings.rounds(); round++) {
            ready.removeIf(r -> !attempt(c, r, failures, () -> round(r)));
        }
    }

    /** False if it fails: then it is out, with the reason. */
    private boolean attempt(GpuCase c, Ready r, List<GpuMeasurement> failures, WarmUp.Call call) {
        try {
            call.run();
            return true;
        } catch (Exception e) {
            failures.add(GpuMeasurement.failed(c, r.entrant.name(), r.precision,
                    e.getMessage() == null ? e.toString() : e.getMessage()));
            return false;
        }
    }

    private void warmUp(Ready r) throws Exception {
        r.calls = r.session.sets();
        if (!settings.timed()) {
            return;
        }
        WarmUp.run(() -> r.turns.nanos(r.session.sets()), settings.patience());
        double nanos = r.turns.nanos(r.session.sets());
        r.calls = (int) Math.max(r.session.sets(), Math.ceil(settings.block() * 1e9 / Math.max(1, nanos)));
    }

    private void round(Ready r) {
        Counts before = Counts.of(device);
        double nanos = r.turns.nanos(r.calls);
        if (settings.timed()) {
            r.nanos.add(nanos);
        } else if (before != null) {
            r.counts = Counts.of(device).since(before, r.calls);
        }
    }
}
