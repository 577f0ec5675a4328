package dev.gateloom.profile;

import dev.gateloom.Precision;
import dev.gateloom.device.GpuModel;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a pass did.
 *
 * @param work the pass
 * @param device what it ran on
 * @param precision of its products
 * @param strategy how the steps ran, a line for each pass
 * @param gpu whose peaks the estimates are for; null if times were taken instead
 * @param kernels in the order of their first launches
 */
public record ProfileReport(Workload work, String device, Precision precision, String strategy, GpuModel gpu,
        List<KernelProfile> kernels) {

    private static final Pattern STRATEGY = Pattern.compile("(?m)^\\w+: strategy (\\w)");

    /** The strategies of forward and backward, in one word. */
    String strategies() {
        return STRATEGY.matcher(strategy).results().map(pass -> pass.group(1)).collect(Collectors.joining("+"));
    }

    /**
     * Whether it has counts and estimates; else it has times.
     *
     * @return true if the pass ran on the emulator
     */
    public boolean counted() {
        return gpu != null;
    }
}
