package dev.gateloom.kernels;

import java.util.Arrays;
import java.util.List;

/**
 * What the compiler made of one kernel for one architecture.
 *
 * @param program name of the {@code .cu} file, without {@code .cu}
 * @param kernel {@code extern "C"} name
 * @param architecture 90 for sm_90
 * @param registers 32-bit registers of a thread
 * @param spillStoreBytes of a thread: registers that had to be kept in local memory
 * @param spillLoadBytes of a thread
 * @param stackBytes of a thread: arrays in local memory, spilled registers included
 * @param sharedBytes static shared memory of a block
 * @param threads of a block at most, from the kernel's launch bounds
 * @param blocksPerMultiprocessor resident blocks of that size, without dynamic shared memory
 * @param occupancy share of the multiprocessor's warps that they fill, 0 to 1
 */
public record KernelReport(String program, String kernel, int architecture, int registers, int spillStoreBytes,
        int spillLoadBytes, int stackBytes, int sharedBytes, int threads, int blocksPerMultiprocessor, double occupancy) {
    private static final List<String> COLUMNS = List.of("program", "kernel", "architecture", "registers",
            "spill_store_bytes", "spill_load_bytes", "stack_bytes", "shared_bytes", "threads", "blocks_per_multiprocessor",
            "occupancy");

    /** Reads a report, as it lies in the jar. */
    static List<KernelReport> parse(List<String> lines) {
        if (lines.isEmpty() || !COLUMNS.equals(Arrays.asList(lines.get(0).split(",")))) {
            throw new IllegalStateException("report.csv: expected the columns " + COLUMNS + ", got "
                    + (lines.isEmpty() ? "an empty file" : lines.get(0)));
        }
        return lines.stream().skip(1).map(line -> parse(line.split(","))).toList();
    }

    private static KernelReport parse(String[] v) {
        int[] n = new int[v.length - 1];
        for (int i = 2; i < n.length; i++) {
            n[i] = Integer.parseInt(v[i]);
        }
        return new KernelReport(v[0], v[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], Double.parseDouble(v[10]));
    }
}
