package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Expected;
import dev.gateloom.bench.Problem;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.device.Device;
import java.util.List;

/** Runs the contenders on the device, case by case. */
final class DeviceSuite {
    /** Compared at least, if a case has so many: buffers that take turns can go wrong only from the third on. */
    static final int STEPS = 9;
    private static final int SETS_UNTIMED = 2;

    private final Device device;
    private final List<Entrant> entrants;
    private final GpuSettings settings;
    private final Clocks clocks;
    private final Watchdog watchdog;
    private final Skipped skipped = new Skipped();
    private Problem problem;                    // of the last case
    private Expected expected;                  // the same in every precision
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
        if (problem == null || !problem.of().equals(c.of())) {
            problem = null;                     // until there is one: the host may have too little memory
            expected = null;
            Problem next = Problem.of(c.of());
            expected = Expected.compute(next, STEPS);
            problem = next;
        }
        Race race = new Race(device, settings, clocks, watchdog, skipped, c, rotation(c), problem, expected);
        List<GpuMeasurement> measured = race.run(entrants);
        lost = race.isLost();
        return measured;
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
