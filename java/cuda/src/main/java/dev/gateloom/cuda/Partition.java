package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Kernel;
import java.util.Optional;

/**
 * How a sequence kernel divides a layer: tiles of sequences among groups, units among the blocks of a group. See
 * {@code sequence.cuh}.
 *
 * @param rows of a tile
 * @param units of a block
 * @param parts blocks of a group: together they have all units
 * @param groups at most; fewer if a batch has fewer tiles
 * @param threads of a block
 * @param sharedBytes of a block, for the largest batch
 * @param cluster whether the blocks of a group are a cluster: they may have no units
 * @param directions of the layer that a launch has at most: each has blocks of its own
 */
record Partition(int rows, int units, int parts, int groups, int threads, int sharedBytes, boolean cluster, int directions) {

    /** Of so many units and groups, for batches up to a size and one direction. */
    static Partition of(SequenceLayout kernel, int hiddenSize, int maxBatch, int rows, int units, int groups) {
        int tiles = SequenceKernel.ceil(maxBatch, rows);
        int most = Math.min(groups, tiles);
        long bytes = kernel.sharedBytes(hiddenSize, rows, units, SequenceKernel.ceil(tiles, most));
        boolean cluster = kernel.cluster() > 0;
        int parts = cluster ? kernel.cluster() : SequenceKernel.ceil(hiddenSize, units);
        return new Partition(rows, units, parts, most, kernel.threads(hiddenSize, units),
                (int) Math.min(bytes, Integer.MAX_VALUE), cluster, 1);
    }

    /** The same for each of so many directions in one launch. */
    Partition directions(int inOneLaunch) {
        return new Partition(rows, units, parts, groups, threads, sharedBytes, cluster, inOneLaunch);
    }

    /** Whether blocks wait for each other through device memory, so that all must be resident. */
    boolean cooperative() {
        return parts > 1 && !cluster;
    }

    /** Tiles of a batch. */
    int tiles(int batch) {
        return SequenceKernel.ceil(batch, rows);
    }

    /** Groups that a batch keeps busy. */
    int groups(int batch) {
        return Math.min(groups, tiles(batch));
    }

    /** Why a device cannot run it; empty if it can. Asks for what the kernel needs. */
    Optional<String> obstacle(Device device, Kernel kernel) {
        DeviceProperties has = device.properties();
        if (cluster && !has.clusters()) {
            return Optional.of("the device has no clusters of blocks, as those of compute capability 9.0 or later have");
        }
        if (sharedBytes > has.sharedPerBlockOptin()) {
            return Optional.of("a block needs " + sharedBytes + " bytes of shared memory, the device has "
                    + has.sharedPerBlockOptin());
        }
        if (cooperative() && !has.cooperative()) {
            return Optional.of("the device has no cooperative launches");
        }
        if (sharedBytes > has.sharedPerBlock()) {
            kernel.allowSharedBytes(sharedBytes);
        }
        long resident = (long) kernel.occupancy(threads, sharedBytes) * has.multiprocessors();
        long needed = cooperative() ? (long) parts * groups * directions : cluster ? parts : 1;
        return needed <= resident ? Optional.empty()
                : Optional.of(needed + " blocks of " + this + " must run at once, " + resident + " fit");
    }

    @Override
    public String toString() {
        return parts + " x " + groups + (cluster ? " blocks, in clusters, of " : " blocks of ") + units + " units, " + (directions > 1 ? "both directions at once, " : "")
                + "tiles of " + rows + " rows, " + threads
                + " threads, " + sharedBytes + " bytes of shared memory";
    }
}
