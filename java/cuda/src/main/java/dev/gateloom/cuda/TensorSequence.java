package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.cuda.planner.Costs;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;

/**
 * A sequence kernel in 16 bits: what {@code sequence_mma.cuh} holds.
 *
 * @param kernel the cell and the pass
 * @param precision of the products
 * @param clusters whether blocks exchange in clusters: strategy B
 */
record TensorSequence(SequenceKernel kernel, Precision precision, boolean clusters) implements SequenceLayout {
    static final int ROWS = 8;
    static final int OCTET = 8;
    static final int WARP = 32;
    static final int WARPS = 8;
    /** k of a product, and of a piece: so many products one after the other. */
    static final int PRODUCT = 16;
    static final int DEPTH = 2;
    static final int FRAGMENT_BYTES = WARP * 16;
    /** Registers of a thread for pieces; a fragment takes four. */
    static final int HELD_WORDS = 128;
    static final int X_PAD = 8;

    @Override
    public Exchange exchange() {
        return kernel.exchange();
    }

    @Override
    public Kernel load(Device device, int rows) {
        return load(device, clusters ? "_cluster" : "", rows);
    }

    Kernel load(Device device, String kind, int rows) {
        if (rows != ROWS) {
            throw new IllegalArgumentException("rows: expected " + ROWS + ", which tensor cores take at once, got " + rows);
        }
        return device.kernel(Programs.sequence(kernel.cell(), precision), kernel.programName() + kind + Programs.suffix(precision));
    }

    @Override
    public int[] rows(int maxBatch) {
        return new int[] {ROWS};
    }

    @Override
    public int wholeUnits(int units) {
        return SequenceKernel.ceil(units, stripUnits()) * stripUnits();
    }

    @Override
    public int cluster() {
        return clusters ? ClusterSequence.BLOCKS : 0;
    }

    @Override
    public int threads(int hiddenSize, int units) {
        if (units < hiddenSize && units % OCTET != 0) {
            throw new IllegalArgumentException("units: expected a multiple of " + OCTET + ", or all of H, got " + units);
        }
        return WARPS * WARP;
    }

    @Override
    public long sharedBytes(int hiddenSize, int rows, int units, int tiles) {
        long strips = SequenceKernel.ceil(units, stripUnits());
        long steps = ceil(handed(hiddenSize), PRODUCT * DEPTH);
        long run = ceil(strips * steps, WARPS);
        long products = kernel.sums() * octets() / 2;
        long fragments = products * DEPTH;
        long others = WARPS * Math.max(0, run - HELD_WORDS / (4 * fragments)) * fragments * FRAGMENT_BYTES;
        long x = (clusters || units >= hiddenSize ? 2 : 1) * rows * (steps * PRODUCT * DEPTH + X_PAD) * Short.BYTES;
        long sums = (strips + WARPS - 1) * 2 * products * OCTET * rows;
        long own = (long) kernel.states() * tiles * rows + kernel.constants();
        long lengths = (long) tiles * rows + tiles + 1;
        return others + x + (sums + own * strips * stripUnits() + 2 * strips + lengths) * Float.BYTES;
    }

    /** The loops of {@code sequence_mma.cuh}. */
    @Override
    public KernelLayout layout(Strategy strategy, int hiddenSize, int maxBatch, int rows, int units, int mostGroups) {
        Partition partition = Partition.of(this, hiddenSize, maxBatch, rows, units, mostGroups);
        int tiles = SequenceKernel.ceil(partition.tiles(maxBatch), partition.groups());
        long strips = SequenceKernel.ceil(units, stripUnits());
        long pieces = strips * ceil(handed(hiddenSize), PRODUCT * DEPTH);
        long run = ceil(pieces, WARPS);                                 // of a warp
        long products = (long) kernel.sums() * octets() / 2;
        long fragments = products * DEPTH;                              // of a piece
        long held = Math.min(run, HELD_WORDS / (4 * fragments));
        long inRegisters = WARPS * held * fragments * FRAGMENT_BYTES;
        long inShared = WARPS * (run - held) * fragments * FRAGMENT_BYTES;
        long valid = Math.min(rows, maxBatch);                         // rows that exist
        long received = partition.parts() == 1 ? 0 : valid * handed(hiddenSize) * Short.BYTES;
        long written = partition.cooperative() ? valid * units * kernel.handedValues() * Short.BYTES : 0;
        // Fragments that are not held; x by each piece; sums of warps and strips, there and back; what comes in.
        double traffic = inShared + pieces * DEPTH * PRODUCT * rows * Short.BYTES
                + 2.0 * (strips + WARPS - 1) * 2 * products * OCTET * rows * Float.BYTES + received;
        int barriers = 2 + (partition.parts() > 1 ? 1 : 0) + (partition.cooperative() ? 1 : 0);
        return new KernelLayout(strategy, exchange(), rows, units, partition.groups(), 1, partition.parts(), tiles,
                (int) Math.min(WARPS, pieces), partition.threads(), inRegisters, inShared, partition.sharedBytes(), received, written, 2.0 * pieces * fragments * 16 * OCTET * PRODUCT, run * DEPTH * Costs.MMA_LATENCY, traffic,
                barriers);
    }

    @Override
    public long handedWords(int hiddenSize, int batch, int parts) {
        return clusters ? 0 : batch * handed(hiddenSize);   // two slots of 16 bits
    }

    /** Values that a row hands over. */
    private long handed(int hiddenSize) {
        return (long) kernel.handedValues() * RoundedRows.stride(hiddenSize);
    }

    private int octets() {
        return kernel.sums() % 2 == 0 ? 1 : 2;
    }

    private int stripUnits() {
        return octets() * OCTET;
    }

    static long ceil(long items, int per) {
        return (items + per - 1) / per;
    }
}
