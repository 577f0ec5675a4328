package dev.gateloom.ptx;

import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Launch;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Warp instructions per second of one core with all checks on. Needs the PTX that the kernels' build made:
 * {@code java -cp … dev.gateloom.ptx.Speed kernels/target/classes/dev/gateloom/kernels [seconds] [kernel]}.
 */
final class Speed {
    private static final int M = 128;
    private static final int N = 128;
    private static final int K = 256;
    private static final int BATCH = 64;
    private static final int HIDDEN = 256;

    private Speed() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 5;
        String gemm = Files.readString(folder.resolve("gemm/compute_80.ptx"));
        String lstm = Files.readString(folder.resolve("lstm_forward/compute_80.ptx"));
        String only = arguments.length > 2 ? arguments[2] : "";
        try (Bench bench = new Bench()) {
            DeviceMemory c = bench.allocate(4L * M * N, "C");
            DeviceMemory a = numbers(bench, M * K);
            DeviceMemory b = numbers(bench, N * K);
            measure(bench, "sgemm_nt", "sgemm_nt".contains(only) ? seconds : 0, () -> bench.run(gemm, "sgemm_nt", Launch.of(M * N / 4096, 256), c, a, b, 0L,
                    M, N, K, N, K, K, 0, K));
            DeviceMemory gates = numbers(bench, BATCH * 4 * HIDDEN);
            DeviceMemory states = numbers(bench, 2 * BATCH * HIDDEN);
            DeviceMemory outputs = numbers(bench, 2 * BATCH * HIDDEN);
            DeviceMemory y = bench.allocate(4L * BATCH * HIDDEN, "y");
            DeviceMemory lengths = bench.ints(IntStream.range(0, BATCH).map(i -> i % 3).toArray());
            measure(bench, "lstm_forward", "lstm_forward".contains(only) ? seconds : 0, () -> bench.run(lstm, "lstm_forward", Launch.of(BATCH * HIDDEN / 256, 256),
                    gates, states, outputs, y, lengths, 0, BATCH, HIDDEN, HIDDEN, 0));
        }
    }

    private static DeviceMemory numbers(Bench bench, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) Math.sin(i);
        }
        return bench.floats(values);
    }

    /** Prints a line for each second of this thread: the first ones show how fast the compiler is. */
    private static void measure(Bench bench, String kernel, long seconds, Runnable launch) {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        for (long second = 0; second < seconds; second++) {
            long before = instructions(bench, kernel);
            long start = clock.getCurrentThreadCpuTime();
            while (clock.getCurrentThreadCpuTime() - start < 1_000_000_000L) {
                launch.run();
            }
            double took = (clock.getCurrentThreadCpuTime() - start) / 1e9;
            System.out.printf("%s: %.1f M warp instructions/s%n", kernel, (instructions(bench, kernel) - before) / took / 1e6);
        }
    }

    private static long instructions(Bench bench, String kernel) {
        return bench.device.counters().stream().filter(counters -> counters.kernel().equals(kernel))
                .mapToLong(KernelCounters::instructions).sum();
    }
}
