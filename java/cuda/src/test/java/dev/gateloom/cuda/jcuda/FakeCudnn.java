package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.NativeMemory.getInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.putInt;
import static dev.gateloom.cuda.jcuda.NativeMemory.putLong;
import static dev.gateloom.cuda.jcuda.Refusal.unless;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Plays cuDNN 9 for the tests, above a played driver, as far as engine {@code cudnn} uses it: checks arguments by cuDNN's
 * documentation and by what the real one answered without a GPU, refuses what the engine has no reason to ask for, and hands the
 * passes to {@link FakePasses}. It computes at once, which cuDNN may; a pass on a captured stream becomes a part of the graph, and
 * computes when that runs.
 */
final class FakeCudnn {
    static final int BAD_PARAM = 2000;
    static final int NOT_SUPPORTED = 3000;
    /** What cuDNN 9.5 takes: it said so. */
    private static final int MOST_STEPS = 65_535;
    private static final int LSTM = 2;
    private static final int STATE_RANK = 3;
    private static final int PROPAGATE_NAN = 1;
    private static final String HANDLE = "cuDNN handle";
    private static final String TENSOR = "tensor descriptor";
    private static final String DROPOUT = "dropout descriptor";
    private static final String RNN = "RNN descriptor";
    private static final String DATA = "RNN data descriptor";

    private final FakeDriver driver;
    private final FakePasses passes = new FakePasses();

    private static final class Queue {
        private long stream;
    }

    private static final class Dropout {
        private boolean set;
    }

    static final class Tensor {
        int type;
        int[] sizes = {};
    }

    static final class Sequences {
        int type;
        int steps;
        int batch;
        int width;
        int[] lengths = {};
        /** What is written past a sequence's end. */
        float padding;

        int size() {
            return steps * batch * width;
        }

        /** A graph keeps what was described when it was captured. */
        Sequences copy() {
            Sequences copy = new Sequences();
            copy.type = type;
            copy.steps = steps;
            copy.batch = batch;
            copy.width = width;
            copy.lengths = lengths.clone();
            copy.padding = padding;
            return copy;
        }
    }

    FakeCudnn(FakeDriver driver) {
        this.driver = driver;
    }

    /** Whether a function needs no GPU. */
    static boolean isDescription(String function) {
        return function.startsWith("cudnn") && function.endsWith("Descriptor") && !function.equals("cudnnSetDropoutDescriptor")
                || function.equals("cudnnRNNSetClip");
    }

    void describe(String function, long[] a) {
        switch (function) {
            case "cudnnCreateTensorDescriptor" -> putLong(a[0], driver.handles().enter(TENSOR, null, new Tensor()));
            case "cudnnDestroyTensorDescriptor" -> destroy(TENSOR, a[0]);
            case "cudnnSetTensorNdDescriptor" -> setTensor(tensor(a[0]), a);
            case "cudnnGetTensorNdDescriptor" -> getTensor(tensor(a[0]), a);
            case "cudnnCreateDropoutDescriptor" -> putLong(a[0], driver.handles().enter(DROPOUT, null, new Dropout()));
            case "cudnnDestroyDropoutDescriptor" -> destroy(DROPOUT, a[0]);
            case "cudnnCreateRNNDescriptor" -> putLong(a[0], driver.handles().enter(RNN, null, new FakeRnn()));
            case "cudnnDestroyRNNDescriptor" -> destroy(RNN, a[0]);
            case "cudnnSetRNNDescriptor" -> setRnn(description(RNN, FakeRnn.class, a[0]), a);
            case "cudnnCreateRNNDataDescriptor" -> putLong(a[0], driver.handles().enter(DATA, null, new Sequences()));
            case "cudnnDestroyRNNDataDescriptor" -> destroy(DATA, a[0]);
            case "cudnnSetRNNDataDescriptor" -> setSequences(sequences(a[0]), a);
            case "cudnnRNNSetClip" -> setClip(rnn(a[0]), a);
            default -> throw new Refusal(NOT_SUPPORTED, "not played by this cuDNN");
        }
    }

    /** With the context of the handle, which must be current. */
    void run(String function, long[] a) {
        if (function.equals("cudnnCreate")) {
            putLong(a[0], driver.handles().enter(HANDLE, driver.context(), new Queue()));
            return;
        }
        if (function.equals("cudnnSetDropoutDescriptor")) {
            queue(a[1]);
            check(Float.intBitsToFloat((int) a[2]) == 0 && a[3] == 0 && a[4] == 0, "dropout of its own");
            description(DROPOUT, Dropout.class, a[0]).set = true;
            return;
        }
        Queue queue = queue(a[0]);
        switch (function) {
            case "cudnnDestroy" -> driver.handles().leave(a[0]);
            case "cudnnSetStream" -> {
                driver.stream(a[1]);
                queue.stream = a[1];
            }
            case "cudnnBuildRNNDynamic" -> {
                check(rnn(a[1]).algorithm == FakeRnn.PERSIST_DYNAMIC && (int) a[2] > 0, "algorithm or batch");
                rnn(a[1]).builtBatch = (int) a[2];
            }
            case "cudnnGetRNNWeightSpaceSize" -> putLong(a[2], weightBytes(rnn(a[1])));
            case "cudnnGetRNNWeightParams" -> place(rnn(a[1]), a);
            case "cudnnGetRNNTempSpaceSizes" -> {
                FakeRnn rnn = rnn(a[1]);
                Sequences x = input(rnn, a[3]);
                putLong(a[4], FakePasses.workBytes(rnn, x));
                putLong(a[5], FakePasses.reserveBytes(rnn, x, training(a[2])));
            }
            case "cudnnRNNForward" -> forward(queue, a);
            case "cudnnRNNBackwardData" -> backwardData(queue, a);
            case "cudnnRNNBackwardWeights" -> backwardWeights(queue, a);
            default -> throw new Refusal(NOT_SUPPORTED, "not played by this cuDNN");
        }
    }

    // ---- Descriptions

    private void setTensor(Tensor tensor, long[] a) {
        check((int) a[2] == STATE_RANK, "rank " + (int) a[2]);
        int[] sizes = ints(a[3], STATE_RANK);
        int[] strides = ints(a[4], STATE_RANK);
        check(Arrays.stream(sizes).allMatch(size -> size > 0), "sizes " + Arrays.toString(sizes));
        unless((long) sizes[0] * sizes[1] * sizes[2] <= Integer.MAX_VALUE, NOT_SUPPORTED, "sizes " + Arrays.toString(sizes));
        check(strides[2] == 1 && strides[1] == sizes[2] && strides[0] == sizes[1] * sizes[2], "a state is dense");
        FakeNumbers.bytes((int) a[1]);
        tensor.type = (int) a[1];
        tensor.sizes = sizes;
    }

    private static void getTensor(Tensor tensor, long[] a) {
        putInt(a[2], tensor.type);
        putInt(a[3], tensor.sizes.length);
        for (int n = 0; n < Math.min((int) a[1], tensor.sizes.length); n++) {
            putInt(a[4] + (long) n * Integer.BYTES, tensor.sizes[n]);
            putInt(a[5] + (long) n * Integer.BYTES, Arrays.stream(tensor.sizes, n + 1, tensor.sizes.length).reduce(1, (p, q) -> p * q));
        }
    }

    private void setRnn(FakeRnn rnn, long[] a) {
        rnn.algorithm = between("algo", a[1], 0, FakeRnn.PERSIST_STATIC_SMALL_H);
        rnn.cell = between("cellMode", a[2], 0, 3);
        rnn.bias = between("biasMode", a[3], 0, 2) == 2;
        check((int) a[3] != 1, "one bias instead of PyTorch's two");
        rnn.directions = between("dirMode", a[4], 0, 1) + 1;
        between("inputMode", a[5], 0, 0);
        rnn.dataType = (int) a[6];
        between("mathPrec", a[7], FakeNumbers.FLOAT, FakeNumbers.FLOAT);
        rnn.mathType = (int) a[8];
        boolean narrow = FakeNumbers.bytes(rnn.dataType) < Float.BYTES;
        check(narrow ? rnn.mathType == FakeRnn.TENSOR_OP_MATH
                : rnn.mathType == FakeRnn.DEFAULT_MATH || rnn.mathType == FakeRnn.FMA_MATH, "mathType " + rnn.mathType);
        rnn.inputSize = between("inputSize", a[9], 1, Integer.MAX_VALUE);
        rnn.hiddenSize = between("hiddenSize", a[10], 1, Integer.MAX_VALUE);
        rnn.outputSize = between("projSize", a[11], 1, rnn.hiddenSize);
        rnn.layers = between("numLayers", a[12], 1, Integer.MAX_VALUE);
        check(description(DROPOUT, Dropout.class, a[13]).set, "a dropout descriptor that was not set");
        between("auxFlags", a[14], 1, 1);
        unless(rnn.outputSize == rnn.hiddenSize || rnn.cell == LSTM && rnn.algorithm == FakeRnn.STANDARD, NOT_SUPPORTED, "projection");
        unless(rnn.bias || rnn.algorithm == FakeRnn.STANDARD, NOT_SUPPORTED, "no biases");
        rnn.set = true;
    }

    private void setClip(FakeRnn rnn, long[] a) {
        double low = Double.longBitsToDouble(a[3]);
        double high = Double.longBitsToDouble(a[4]);
        check(rnn.cell == LSTM && (int) a[1] == 1 && low == -high && high > 0, "clip from " + low + " to " + high);
        check((int) a[2] == PROPAGATE_NAN, "a clip that takes NaN for a number");
        rnn.clip = (float) high;
    }

    private void setSequences(Sequences x, long[] a) {
        FakeNumbers.bytes((int) a[1]);
        x.type = (int) a[1];
        between("layout", a[2], 0, 0);
        x.steps = between("maxSeqLength", a[3], 1, Integer.MAX_VALUE);
        unless(x.steps <= MOST_STEPS, NOT_SUPPORTED, "maxSeqLength is " + x.steps);
        x.batch = between("batchSize", a[4], 1, Integer.MAX_VALUE);
        x.width = between("vectorSize", a[5], 1, Integer.MAX_VALUE);
        x.lengths = ints(a[6], x.batch);
        check(Arrays.stream(x.lengths).allMatch(length -> length >= 1 && length <= x.steps),
                "lengths " + Arrays.toString(x.lengths));
        x.padding = a[7] == 0 ? Float.NaN : NativeMemory.bytes(a[7], Float.BYTES).getFloat(0);
        check(a[7] == 0 || x.padding == 0, "padding of " + x.padding);
    }

    // ---- The weight space

    private static long weightBytes(FakeRnn rnn) {
        return (long) rnn.size() * FakeNumbers.bytes(rnn.dataType);
    }

    private void place(FakeRnn rnn, long[] a) {
        check(a[3] == weightBytes(rnn), "a weight space of " + a[3] + " bytes");
        check(a[4] != 0, "no weight space");
        Map<String, FakeRnn.Part> parts = rnn.parts();
        for (boolean bias : new boolean[] {false, true}) {
            FakeRnn.Part part = parts.get(FakeRnn.key((int) a[2], (int) a[5], bias));
            check(bias || part != null, "no pseudoLayer " + (int) a[2] + " with linLayerID " + (int) a[5]);
            Tensor described = tensor(a[bias ? 8 : 6]);
            described.type = rnn.dataType;
            described.sizes = part == null ? new int[0] : new int[] {1, part.rows(), part.columns()};
            putLong(a[bias ? 9 : 7], part == null ? 0 : a[4] + (long) part.place() * FakeNumbers.bytes(rnn.dataType));
        }
    }

    // ---- Passes

    private void forward(Queue queue, long[] a) {
        FakeRnn rnn = rnn(a[1]);
        requireNoDeviceLengths(a[3]);
        Sequences x = input(rnn, a[4]);
        Sequences y = output(rnn, x, a[6]);
        state(rnn, x, a[8], a[11]);
        spaces(rnn, x, training(a[2]), a, 14);
        requireFit(rnn, false);
        requireAligned(a[5], a[7]);
        compute(queue, rnn, x, numbers -> passes.forward(numbers, rnn, training(a[2]), x, y,
                new FakePasses.Inputs(a[5], a[9], a[12]), a[15], a[7], a[10], a[13], a[17], a[19]));
    }

    private void backwardData(Queue queue, long[] a) {
        FakeRnn rnn = rnn(a[1]);
        requireNoDeviceLengths(a[2]);
        Sequences x = input(rnn, a[6]);
        output(rnn, x, a[3]);
        state(rnn, x, a[8], a[12]);
        spaces(rnn, x, true, a, 16);
        requireFit(rnn, true);
        requireAligned(a[4], a[5], a[7]);
        compute(queue, rnn, x, numbers -> passes.backwardData(numbers, rnn, x, a[9], a[13], a[17], a[4],
                new FakePasses.Inputs(a[5], a[10], a[14]), new FakePasses.Inputs(a[7], a[11], a[15]), a[19], a[21]));
    }

    private void backwardWeights(Queue queue, long[] a) {
        FakeRnn rnn = rnn(a[1]);
        between("addGrad", a[2], 0, 0);
        requireNoDeviceLengths(a[3]);
        Sequences x = input(rnn, a[4]);
        output(rnn, x, a[8]);
        Tensor h = tensor(a[6]);
        check(h.type == rnn.dataType && Arrays.equals(h.sizes, stateSizes(rnn, x, rnn.outputSize)), "hDesc");
        spaces(rnn, x, true, a, 10);
        compute(queue, rnn, x, numbers -> passes.backwardWeights(numbers, rnn, x, new FakePasses.Inputs(a[5], a[7], 0), a[9], a[11],
                a[13], a[15]));
    }

    /** Since version 8.9.1 lengths come from the description alone. */
    private static void requireNoDeviceLengths(long address) {
        check(address == 0, "devSeqLengths, which cuDNN 9 has no use for");
    }

    private void compute(Queue queue, FakeRnn rnn, Sequences x, Consumer<FakeNumbers> pass) {
        FakeContext context = driver.context();
        driver.compute(queue.stream, stream -> {
            requireBuilt(rnn, x);               // still, if it is a graph that runs
            pass.accept(new FakeNumbers(context, stream, rnn.dataType));
        });
    }

    /** As cuDNN's developer guide asks where tensor cores multiply. */
    private static void requireAligned(long... rows) {
        check(Arrays.stream(rows).allMatch(row -> row % 16 == 0), "rows at " + Arrays.toString(rows));
    }

    private static void requireBuilt(FakeRnn rnn, Sequences x) {
        check(rnn.algorithm != FakeRnn.PERSIST_DYNAMIC || rnn.builtBatch == x.batch, "built for B = " + rnn.builtBatch);
    }

    /**
     * What the chip has no room for. Documented are no numbers; those of SMALL_H are the ones that PyTorch keeps to, and the
     * others refuse larger states too, if not exactly these.
     */
    private static void requireFit(FakeRnn rnn, boolean backward) {
        boolean gates = rnn.cell >= LSTM;
        int most = switch (rnn.algorithm) {
            case FakeRnn.PERSIST_STATIC_SMALL_H -> backward ? gates ? 128 : 256 : gates ? 192 : 384;
            case FakeRnn.STANDARD -> Integer.MAX_VALUE;
            case FakeRnn.PERSIST_DYNAMIC -> 2048;
            default -> 1024;
        };
        unless(rnn.hiddenSize <= most, NOT_SUPPORTED, "a hidden state of " + rnn.hiddenSize + ", at most are " + most);
    }

    private Sequences input(FakeRnn rnn, long handle) {
        Sequences x = sequences(handle);
        check(x.type == rnn.dataType && x.width == rnn.inputSize, "xDesc");
        boolean equal = Arrays.stream(x.lengths).allMatch(length -> length == x.steps);
        unless(equal || rnn.algorithm == FakeRnn.STANDARD, NOT_SUPPORTED, "sequences of different lengths");
        requireBuilt(rnn, x);
        return x.copy();
    }

    private Sequences output(FakeRnn rnn, Sequences x, long handle) {
        Sequences y = sequences(handle);
        check(y.type == rnn.dataType && y.width == rnn.directions * rnn.outputSize && y.steps == x.steps && y.batch == x.batch
                && Arrays.equals(y.lengths, x.lengths), "yDesc");
        return y.copy();
    }

    private void state(FakeRnn rnn, Sequences x, long hidden, long cells) {
        Tensor h = tensor(hidden);
        check(h.type == rnn.dataType && Arrays.equals(h.sizes, stateSizes(rnn, x, rnn.outputSize)), "hDesc");
        if (rnn.cell == LSTM) {
            Tensor c = tensor(cells);
            check(c.type == rnn.dataType && Arrays.equals(c.sizes, stateSizes(rnn, x, rnn.hiddenSize)), "cDesc");
        }
    }

    private static int[] stateSizes(FakeRnn rnn, Sequences x, int width) {
        return new int[] {rnn.layers * rnn.directions, x.batch, width};
    }

    /** Weight space, workspace and reserve: a size before each address. */
    private void spaces(FakeRnn rnn, Sequences x, boolean training, long[] a, int at) {
        long[] needed = {weightBytes(rnn), FakePasses.workBytes(rnn, x), FakePasses.reserveBytes(rnn, x, training)};
        for (int n = 0; n < needed.length; n++) {
            long size = a[at + 2 * n];
            long address = a[at + 2 * n + 1];
            check(n == 0 ? size == needed[n] : size >= needed[n], "space " + n + " of " + size + " bytes, needed are " + needed[n]);
            if (size > 0) {
                driver.context().memory.check(address, size);
            }
        }
    }

    private static boolean training(long mode) {
        return between("fwdMode", mode, 0, 1) == 1;
    }

    // ---- Handles

    private Queue queue(long handle) {
        return driver.handles().get(handle, HANDLE, Queue.class, driver.context());
    }

    private <T> T description(String kind, Class<T> type, long handle) {
        return driver.handles().get(handle, kind, type, null);
    }

    private void destroy(String kind, long handle) {
        description(kind, Object.class, handle);
        driver.handles().leave(handle);
    }

    private Tensor tensor(long handle) {
        return description(TENSOR, Tensor.class, handle);
    }

    private Sequences sequences(long handle) {
        return description(DATA, Sequences.class, handle);
    }

    private FakeRnn rnn(long handle) {
        FakeRnn rnn = description(RNN, FakeRnn.class, handle);
        check(rnn.set, "an RNN descriptor that was not set");
        return rnn;
    }

    private static int[] ints(long address, int count) {
        int[] values = new int[count];
        Arrays.setAll(values, n -> getInt(address + (long) n * Integer.BYTES));
        return values;
    }

    private static int between(String argument, long value, int least, int most) {
        check((int) value >= least && (int) value <= most, argument + " is " + (int) value);
        return (int) value;
    }

    private static void check(boolean condition, String why) {
        unless(condition, BAD_PARAM, why);
    }
}
