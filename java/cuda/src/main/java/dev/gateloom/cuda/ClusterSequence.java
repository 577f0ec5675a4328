package dev.gateloom.cuda;

import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;

/**
 * A sequence kernel in fp32 whose blocks exchange in clusters: strategy B. A block holds what one of a grid does, and x twice.
 *
 * @param kernel the same in a grid
 */
record ClusterSequence(SequenceKernel kernel) implements SequenceLayout {
    /** Blocks of a cluster: {@code cluster.cuh}. */
    static final int BLOCKS = 8;

    @Override
    public Exchange exchange() {
        return kernel.exchange();
    }

    @Override
    public Kernel load(Device device, int rows) {
        return kernel.load(device, "_cluster", rows);
    }

    @Override
    public int[] rows(int maxBatch) {
        return kernel.rows(maxBatch);
    }

    @Override
    public int wholeUnits(int units) {
        return kernel.wholeUnits(units);
    }

    @Override
    public int cluster() {
        return BLOCKS;
    }

    @Override
    public int threads(int hiddenSize, int units) {
        return kernel.threads(hiddenSize, units);
    }

    @Override
    public long sharedBytes(int hiddenSize, int rows, int units, int tiles) {
        return kernel.sharedBytes(hiddenSize, rows, units, tiles, 2);
    }

    @Override
    public long handedWords(int hiddenSize, int batch, int parts) {
        return 0;
    }

    @Override
    public KernelLayout layout(Strategy strategy, int hiddenSize, int maxBatch, int rows, int units, int mostGroups) {
        return kernel.layout(Partition.of(this, hiddenSize, maxBatch, rows, units, mostGroups), strategy, hiddenSize, maxBatch);
    }
}
