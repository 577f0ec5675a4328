package dev.gateloom.bench.gpu;

import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.device.Device;
import java.util.List;

/** Runs the contenders on the device, case by case. */
final class DeviceSuite {
    private static final int SETS_UNTIMED = 2;

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

    /** All contenders on a case; a failure is a measurement too. */
    List<GpuMeasurement> run(GpuCase c) {
        return new Race(device, settings, clocks, skipped, c, rotation(c)).run(entrants);
    }

    /** What was left out and why, and which cases were measured otherwise. */
    List<String> skipped() {
        return skipped.lines();
    }

    private Rotation rotation(GpuCase c) {
        long bytes = Buffers.bytesOfSet(c.of());
        return settings.timed() ? Rotation.of(bytes, Gpu.of(device.name(), device.properties()).l2Bytes())
                : Rotation.fixed(SETS_UNTIMED, bytes);
    }
}
