package dev.gateloom.cuda;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Kernel;
import java.util.Optional;

/**
 * How a sequence kernel runs for a plan, or why it does not.
 *
 * @param kernel as loaded; null if it does not run
 * @param partition of the work; null if it does not run
 * @param obstacle the reason; null if it runs
 */
record SequenceChoice(Kernel kernel, Partition partition, String obstacle) {

    /** The division that was asked for, or the one with the least work in series. */
    static SequenceChoice of(Device device, SequenceKernel kernel, SequenceOptions options, int hiddenSize, int maxBatch) {
        SequenceChoice choice = null;
        for (int rows : options.rows() > 0 ? new int[] {options.rows()} : rows(maxBatch)) {
            Partition partition = options.strategy() == Strategy.A
                    ? Partition.of(kernel, hiddenSize, maxBatch, rows, hiddenSize, maxBatch)
                    : shared(device.properties(), kernel, options, hiddenSize, maxBatch, rows);
            Kernel loaded = kernel.load(device, rows);
            Optional<String> obstacle = partition.obstacle(device, loaded);
            if (obstacle.isEmpty()) {
                return new SequenceChoice(loaded, partition, null);
            }
            choice = new SequenceChoice(null, null, obstacle.get());
        }
        return choice;
    }

    /** Large tiles use each weight oftener; smaller ones leave room for more weights. */
    private static int[] rows(int maxBatch) {
        return maxBatch == 1 ? new int[] {1} : maxBatch <= 4 ? new int[] {4} : new int[] {8, 4};
    }

    /**
     * One block for each multiprocessor at most: more would share its memory. More groups have fewer tiles each, but more
     * units in each block; of equals more groups, since each block then reads fewer states.
     */
    private static Partition shared(DeviceProperties has, SequenceKernel kernel, SequenceOptions options, int hiddenSize,
            int maxBatch, int rows) {
        int tiles = SequenceKernel.ceil(maxBatch, rows);
        if (options.units() > 0) {
            return Partition.of(kernel, hiddenSize, maxBatch, rows, options.units(),
                    options.groups() > 0 ? options.groups() : tiles);
        }
        Partition best = null;
        long least = Long.MAX_VALUE;
        int most = Math.min(options.groups() > 0 ? options.groups() : tiles, has.multiprocessors());
        for (int groups = 1; groups <= Math.min(most, tiles); groups++) {
            int units = units(hiddenSize, has.multiprocessors() / groups);
            Partition partition = Partition.of(kernel, hiddenSize, maxBatch, rows, units, groups);
            long work = (long) SequenceKernel.ceil(tiles, groups) * units;
            boolean fits = partition.sharedBytes() <= has.sharedPerBlockOptin();
            if (best == null || fits && work <= least) {
                best = partition;
                least = fits ? work : least;
            }
        }
        return best;
    }

    /** Of each of so many blocks: whole quads, but no more than there are. */
    private static int units(int hiddenSize, int blocks) {
        return Math.min(SequenceKernel.wholeQuads(SequenceKernel.ceil(hiddenSize, blocks)), hiddenSize);
    }
}
