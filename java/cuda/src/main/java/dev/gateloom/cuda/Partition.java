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
 */
record Partition(int rows, int units, int parts, int groups, int threads, int sharedBytes) {

    /** Of so many units and groups, for batches up to a size. */
    static Partition of(SequenceKernel kernel, int hiddenSize, int maxBatch, int rows, int units, int groups) {
        int tiles = SequenceKernel.ceil(maxBatch, rows);
        int most = Math.min(groups, tiles);
        long bytes = kernel.sharedBytes(hiddenSize, rows, units, SequenceKernel.ceil(tiles, most));
        return new Partition(rows, units, SequenceKernel.ceil(hiddenSize, units), most, kernel.threads(hiddenSize, units),
                (int) Math.min(bytes, Integer.MAX_VALUE));
    }

    /** Whether blocks wait for each other. */
    boolean cooperative() {
        return parts > 1;
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
        long needed = cooperative() ? (long) parts * groups : 1;
        return needed <= resident ? Optional.empty()
                : Optional.of(needed + " blocks of " + this + " must run at once, " + resident + " fit");
    }

    @Override
    public String toString() {
        return parts + " x " + groups + " blocks of " + units + " units, tiles of " + rows + " rows, " + threads
                + " threads, " + sharedBytes + " bytes of shared memory";
    }
}
