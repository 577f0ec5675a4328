package dev.gateloom.profile;

import dev.gateloom.device.GpuModel;
import java.util.List;

/**
 * What a pass did.
 *
 * @param work the pass
 * @param device what it ran on
 * @param strategy how the steps ran, a line for each pass
 * @param gpu whose peaks the estimates are for; null if times were taken instead
 * @param kernels in the order of their first launches
 */
public record ProfileReport(Workload work, String device, String strategy, GpuModel gpu, List<KernelProfile> kernels) {

    /**
     * Whether it has counts and estimates; else it has times.
     *
     * @return true if the pass ran on the emulator
     */
    public boolean counted() {
        return gpu != null;
    }
}
