package dev.gateloom.bench.gpu;

import dev.gateloom.device.Device;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.KernelCounters;

/**
 * What kernels did on the emulator, which has no times.
 *
 * @param launches of kernels
 * @param instructions of warps
 * @param bytes that they asked of device memory
 */
public record Counts(long launches, long instructions, long bytes) {

    /** All so far; null for a device that does not count. */
    static Counts of(Device device) {
        if (!(device instanceof EmulatorDevice emulator)) {
            return null;
        }
        long launches = 0;
        long instructions = 0;
        long bytes = 0;
        for (KernelCounters kernel : emulator.counters()) {
            launches += kernel.launches();
            instructions += kernel.instructions();
            bytes += kernel.globalBytes();
        }
        return new Counts(launches, instructions, bytes);
    }

    /** What came after an earlier count, divided by a number of calls. */
    Counts since(Counts earlier, int calls) {
        return new Counts((launches - earlier.launches) / calls, (instructions - earlier.instructions) / calls,
                (bytes - earlier.bytes) / calls);
    }
}
