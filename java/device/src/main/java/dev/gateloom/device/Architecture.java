package dev.gateloom.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one multiprocessor of a compute capability holds, as published: for forecasts without a GPU. A real device is asked
 * itself, see {@link Kernel#occupancy}.
 *
 * @param number major · 10 + minor: 90 for sm_90
 * @param warps resident warps at most
 * @param blocks resident blocks at most
 * @param registers 32-bit registers
 * @param registerUnit registers are given to a warp in multiples of this
 * @param partitions schedulers with registers of their own, over which the warps of all blocks are spread
 * @param sharedBytes shared memory of all resident blocks
 * @param sharedBytesOfBlock most that one block may have, once its kernel's attribute allows it
 * @param sharedBytesReserved what the system takes of each block's share
 * @param sharedUnit shared memory is given to a block in multiples of this
 */
public record Architecture(int number, int warps, int blocks, int registers, int registerUnit, int partitions,
        int sharedBytes, int sharedBytesOfBlock, int sharedBytesReserved, int sharedUnit) {
    /** Threads of a warp. */
    public static final int WARP = 32;
    /** Threads of a block at most. */
    public static final int MAX_THREADS = 1024;
    /** Registers of a thread at most. */
    public static final int MAX_REGISTERS = 255;

    private static final String TABLE = "architectures.csv";
    private static final List<Architecture> ALL = read();

    /**
     * Those that are known.
     *
     * @return ascending
     */
    public static List<Architecture> all() {
        return ALL;
    }

    /**
     * One of them.
     *
     * @param number 90 for sm_90
     * @return its limits
     * @throws IllegalArgumentException if it is not known
     */
    public static Architecture of(int number) {
        return ALL.stream().filter(a -> a.number == number).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("sm_" + number + " is not in " + TABLE + ", which has "
                        + ALL.stream().map(Architecture::toString).collect(Collectors.joining(", "))));
    }

    /**
     * Blocks of a kernel that are resident on a multiprocessor together.
     *
     * @param threads of a block
     * @param registersOfThread as compiled
     * @param sharedBytesOfOne static and dynamic shared memory of a block
     * @return blocks; 0 if not even one fits
     */
    public int residentBlocks(int threads, int registersOfThread, int sharedBytesOfOne) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads of a block: expected 1 to " + MAX_THREADS + ", got " + threads);
        }
        if (registersOfThread > MAX_REGISTERS || sharedBytesOfOne > sharedBytesOfBlock) {
            return 0;
        }
        int warpsOfBlock = (threads + WARP - 1) / WARP;
        int byRegisters = warpsByRegisters(registersOfThread) / warpsOfBlock;
        int byShared = sharedBytes / Math.max(1, roundUp(sharedBytesOfOne + sharedBytesReserved, sharedUnit));
        return Math.min(Math.min(blocks, warps / warpsOfBlock), Math.min(byRegisters, byShared));
    }

    /**
     * Share of the resident warps that a kernel can fill.
     *
     * @param threads of a block
     * @param registersOfThread as compiled
     * @param sharedBytesOfOne static and dynamic shared memory of a block
     * @return 0 to 1
     */
    public double occupancy(int threads, int registersOfThread, int sharedBytesOfOne) {
        int warpsOfBlock = (threads + WARP - 1) / WARP;
        return (double) residentBlocks(threads, registersOfThread, sharedBytesOfOne) * warpsOfBlock / warps;
    }

    /** As the compiler names it. */
    @Override
    public String toString() {
        return "sm_" + number;
    }

    /** A warp's registers come from its own partition, so what is left over in one cannot serve a warp of another. */
    private int warpsByRegisters(int registersOfThread) {
        if (registersOfThread < 1) {
            return warps;
        }
        return registers / partitions / roundUp(registersOfThread * WARP, registerUnit) * partitions;
    }

    private static int roundUp(int value, int unit) {
        return (value + unit - 1) / unit * unit;
    }

    private static List<Architecture> read() {
        List<Architecture> all = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Architecture.class.getResourceAsStream(TABLE), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#") && !line.startsWith("architecture")) {
                    int[] v = Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray();
                    all.add(new Architecture(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + TABLE, e);
        }
        return List.copyOf(all);
    }
}
