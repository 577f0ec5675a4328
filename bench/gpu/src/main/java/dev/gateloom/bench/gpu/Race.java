package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Forks;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.WarmUp;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The contenders of a case: opened and verified, then those that are right measured. They are open at the same time and take turns if the
 * device has the memory, which only an attempt shows: nobody can say what a library takes. Else each is opened for itself.
 */
final class Race {
    private static final long MIB = 1 << 20;
    /** How cuDNN names what an algorithm has not for a shape or a GPU, of which it says no more before it is asked. */
    private static final String REFUSED = "CUDNN_STATUS_NOT_SUPPORTED";

    private final Device device;
    private final GpuSettings settings;
    private final Clocks clocks;
    private final Skipped skipped;
    private final GpuCase c;
    private final Rotation rotation;
    private final Problem problem;
    private final Expected expected;
    private final List<GpuMeasurement> failures = new ArrayList<>();
    private boolean someDidNotFit;              // even alone

    Race(Device device, GpuSettings settings, Clocks clocks, Skipped skipped, GpuCase c, Rotation rotation) {
        this.device = device;
        this.settings = settings;
        this.clocks = clocks;
        this.skipped = skipped;
        this.c = c;
        this.rotation = rotation;
        problem = Problem.of(c.of());
        expected = Expected.compute(problem);
    }

    /** All measurements; a failure is one too. */
    List<GpuMeasurement> run(List<Entrant> entrants) {
        Optional<List<GpuMeasurement>> together = together(entrants);
        List<GpuMeasurement> measured = new ArrayList<>(together.isPresent() ? together.get() : apart(entrants));
        measured.addAll(failures);
        return measured;
    }

    /** All of them open at the same time; empty if the device has too little memory for that. */
    private Optional<List<GpuMeasurement>> together(List<Entrant> entrants) {
        int before = failures.size();
        try (Opened opened = new Opened()) {
            List<Ready> ready = new ArrayList<>();
            for (Entrant entrant : entrants) {
                open(entrant, ready.isEmpty()).ifPresent(r -> ready.add(opened.add(r)));
            }
            if (!capture(ready)) {
                ready.forEach(Ready::release);
            }
            return Optional.of(measure(ready));
        } catch (DeviceException e) {
            if (!e.isOutOfMemory()) {
                throw e;
            }
            failures.subList(before, failures.size()).clear();
            return Optional.empty();
        }
    }

    /** Each for itself: first whether it fits and can be captured. Were others only in the way of one that never fits, they take turns. */
    private List<GpuMeasurement> apart(List<Entrant> entrants) {
        List<Entrant> fitting = new ArrayList<>();
        boolean graphs = true;
        for (Entrant entrant : entrants) {
            try (Opened opened = new Opened()) {
                Optional<Ready> ready = open(entrant, true).map(opened::add);
                if (ready.isPresent()) {
                    fitting.add(entrant);
                    graphs &= capture(List.of(ready.get()));
                }
            }
        }
        Optional<List<GpuMeasurement>> together = someDidNotFit ? together(fitting) : Optional.empty();
        if (together.isPresent()) {
            return together.get();
        }
        skipped.add("turns", "the device has not the memory to have all contenders open at once, so each was measured by itself, one after "
                + "the other", c);
        List<GpuMeasurement> measured = new ArrayList<>();
        for (Entrant entrant : fitting) {
            try (Opened opened = new Opened()) {
                List<Ready> ready = new ArrayList<>(open(entrant, true).map(opened::add).stream().toList());
                if (graphs) {
                    capture(ready);
                }
                measured.addAll(measure(ready));
            }
        }
        return measured;
    }

    /**
     * Opens in the first precision that is there. What is wrong or fails is noted, what a contender does not have or a card has too little
     * of is skipped.
     *
     * @throws DeviceException if memory ran out beside others
     */
    private Optional<Ready> open(Entrant entrant, boolean alone) {
        String why = "it does not compute in " + GpuCase.name(c.precision());
        for (Precision precision : entrant.precisions(c.precision())) {
            try {
                return Optional.of(new Ready(device, settings, entrant, precision, rotation, problem, expected));
            } catch (UnsupportedOperationException e) {
                why = e.getMessage();
            } catch (DeviceException e) {
                if (e.isOutOfMemory()) {
                    why = lack(e, alone);
                } else if (e.codeName().startsWith(REFUSED)) {
                    why = e.call() + " answers " + e.codeName();
                } else {
                    failures.add(GpuMeasurement.failed(c, entrant.name(), precision, e.getMessage()));
                    return Optional.empty();
                }
            } catch (Exception | LinkageError e) {
                failures.add(GpuMeasurement.failed(c, entrant.name(), precision, Forks.reason(e)));
                return Optional.empty();
            }
        }
        skipped.add(entrant.name(), why, c);
        return Optional.empty();
    }

    /** That a card has too little memory is nobody's failure. */
    private String lack(DeviceException e, boolean alone) {
        if (!alone) {
            throw e;
        }
        someDidNotFit = true;
        if (e.bytesNeeded() == 0) {
            return Skipped.DID_NOT_FIT + e.call() + " answers " + e.codeName();
        }
        long memory = device.properties().memory();
        return Skipped.DID_NOT_FIT + "it needs " + (e.bytesNeeded() + MIB - 1) / MIB + " MiB; the card has " + memory / MIB + " MiB"
                + (e.bytesNeeded() > memory ? "" : ", of which other programs use some");
    }

    /** Whether all can be captured. Graphs are for all or for nobody: a call costs the host more, so it would not be the same race. */
    private boolean capture(List<Ready> ready) {
        boolean all = true;
        for (Ready r : ready) {
            Optional<String> refusal = r.capture();
            refusal.ifPresent(why -> skipped.add("graphs", r.entrant().name() + " cannot be captured (" + why
                    + "), so all are run call by call", c));
            all &= refusal.isEmpty();
        }
        return all;
    }

    /** Those that do not fail, in turns. */
    private List<GpuMeasurement> measure(List<Ready> ready) {
        boolean alone = ready.size() == 1;
        String before = clocks.now();
        ready.removeIf(r -> !attempt(r, alone, r::warmUp));
        for (int round = 0; round < settings.rounds(); round++) {
            ready.removeIf(r -> !attempt(r, alone, r::round));
        }
        String noted = before + " → " + clocks.now();
        return ready.stream().map(r -> r.measurement(c, rotation, noted)).toList();
    }

    /** False if it fails: then it is out, with the reason. */
    private boolean attempt(Ready r, boolean alone, WarmUp.Call call) {
        try {
            call.run();
            return true;
        } catch (Exception e) {
            if (e instanceof DeviceException d && d.isOutOfMemory()) {
                skipped.add(r.entrant().name(), lack(d, alone), c);
            } else {
                failures.add(GpuMeasurement.failed(c, r.entrant().name(), r.precision(), Forks.reason(e)));
            }
            return false;
        }
    }
}
