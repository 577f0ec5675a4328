package dev.gateloom.ptx;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.ptx.memory.Region;

/** An allocation. Freed at once, or in the order of the stream that it was allocated on. */
final class EmulatorMemory implements DeviceMemory {
    private final EmulatorDevice device;
    private final Region region;
    private final EmulatorStream stream;

    EmulatorMemory(EmulatorDevice device, Region region, EmulatorStream stream) {
        this.device = device;
        this.region = region;
        this.stream = stream;
    }

    @Override
    public long address() {
        return region.address();
    }

    @Override
    public long bytes() {
        return region.size();
    }

    @Override
    public void close() {
        if (!device.holds(this)) {
            return;
        }
        if (stream == null) {
            device.free(region);
        } else {
            stream.free(region);                // what is refused stays, and can be closed again
        }
        device.forget(this);
    }

    @Override
    public String toString() {
        return region.size() + " bytes for " + region.purpose();
    }
}
