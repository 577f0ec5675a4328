package dev.gateloom.profile;

import dev.gateloom.device.Architecture;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.kernels.KernelReport;
import dev.gateloom.kernels.Kernels;

/**
 * What a launch needs of a multiprocessor.
 *
 * @param registers of a thread
 * @param sharedBytes of a block, static and dynamic
 * @param residentBlocks blocks that fit on a multiprocessor together
 * @param occupancy share of the multiprocessor's warps that they fill, 0 to 1
 */
record Resources(int registers, int sharedBytes, int residentBlocks, double occupancy) {

    /** As compiled for an architecture: from the report of the kernels' build. */
    static Resources compiled(String kernel, Launch launch, int architecture) {
        KernelReport report = Kernels.report().stream()
                .filter(r -> r.kernel().equals(kernel) && r.architecture() == architecture).findFirst()
                .orElseThrow(() -> new IllegalStateException("the kernels' report has no " + kernel + " for sm_" + architecture));
        int shared = report.sharedBytes() + launch.dynamicSharedBytes();
        Architecture sm = Architecture.of(architecture);
        return new Resources(report.registers(), shared, sm.residentBlocks(launch.threads(), report.registers(), shared),
                sm.occupancy(launch.threads(), report.registers(), shared));
    }

    /** As loaded by a device: its driver may have compiled the code itself. */
    static Resources loaded(Kernel kernel, Launch launch, DeviceProperties device) {
        int blocks = kernel.occupancy(launch.threads(), launch.dynamicSharedBytes());
        int warps = (launch.threads() + Architecture.WARP - 1) / Architecture.WARP;
        return new Resources(kernel.registers(), kernel.staticSharedBytes() + launch.dynamicSharedBytes(), blocks,
                (double) blocks * warps * Architecture.WARP / device.threadsPerMultiprocessor());
    }
}
