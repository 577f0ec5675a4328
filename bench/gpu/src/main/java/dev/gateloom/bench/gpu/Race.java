package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Forks;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.WarmUp;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
    private final Watchdog watchdog;
    private final Skipped skipped;
    private final GpuCase c;
    private final Rotation rotation;
    private final Problem problem;
    private final Yardstick yardstick;
    private final List<GpuMeasurement> measured = new ArrayList<>();
    private final List<GpuMeasurement> failures = new ArrayList<>();
    private boolean someDidNotFit;              // even alone
    private boolean lost;

    Race(Device device, GpuSettings settings, Clocks clocks, Watchdog watchdog, Skipped skipped, GpuCase c, Rotation rotation,
            Problem problem, Yardstick yardstick) {
        this.device = device;
        this.settings = settings;
        this.clocks = clocks;
        this.watchdog = watchdog;
        this.skipped = skipped;
        this.c = c;
        this.rotation = rotation;
        this.problem = problem;
        this.yardstick = yardstick;
    }

    /** All measurements; a failure is one too. If the device fails, those until then. */
    List<GpuMeasurement> run(List<Entrant> entrants) {
        try {
            if (!together(entrants)) {
                apart(entrants);
            }
        } catch (RuntimeException e) {          // of a lost device nothing can be closed either
            if (!lost && !(e instanceof DeviceException)) {
                throw e;
            }
            if (!lost) {
                failures.add(GpuMeasurement.failed(c, device.name(), c.precision(), "the device failed: " + e.getMessage()));
            }
            lost = true;
        }
        List<GpuMeasurement> all = new ArrayList<>(measured);
        all.addAll(failures);
        return all;
    }

    /** Whether the device has failed, so that nothing more can be run on it. */
    boolean isLost() {
        return lost;
    }

    /** All of them open at the same time; false if the device has too little memory for that. */
    private boolean together(List<Entrant> entrants) {
        int before = failures.size();
        try (Opened opened = new Opened()) {
            List<Ready> ready = new ArrayList<>();
            for (Entrant entrant : entrants) {
                open(entrant, ready.isEmpty()).ifPresent(r -> ready.add(opened.add(r)));
            }
            if (!lost) {
                if (capture(ready)) {
                    verifyGraphs(ready);
                } else {
                    ready.forEach(Ready::release);
                }
            }
            measure(ready);
            return true;
        } catch (DeviceException e) {
            if (!e.isOutOfMemory()) {
                throw e;
            }
            failures.subList(before, failures.size()).clear();
            return false;
        }
    }

    /** Each for itself: first whether it fits and can be captured. Were others only in the way of one that never fits, they take turns. */
    private void apart(List<Entrant> entrants) {
        List<Entrant> fitting = new ArrayList<>();
        List<Entrant> captured = new ArrayList<>();
        for (Entrant entrant : entrants) {
            alone(entrant, ready -> {
                if (capture(List.of(ready))) {
                    captured.add(entrant);
                }
                fitting.add(entrant);
            });
        }
        if (lost || someDidNotFit && together(fitting)) {
            return;
        }
        skipped.add("turns", "the device has not the memory to have all contenders open at once, so each was measured by itself, one after "
                + "the other", c);
        boolean graphs = captured.equals(fitting);
        for (Entrant entrant : fitting) {
            alone(entrant, ready -> {
                List<Ready> one = new ArrayList<>(List.of(ready));
                if (graphs && capture(one)) {
                    verifyGraphs(one);
                }
                measure(one);
            });
        }
    }

    /** One contender, open by itself. Whom even so the device has too little memory for is skipped. */
    private void alone(Entrant entrant, Consumer<Ready> use) {
        try (Opened opened = new Opened()) {
            open(entrant, true).map(opened::add).ifPresent(use);
        } catch (DeviceException e) {
            if (!e.isOutOfMemory()) {
                throw e;
            }
            skipped.add(entrant.name(), lack(e, true), c);
        }
    }

    /**
     * Opens in the first precision that is there. What is wrong or fails is noted, what a contender does not have or a card has too little
     * of is skipped.
     *
     * @throws DeviceException if memory ran out beside others
     */
    private Optional<Ready> open(Entrant entrant, boolean alone) {
        if (lost) {
            return Optional.empty();
        }
        String why = "it does not compute in " + GpuCase.name(c.precision());
        for (Precision precision : entrant.precisions(c.precision())) {
            Watchdog.Watch watch = watchdog.begin(on(entrant));
            try {
                return Optional.of(new Ready(device, settings, entrant, precision, rotation, problem, yardstick,
                        seconds -> watchdog.watch(on(entrant), seconds)));
            } catch (UnsupportedOperationException e) {
                why = e.getMessage();
            } catch (Ready.Refusal e) {
                if (!answers()) {
                    fail(entrant, precision, e.answer());
                    return Optional.empty();
                }
                why = e.getMessage();
            } catch (DeviceException e) {
                if (e.isOutOfMemory()) {
                    why = lack(e, alone);
                } else if (e.codeName().startsWith(REFUSED)) {
                    why = e.call() + " answers " + e.codeName();
                } else {
                    fail(entrant, precision, e);
                    return Optional.empty();
                }
            } catch (Exception | LinkageError e) {
                fail(entrant, precision, e);
                return Optional.empty();
            } finally {
                watch.end();
            }
        }
        skipped.add(entrant.name(), why, c);
        return Optional.empty();
    }

    private void fail(Entrant entrant, Precision precision, Throwable why) {
        failures.add(GpuMeasurement.failed(c, entrant.name(), precision, Forks.reason(why)));
        lost = !answers();
    }

    private String on(Entrant entrant) {
        return entrant.name() + " on " + c.title();
    }

    /** After an access out of bounds, for one, every call fails, this one too. */
    private boolean answers() {
        try (Stream stream = device.stream()) {
            stream.synchronize();
            return true;
        } catch (DeviceException e) {
            return e.isOutOfMemory();
        }
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

    /** Keeps those whose graphs compute what their calls do. */
    private void verifyGraphs(List<Ready> ready) {
        boolean alone = ready.size() == 1;
        ready.removeIf(r -> !attempt(r, alone, r::verifyGraphs));
    }

    /** Those that do not fail, in turns, as long as the device does not. */
    private void measure(List<Ready> ready) {
        boolean alone = ready.size() == 1;
        String before = clocks.now();
        ready.removeIf(r -> !attempt(r, alone, r::warmUp));
        for (int round = 0; round < settings.rounds(); round++) {
            ready.removeIf(r -> !attempt(r, alone, r::round));
        }
        String noted = before + " → " + clocks.now();
        ready.stream().filter(r -> !lost || r.isMeasured()).forEach(r -> measured.add(r.measurement(c, rotation, noted)));
    }

    /** False if it fails: then it is out, with the reason. */
    private boolean attempt(Ready r, boolean alone, WarmUp.Call call) {
        if (lost) {
            return true;                        // what it has done until then counts
        }
        try {
            call.run();
            return true;
        } catch (Exception e) {
            if (e instanceof DeviceException d && d.isOutOfMemory()) {
                skipped.add(r.entrant().name(), lack(d, alone), c);
            } else {
                fail(r.entrant(), r.precision(), e);
            }
            return false;
        }
    }
}
