package dev.gateloom.ptx;

import dev.gateloom.device.Architecture;
import dev.gateloom.device.DeviceProperties;

/** Limits that are the same for all architectures, beside those that {@link Architecture} tells. */
final class Limits {
    static final int SHARED_PER_BLOCK = 48 << 10;
    /** Blocks of a cluster at most; more than 8 need an attribute, which a real device sets for kernels that ask for it. */
    static final int BLOCKS_PER_CLUSTER = 16;
    private static final int MAX_Z = 64;
    private static final int FIRST_WITH_CLUSTERS = 90;

    private Limits() {
    }

    static DeviceProperties properties(EmulatorOptions options) {
        Architecture limits = Architecture.of(options.architecture());
        return new DeviceProperties(options.architecture(), options.multiprocessors(), SHARED_PER_BLOCK,
                limits.sharedBytesOfBlock(), limits.sharedBytes(), limits.registers(), limits.warps() * Architecture.WARP,
                limits.blocks(), true, options.architecture() >= FIRST_WITH_CLUSTERS, 0, options.memory());
    }

    /** Whether a block may have this shape. */
    static boolean allows(int x, int y, int z) {
        return x >= 1 && y >= 1 && z >= 1 && z <= MAX_Z && (long) x * y * z <= Architecture.MAX_THREADS;
    }
}
