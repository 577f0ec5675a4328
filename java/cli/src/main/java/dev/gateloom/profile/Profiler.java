package dev.gateloom.profile;

import dev.gateloom.Precision;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.device.Device;
import dev.gateloom.device.GpuModel;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs a pass of the engine {@code cuda} and says what its kernels did. */
public final class Profiler {
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 11;

    private Profiler() {
    }

    /**
     * Executes a pass on the emulator and counts. The numbers are those of the PTX for the GPU's architecture, launched as the
     * GPU's multiprocessors would have it: the same at every run.
     *
     * @param work the pass
     * @param gpu decides which PTX is executed, and whose peaks the estimates are for
     * @param makeEngine makes the engine, which leaves the device open
     * @param progress follows the launches
     * @return counts, needs and estimates of each kernel
     * @throws IllegalArgumentException if the sizes are too large for any device
     * @throws dev.gateloom.device.DeviceException if they are too large for this one
     */
    public static ProfileReport count(Workload work, GpuModel gpu, Function<Device, CudaEngine> makeEngine, Progress progress) {
        EmulatorOptions options = EmulatorOptions.defaults().architecture(gpu.architecture())
                .multiprocessors(gpu.multiprocessors()).memory(Runtime.getRuntime().maxMemory()).checkRaces(false);
        try (EmulatorDevice emulator = new EmulatorDevice(options)) {
            emulator.countDistinct();
            String strategy;
            Precision precision;
            try (ProfiledDevice device = new ProfiledDevice(emulator, progress); Pass pass = new Pass(work, device, makeEngine)) {
                pass.run();
                strategy = pass.strategy();
                precision = pass.precision();
            }
            List<KernelProfile> kernels = new ArrayList<>();
            for (KernelCounters c : emulator.counters()) {
                kernels.add(new KernelProfile(c.kernel(), c.launch(), c.launches(),
                        Resources.compiled(c.kernel(), c.launch(), gpu.architecture()), null, c, Roofline.of(gpu, precision, c)));
            }
            return new ProfileReport(work, emulator.name(), precision, strategy, gpu, kernels);
        }
    }

    /**
     * Runs passes on a device and takes the time of each launch, by events. Time is the median of several passes.
     *
     * @param work the pass
     * @param gpu stays open
     * @param makeEngine makes the engine, which leaves the device open
     * @return times and needs of each kernel
     * @throws IllegalArgumentException if the sizes are too large for any device
     * @throws dev.gateloom.device.DeviceException if they are too large for this one
     */
    public static ProfileReport time(Workload work, Device gpu, Function<Device, CudaEngine> makeEngine) {
        List<LaunchLog> rounds = new ArrayList<>();
        String strategy;
        Precision precision;
        try (ProfiledDevice device = new ProfiledDevice(gpu, Progress.SILENT); Pass pass = new Pass(work, device, makeEngine)) {
            for (int n = 0; n < WARM_UP; n++) {
                pass.run();
            }
            device.takeLog();
            for (int n = 0; n < ROUNDS; n++) {
                pass.run();
                rounds.add(device.takeLog());
            }
            strategy = pass.strategy();
            precision = pass.precision();
        }
        List<KernelProfile> kernels = new ArrayList<>();
        for (Map.Entry<LaunchLog.Key, LaunchLog.Sum> entry : rounds.get(0).sums().entrySet()) {
            LaunchLog.Key key = entry.getKey();
            double milliseconds = median(rounds.stream().map(round -> round.sums().get(key).milliseconds));
            kernels.add(new KernelProfile(key.kernel(), key.launch(), entry.getValue().launches,
                    Resources.loaded(entry.getValue().kernel, key.launch(), gpu.properties()), milliseconds, null, null));
        }
        return new ProfileReport(work, gpu.name(), precision, strategy, null, kernels);
    }

    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
