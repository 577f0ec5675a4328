package dev.gateloom.cuda;

import static dev.gateloom.cuda.TensorSequence.DEPTH;
import static dev.gateloom.cuda.TensorSequence.FRAGMENT_BYTES;
import static dev.gateloom.cuda.TensorSequence.HELD_WORDS;
import static dev.gateloom.cuda.TensorSequence.OCTET;
import static dev.gateloom.cuda.TensorSequence.PRODUCT;
import static dev.gateloom.cuda.TensorSequence.ROWS;
import static dev.gateloom.cuda.TensorSequence.WARP;
import static dev.gateloom.cuda.TensorSequence.WARPS;
import static dev.gateloom.cuda.TensorSequence.X_PAD;
import static dev.gateloom.cuda.TensorSequence.ceil;

import dev.gateloom.cuda.planner.Costs;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;

/**
 * A sequence kernel in 16 bits whose blocks hand each other partial sums on the way back: what {@code sequence_sums.cuh} holds.
 *
 * @param gathered the same by gathered gradients
 */
record SummedSequence(TensorSequence gathered) implements SequenceLayout {
    private static final int STRIP_UNITS = 2 * OCTET;
    /** Of two products, each of 16 units. */
    private static final int HELD = HELD_WORDS / (4 * DEPTH);
    private static final int VECTOR_BYTES = 4 * Float.BYTES;

    @Override
    public Exchange exchange() {
        return Exchange.PARTIAL_SUMS;
    }

    @Override
    public Kernel load(Device device, int rows) {
        return gathered.load(device, "_sums", rows);
    }

    @Override
    public int[] rows(int maxBatch) {
        return gathered.rows(maxBatch);
    }

    @Override
    public int wholeUnits(int units) {
        return width(units);
    }

    @Override
    public int cluster() {
        return 0;
    }

    @Override
    public int threads(int hiddenSize, int units) {
        if (units >= hiddenSize) {
            throw new IllegalArgumentException("units: expected fewer than H = " + hiddenSize + ", as blocks hand sums to others, got "
                    + units);
        }
        return gathered.threads(hiddenSize, units);
    }

    @Override
    public long sharedBytes(int hiddenSize, int rows, int units, int tiles) {
        long others = WARPS * Math.max(0, run(hiddenSize, units) - HELD) * DEPTH * FRAGMENT_BYTES;
        long sums = Math.max(WARPS * WARP, vectors(units)) * VECTOR_BYTES;
        long x = rows * (steps(units) * DEPTH * PRODUCT + X_PAD) * Short.BYTES;
        long own = (long) gathered.kernel().states() * tiles * rows * width(units);
        long lengths = (long) tiles * rows + tiles + 1;
        return others + sums + x + (own + lengths) * Float.BYTES;
    }

    /** The loop of {@code sequence_sums.cuh}. */
    @Override
    public KernelLayout layout(Strategy strategy, int hiddenSize, int maxBatch, int rows, int units, int mostGroups) {
        Partition partition = Partition.of(this, hiddenSize, maxBatch, rows, units, mostGroups);
        int tiles = SequenceKernel.ceil(partition.tiles(maxBatch), partition.groups());
        long pieces = strips(hiddenSize) * steps(units);
        long run = run(hiddenSize, units);
        long held = Math.min(run, HELD);
        long inShared = WARPS * (run - held) * DEPTH * FRAGMENT_BYTES;
        long received = partition.parts() * vectors(units) * VECTOR_BYTES;
        long written = strips(hiddenSize) * STRIP_UNITS * ROWS * Float.BYTES;
        // Fragments that are not held; x by each piece, and as it comes; slices of what was added, there and back.
        double traffic = inShared + pieces * DEPTH * PRODUCT * rows * Short.BYTES + steps(units) * DEPTH * PRODUCT * rows * Short.BYTES
                + 2.0 * Math.max(WARPS * WARP, vectors(units)) * VECTOR_BYTES;
        return new KernelLayout(strategy, exchange(), rows, units, partition.groups(), 1, partition.parts(), tiles, 1, partition.threads(),
                WARPS * held * DEPTH * FRAGMENT_BYTES, inShared, partition.sharedBytes(), received, written,
                2.0 * pieces * DEPTH * STRIP_UNITS * ROWS * PRODUCT, run * DEPTH * Costs.MMA_LATENCY, traffic, 4);
    }

    /** Two slots of fp32, for whole tiles and strips. */
    @Override
    public long handedWords(int hiddenSize, int batch, int parts) {
        return 2L * parts * ceil(batch, ROWS) * ROWS * strips(hiddenSize) * STRIP_UNITS;
    }

    /** Of the sums. */
    private static long strips(int hiddenSize) {
        return ceil(hiddenSize, STRIP_UNITS);
    }

    /** Pieces of a strip. */
    private long steps(int units) {
        return ceil((long) gathered.kernel().handedValues() * width(units), DEPTH * PRODUCT);
    }

    /** Pieces of a warp: of whole strips. */
    private long run(int hiddenSize, int units) {
        return ceil(strips(hiddenSize), WARPS) * steps(units);
    }

    private static int width(int units) {
        return SequenceKernel.ceil(units, OCTET) * OCTET;
    }

    /** Of four rows, for all units of a block. */
    private static long vectors(int units) {
        return (long) width(units) * ROWS * Float.BYTES / VECTOR_BYTES;
    }
}
