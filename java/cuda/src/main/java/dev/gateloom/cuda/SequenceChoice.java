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
    static SequenceChoice of(Device device, SequenceLayout kernel, SequenceOptions options, int hiddenSize, int maxBatch) {
        SequenceChoice choice = null;
        for (int rows : options.rows() > 0 ? new int[] {options.rows()} : kernel.rows(maxBatch)) {
            Partition partition = switch (options.strategy()) {
                case A -> Partition.of(kernel, hiddenSize, maxBatch, rows, hiddenSize, maxBatch);
                case B -> Partition.of(kernel, hiddenSize, maxBatch, rows, units(kernel, hiddenSize, kernel.cluster()), maxBatch);
                default -> shared(device.properties(), kernel, options, hiddenSize, maxBatch, rows);
            };
            Kernel loaded = kernel.load(device, rows);
            Optional<String> obstacle = partition.obstacle(device, loaded);
            if (obstacle.isEmpty()) {
                return new SequenceChoice(loaded, partition, null);
            }
            choice = new SequenceChoice(null, null, obstacle.get());
        }
        return choice;
    }

    /**
     * One block for each multiprocessor at most: more would share its memory. More groups have fewer tiles each, but more
     * units in each block; of equals more groups, since each block then reads fewer states.
     */
    private static Partition shared(DeviceProperties has, SequenceLayout kernel, SequenceOptions options, int hiddenSize,
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
            int units = units(kernel, hiddenSize, has.multiprocessors() / groups);
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

    /** Of each of so many blocks: as many as it makes at once, but no more than there are. */
    private static int units(SequenceLayout kernel, int hiddenSize, int blocks) {
        return Math.min(kernel.wholeUnits(SequenceKernel.ceil(hiddenSize, blocks)), hiddenSize);
    }
}
