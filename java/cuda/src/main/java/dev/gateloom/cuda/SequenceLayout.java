package dev.gateloom.cuda;

import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;

/** A sequence kernel of a precision: what its blocks hold. */
interface SequenceLayout {

    /** What its blocks tell each other. */
    Exchange exchange();

    /** The kernel for tiles of so many rows. */
    Kernel load(Device device, int rows);

    /** Rows of a tile to try for a batch, the best first. */
    int[] rows(int maxBatch);

    /** At least so many units, as many as a block makes at once. */
    int wholeUnits(int units);

    /** Blocks that form a cluster and share W_hh; 0 if any number may, as a grid. */
    int cluster();

    /** Threads of a block. */
    int threads(int hiddenSize, int units);

    /**
     * Dynamic shared memory of a block, in bytes.
     *
     * @param tiles the most that a group has
     */
    long sharedBytes(int hiddenSize, int rows, int units, int tiles);

    /** What its blocks hold and do, divided like that: what the planner prices. */
    KernelLayout layout(Strategy strategy, int hiddenSize, int maxBatch, int rows, int units, int mostGroups);

    /** 32-bit words of device memory through which so many blocks of a group hand over, beside the tensors; 0 for none. */
    long handedWords(int hiddenSize, int batch, int parts);
}
