package dev.gateloom.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a GPU on the market can do, as published or measured by others: for estimates without one. {@link Architecture} has what a single
 * multiprocessor holds.
 *
 * @param name on the command line: {@code h100}
 * @param label in reports: {@code NVIDIA H100 SXM5 80 GB}
 * @param architecture major · 10 + minor of its compute capability
 * @param multiprocessors streaming multiprocessors
 * @param boostMegahertz clock of the published peaks
 * @param fp32Tflops 10^12 operations per second in single precision; a fused multiply-add counts two
 * @param tensorTflops the same of the matrix units, 16-bit factors and 32-bit sums, without sparsity
 * @param mmaShare share of {@code tensorTflops} that {@code mma.sync} reaches
 * @param memoryGigabytesPerSecond bandwidth of device memory, 10^9 bytes per second
 * @param memoryGibibytes size of device memory, 2^30 bytes
 * @param l2Mebibytes size of the last cache before device memory, 2^20 bytes
 * @param l2Latency clocks of a load that hits it
 * @param l2BytesPerClock what one multiprocessor reads from it in a clock while all of them do
 * @param source where the figures come from
 */
public record GpuModel(String name, String label, int architecture, int multiprocessors, int boostMegahertz,
        double fp32Tflops, double tensorTflops, double mmaShare, double memoryGigabytesPerSecond, int memoryGibibytes,
        int l2Mebibytes, int l2Latency, double l2BytesPerClock, String source) {
    private static final String TABLE = "gpus.csv";
    private static final String COLUMNS = "name,label,architecture,multiprocessors,boost_mhz,fp32_tflops,tensor_tflops,"
            + "mma_share,memory_gb_per_s,memory_gib,l2_mib,l2_latency,l2_bytes_per_clock,source";
    private static final List<GpuModel> ALL = read();

    /**
     * Those that are known.
     *
     * @return oldest architecture first
     */
    public static List<GpuModel> all() {
        return ALL;
    }

    /**
     * One of them.
     *
     * @param name as {@link #name()}
     * @return the GPU
     * @throws IllegalArgumentException if it is not known, naming those that are
     */
    public static GpuModel of(String name) {
        return ALL.stream().filter(gpu -> gpu.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + ALL.stream().map(GpuModel::name).collect(Collectors.joining(", ")) + ", got " + name));
    }

    private static List<GpuModel> read() {
        List<GpuModel> all = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                GpuModel.class.getResourceAsStream(TABLE), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#") && !line.equals(COLUMNS)) {
                    all.add(parse(line.split(",", COLUMNS.split(",").length)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + TABLE, e);
        }
        return List.copyOf(all);
    }

    private static GpuModel parse(String[] v) {
        return new GpuModel(v[0], v[1], Integer.parseInt(v[2]), Integer.parseInt(v[3]), Integer.parseInt(v[4]),
                Double.parseDouble(v[5]), Double.parseDouble(v[6]), Double.parseDouble(v[7]), Double.parseDouble(v[8]),
                Integer.parseInt(v[9]), Integer.parseInt(v[10]), Integer.parseInt(v[11]), Double.parseDouble(v[12]), v[13]);
    }
}
