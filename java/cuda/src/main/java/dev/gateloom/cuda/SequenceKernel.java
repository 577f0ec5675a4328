package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Program;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The kernels that run all steps in one launch, and the constants of their cells, which decide what a block holds: in fp32, or
 * {@link #in} another precision or strategy.
 */
enum SequenceKernel implements SequenceLayout {
    /** {@code lstm_sequence_forward.cu}. */
    LSTM_FORWARD(CellType.LSTM, Phase.FORWARD, Programs.LSTM_SEQUENCE_FORWARD, 4, 8, 4, 1, 2, 0),
    /** {@code lstm_sequence_backward.cu}. */
    LSTM_BACKWARD(CellType.LSTM, Phase.BACKWARD, Programs.LSTM_SEQUENCE_BACKWARD, 4, 32, 1, 4, 3, 0),
    /** {@code gru_sequence_forward.cu}. */
    GRU_FORWARD(CellType.GRU, Phase.FORWARD, Programs.GRU_SEQUENCE_FORWARD, 3, 8, 3, 1, 1, 3),
    /** {@code gru_sequence_backward.cu}. */
    GRU_BACKWARD(CellType.GRU, Phase.BACKWARD, Programs.GRU_SEQUENCE_BACKWARD, 4, 32, 1, 3, 1, 0),
    /** {@code rnn_sequence_forward.cu}, of tanh and ReLU, which is an argument: strategy A alone. */
    RNN_FORWARD(CellType.RNN_TANH, Phase.FORWARD, Programs.RNN_SEQUENCE_FORWARD, 4, 32, 1, 1, 1, 0),
    /** {@code rnn_sequence_backward.cu}, likewise. */
    RNN_BACKWARD(CellType.RNN_TANH, Phase.BACKWARD, Programs.RNN_SEQUENCE_BACKWARD, 4, 32, 1, 1, 1, 0);

    private static final int WARP = 32;
    /** Units that a warp makes at once. */
    private static final int QUAD = 4;
    private static final int MOST_WARPS = 8;
    private static final int VECTOR = 4;
    private static final int STRIDE_PAD = 4;
    /** What a load of four floats by each lane takes of shared memory, and a shuffle of one. */
    private static final int LOAD_BYTES = WARP * VECTOR * Float.BYTES;
    private static final int SHUFFLE_BYTES = WARP * Float.BYTES;

    private final CellType cell;
    private final Phase phase;
    private final Program program;
    private final int columns;
    private final int slices;
    private final int sums;
    private final int values;
    private final int states;
    private final int constants;

    SequenceKernel(CellType cell, Phase phase, Program program, int columns, int slices, int sums, int values, int states,
            int constants) {
        this.cell = cell;
        this.phase = phase;
        this.program = program;
        this.columns = columns;
        this.slices = slices;
        this.sums = sums;
        this.values = values;
        this.states = states;
        this.constants = constants;
    }

    /** The kernels of a strategy and a precision: first the one that gathers. Empty if there are none. */
    static List<SequenceLayout> of(Strategy strategy, CellType cell, Precision precision, Phase phase) {
        CellType family = cell == CellType.RNN_RELU ? CellType.RNN_TANH : cell;
        return Arrays.stream(values()).filter(kernel -> kernel.cell == family && kernel.phase == phase)
                .flatMap(kernel -> Stream.of(kernel.in(strategy, precision), kernel.summed(strategy, precision)))
                .filter(Objects::nonNull).toList();
    }

    /** Of the plain RNNs the one with tanh. */
    CellType cell() {
        return cell;
    }

    Phase phase() {
        return phase;
    }

    /** Of the products that a cell needs. */
    int sums() {
        return sums;
    }

    /** That a unit hands over in each step. */
    int handedValues() {
        return values;
    }

    int states() {
        return states;
    }

    int constants() {
        return constants;
    }

    String programName() {
        return program.name();
    }

    /** The kernel that hands out partial sums, if they are asked for, else the one that gathers; null if there is none. */
    SequenceLayout in(Strategy strategy, Precision precision, Exchange exchange) {
        return exchange == Exchange.PARTIAL_SUMS ? summed(strategy, precision) : in(strategy, precision);
    }

    /** The one that gathers. */
    SequenceLayout in(Strategy strategy, Precision precision) {
        if (cell == CellType.RNN_TANH && strategy != Strategy.A) {
            return null;
        }
        return switch (precision) {
            case FP32 -> strategy == Strategy.B ? new ClusterSequence(this) : this;
            case BF16, FP16 -> new TensorSequence(this, precision, strategy == Strategy.B);
            default -> null;
        };
    }

    /** The one whose blocks hand each other partial sums: backward, in a grid, in 16 bits. */
    private SequenceLayout summed(Strategy strategy, Precision precision) {
        boolean there = strategy == Strategy.C && phase == Phase.BACKWARD && cell != CellType.RNN_TANH
                && (precision == Precision.BF16 || precision == Precision.FP16);
        return there ? new SummedSequence(new TensorSequence(this, precision, false)) : null;
    }

    @Override
    public Exchange exchange() {
        return phase == Phase.FORWARD ? Exchange.HIDDEN_STATE : Exchange.GATE_GRADIENTS;
    }

    @Override
    public Kernel load(Device device, int rows) {
        return load(device, "", rows);
    }

    Kernel load(Device device, String kind, int rows) {
        return device.kernel(program, program.name() + kind + "_" + rows);
    }

    /** Large tiles use each weight oftener; smaller ones leave room for more weights. */
    @Override
    public int[] rows(int maxBatch) {
        return maxBatch == 1 ? new int[] {1} : maxBatch <= 4 ? new int[] {4} : new int[] {8, 4};
    }

    /** In whole quads. */
    @Override
    public int wholeUnits(int units) {
        return ceil(units, QUAD) * QUAD;
    }

    /** A warp for each four units, several if there are few, as far as there is k to share. */
    @Override
    public int threads(int hiddenSize, int units) {
        int quads = ceil(units, QUAD);
        return WARP * (quads >= MOST_WARPS ? MOST_WARPS : quads * shares(hiddenSize, quads));
    }

    /** As {@code sequence.cuh} lays it out. */
    @Override
    public long sharedBytes(int hiddenSize, int rows, int units, int tiles) {
        return sharedBytes(hiddenSize, rows, units, tiles, units >= hiddenSize ? 2 : 1);
    }

    long sharedBytes(int hiddenSize, int rows, int units, int tiles, int buffers) {
        int quads = ceil(units, QUAD);
        long steps = steps(hiddenSize);
        long weights = quads * steps * columns * WARP * VECTOR;
        long gathered = (long) buffers * rows * (steps * VECTOR * slices + STRIDE_PAD);
        long own = ((long) states * tiles + constants + (shares(hiddenSize, quads) - 1L) * sums) * quads * WARP;
        long lengths = (long) tiles * rows + tiles + 1;
        return (weights + gathered + own + lengths) * Float.BYTES;
    }

    @Override
    public int cluster() {
        return 0;
    }

    /** None: they hand over h, or the gradients, where these are kept. */
    @Override
    public long handedWords(int hiddenSize, int batch, int parts) {
        return 0;
    }

    @Override
    public KernelLayout layout(Strategy strategy, int hiddenSize, int maxBatch, int rows, int units, int mostGroups) {
        return layout(Partition.of(this, hiddenSize, maxBatch, rows, units, mostGroups), strategy, hiddenSize, maxBatch);
    }

    /** The loops of {@code sequence.cuh} and {@code slice.cuh}. */
    KernelLayout layout(Partition partition, Strategy strategy, int hiddenSize, int maxBatch) {
        int rows = partition.rows();
        int units = partition.units();
        int tiles = ceil(partition.tiles(maxBatch), partition.groups());
        int quads = ceil(units, QUAD);
        int shares = shares(hiddenSize, quads);
        long steps = steps(hiddenSize);
        boolean alone = partition.parts() == 1 && tiles == 1;
        long products = (long) rows * columns * VECTOR;                 // of a lane in each of its steps
        long gathered = alone ? 0 : (long) Math.min(rows, maxBatch) * values * hiddenSize * Float.BYTES;  // of rows that exist
        long weights = quads * steps * columns * LOAD_BYTES;
        // Weights and x in each step; sums by halves, then those of other warps, there and back; what is gathered.
        double traffic = weights + (double) quads * steps * rows * LOAD_BYTES + (double) quads * shares * shuffles(rows) * SHUFFLE_BYTES
                + 2.0 * (shares - 1) * quads * sums * SHUFFLE_BYTES + gathered;
        long issued = products * ceil((int) steps, shares) * ceil(quads, MOST_WARPS);
        int barriers = 1 + (alone ? 0 : 1) + (partition.parts() > 1 ? 1 : 0) + (shares > 1 ? 1 : 0);
        return new KernelLayout(strategy, exchange(), rows, units, partition.groups(),
                1, partition.parts(), tiles, shares, partition.threads(), 0, weights, partition.sharedBytes(), gathered, 0,
                2.0 * WARP * quads * steps * products, issued, traffic, barriers);
    }

    /** Of a warp: halves of the rows as long as there are any, then of the columns that are units. */
    private int shuffles(int rows) {
        return columns * (Math.max(1, rows / 2) + Math.max(1, rows / 4) + Math.max(1, rows / 8)) + (slices == WARP ? QUAD - 1 : 0);
    }

    /** Warps of a quad. */
    private int shares(int hiddenSize, int quads) {
        return (int) Math.max(1, Math.min(MOST_WARPS / quads, steps(hiddenSize)));
    }

    /** Of a warp, over all k. */
    private long steps(int hiddenSize) {
        long step = VECTOR * slices;
        return ((long) values * hiddenSize + step - 1) / step;
    }

    static int ceil(int items, int per) {
        return (items - 1) / per + 1;
    }
}
