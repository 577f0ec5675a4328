package dev.gateloom.bench.gpu;

import dev.gateloom.Precision;
import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Problem;
import dev.gateloom.bench.WrongResultException;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the contenders on the device, case by case. */
final class DeviceSuite {
    /** Compared at least, if a case has so many: buffers that take turns can go wrong only from the third on. */
    static final int STEPS = 9;
    /** What a pass of the CPU over a whole case may take; a slow one computes fewer steps. */
    static final double SECONDS_OF_CPU = 20;
    private static final int SETS_UNTIMED = 2;

    private final Device device;
    private final List<Entrant> entrants;
    private final GpuSettings settings;
    private final Clocks clocks;
    private final Watchdog watchdog;
    private final Skipped skipped = new Skipped();
    private Problem problem;                    // of the last case
    private Yardstick yardstick;                // the same in every precision
    private boolean lost;

    DeviceSuite(Device device, List<Entrant> entrants, GpuSettings settings, Clocks clocks, Watchdog watchdog) {
        this.device = device;
        this.entrants = entrants;
        this.settings = settings;
        this.clocks = clocks;
        this.watchdog = watchdog;
    }

    /** All contenders on a case; a failure is a measurement too. */
    List<GpuMeasurement> run(GpuCase c) {
        List<GpuMeasurement> measured = new ArrayList<>();
        if (problem == null || !problem.of().equals(c.of())) {
            problem = null;                     // until there is one: the host may have too little memory
            yardstick = null;
            Problem next = Problem.of(c.of());
            Expected part = Expected.compute(next, STEPS);
            yardstick = new Yardstick(part, whole(next, part, c, measured));
            problem = next;
        }
        Race race = new Race(device, settings, clocks, watchdog, skipped, c, rotation(c), problem, yardstick);
        measured.addAll(race.run(entrants));
        lost = race.isLost();
        return measured;
    }

    /** What the CPU says about all of it, if it can. That it is wrong itself is a measurement. */
    private Optional<Expected> whole(Problem next, Expected part, GpuCase c, List<GpuMeasurement> measured) {
        try {
            Optional<Expected> whole = part.whole(next, SECONDS_OF_CPU);
            whole.filter(w -> w.steps() < c.of().dims().steps()).ifPresent(w -> skipped.add("comparison", "all sequences are compared over the "
                    + "first " + w.steps() + " of " + c.of().dims().steps() + " steps only, since this CPU would take longer than "
                    + Math.round(SECONDS_OF_CPU) + " s for more", c.of().title()));
            return whole;
        } catch (WrongResultException e) {
            measured.add(GpuMeasurement.failed(c, "cpu (comparison)", Precision.FP32, e.getMessage()));
        } catch (RuntimeException e) {          // a size that its arrays cannot have, say, which is no contender's fault
            skipped.add("comparison", "engine cpu does not compute all of it (" + e.getMessage() + "), so results are compared "
                    + "with the reference engine's part only", c.of().title());
        } catch (OutOfMemoryError e) {
            skipped.add("comparison", "the host has not the memory to compute all of it, so results are compared "
                    + "with the reference engine's part only", c.of().title());
        }
        return Optional.empty();
    }

    /** Whether the device has failed, so that nothing more can be run on it. */
    boolean isLost() {
        return lost;
    }

    /** What was left out and why, and which cases were measured otherwise. */
    List<String> skipped() {
        return skipped.lines();
    }

    private Rotation rotation(GpuCase c) {
        long bytes = Buffers.bytesOfSet(c.of(), c.precision());
        return settings.timed() ? Rotation.of(bytes, Gpu.of(device.name(), device.properties()).l2Bytes(),
                (long) c.of().dims().steps() * c.of().layers()) : Rotation.fixed(SETS_UNTIMED, bytes);
    }
}
