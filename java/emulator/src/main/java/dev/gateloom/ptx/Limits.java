package dev.gateloom.ptx;

import dev.gateloom.device.DeviceProperties;
import java.util.Map;
import java.util.TreeMap;

/**
 * Limits of an architecture (CUDA C++ Programming Guide, "Compute Capabilities", table of technical specifications).
 *
 * @param threads of a multiprocessor
 * @param blocks of a multiprocessor
 * @param shared bytes of a multiprocessor
 * @param sharedOptin bytes a block may have once a kernel's attribute allows it
 * @param sharedReserved bytes that the system takes of each block's share
 */
record Limits(int threads, int blocks, int shared, int sharedOptin, int sharedReserved) {
    static final int THREADS_PER_BLOCK = 1024;
    static final int SHARED_PER_BLOCK = 48 << 10;
    static final int REGISTERS = 64 << 10;
    private static final int MAX_Z = 64;

    private static final Map<Integer, Limits> KNOWN = new TreeMap<>(Map.of(
            75, new Limits(1024, 16, 64 << 10, 64 << 10, 0),
            80, new Limits(2048, 32, 164 << 10, 163 << 10, 1024),
            86, new Limits(1536, 16, 100 << 10, 99 << 10, 1024),
            89, new Limits(1536, 24, 100 << 10, 99 << 10, 1024),
            90, new Limits(2048, 32, 228 << 10, 227 << 10, 1024),
            100, new Limits(2048, 32, 228 << 10, 227 << 10, 1024),
            120, new Limits(1536, 24, 100 << 10, 99 << 10, 1024)));

    static Limits of(int architecture) {
        Limits limits = KNOWN.get(architecture);
        if (limits == null) {
            throw new IllegalArgumentException("architecture " + architecture + " is not known, expected one of "
                    + KNOWN.keySet());
        }
        return limits;
    }

    static DeviceProperties properties(EmulatorOptions options) {
        Limits limits = of(options.architecture());
        return new DeviceProperties(options.architecture(), options.multiprocessors(), SHARED_PER_BLOCK,
                limits.sharedOptin, limits.shared, REGISTERS, limits.threads, limits.blocks, true, false,
                options.memory());
    }

    /** Whether a block may have this shape. */
    static boolean allows(int x, int y, int z) {
        return x >= 1 && y >= 1 && z >= 1 && z <= MAX_Z && (long) x * y * z <= THREADS_PER_BLOCK;
    }
}
