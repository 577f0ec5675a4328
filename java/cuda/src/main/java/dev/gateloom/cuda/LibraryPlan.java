package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Parameter;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks.Kind;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Call;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A plan on a GPU whose recurrence a library computes. This class hands the caller's tensors to the library; a subclass runs the
 * stack. A library's tensors are dense and time-major, of its own numbers: float32, or 16 bits in {@link Precision#BF16} and
 * {@link Precision#FP16}. In device memory the library reads and writes the caller's tensors of these numbers, see {@link DeviceCall#dataType}, where they
 * are, if their addresses are multiples of 16, all sequences have T steps and they are not batch first; anything else goes through
 * memory of the plan.
 *
 * <p>So backward reads {@link Tensor#X}, {@link Tensor#H0}, {@link Tensor#C0} and {@link Tensor#Y} of its forward again: in a plan
 * for training they keep their memory and values until backward has run, except a state whose memory forward gave to its result.
 *
 * <p>Calls with device memory return at once, except one: a library needs lengths on the host, so a forward with
 * {@link Tensor#LENGTHS} waits until the stream has made them, and with them for all that was queued there before, unless
 * {@link DeviceCall#hostLengths} tells them.
 *
 * <p>Calls that do not wait may be captured into a graph of the caller's, forward and backward in one or in two. The graph keeps T,
 * B, lengths and the tensors' addresses, reads weights and inputs anew whenever it runs, and uses the plan's memory: close the plan
 * after it. Call once before, with the same T, B and lengths, so that the library has loaded its kernels and has its memory. What
 * waits is refused while the stream is captured, and leaves the capture as it was.
 */
public abstract class LibraryPlan extends RnnPlan implements DevicePlan {
    private final int width;                    // D·R
    private final int parameters;               // floats of RnnWeights.data()
    private final Precision precision;
    private final Workspace workspace;
    private final Stream stream;
    private final Staging staging;
    private final HostTensors host;
    private final DeviceTensors onDevice;
    private final Rows rows;
    private final Masks masks;
    private final LibraryTransfers transfers;
    private final Places own;                   // the plan's room for what a library cannot have from the caller
    private final Places tensors = new Places();    // of this call
    private final long weights;                 // float32, as RnnWeights.data()
    private final long weightGradients;
    private final int[] hostLengths;
    private int steps;
    private int batch;
    private final TakenWeights taken = new TakenWeights();  // what the library has, if it came from device memory
    private RnnWeights packed;                  // if it came from the host
    private long packedVersion;
    private Precision callersNumbers;           // the same
    private long callersWeights;                // those of a forward with device memory
    private long sums;                          // where this backward's gradients of the weights go
    private boolean inPlace;                    // they are the caller's, and added to
    private boolean pending;                    // it waits for its backward
    private boolean queued;                     // work may be on the way
    private boolean closed;

    /**
     * Where a library finds the tensors of a call, or leaves them; 0 for what the plan's mode or cell has not. A call's inputs and
     * {@code y} keep their values until its backward, and {@code hN} and {@code cN} of a batch with sequences of different lengths
     * are the plan's: backward may overwrite them.
     */
    protected static final class Places {
        private long x;
        private long y;
        private long h0;
        private long c0;
        private long hN;
        private long cN;
        private long dy;
        private long dhN;
        private long dcN;
        private long dx;
        private long dh0;
        private long dc0;

        private Places() {
        }

        /**
         * Input of forward.
         *
         * @return {@code [T, B, I]}; 0 if I = 0
         */
        public long x() {
            return x;
        }

        /**
         * What forward makes.
         *
         * @return {@code [T, B, D·R]}
         */
        public long y() {
            return y;
        }

        /**
         * Input of forward.
         *
         * @return {@code [L·D, B, R]}
         */
        public long h0() {
            return h0;
        }

        /**
         * Input of forward.
         *
         * @return {@code [L·D, B, H]}
         */
        public long c0() {
            return c0;
        }

        /**
         * What forward makes.
         *
         * @return as h0
         */
        public long hN() {
            return hN;
        }

        /**
         * What forward makes.
         *
         * @return as c0
         */
        public long cN() {
            return cN;
        }

        /**
         * Input of backward.
         *
         * @return as y
         */
        public long dy() {
            return dy;
        }

        /**
         * Input of backward.
         *
         * @return as h0
         */
        public long dhN() {
            return dhN;
        }

        /**
         * Input of backward.
         *
         * @return as c0
         */
        public long dcN() {
            return dcN;
        }

        /**
         * What backward makes.
         *
         * @return as x
         */
        public long dx() {
            return dx;
        }

        /**
         * What backward makes.
         *
         * @return as h0
         */
        public long dh0() {
            return dh0;
        }

        /**
         * What backward makes.
         *
         * @return as c0
         */
        public long dc0() {
            return dc0;
        }
    }

    /**
     * Allocates.
     *
     * @param device where it runs
     * @param config the stack
     * @param shape the largest batch of sequences
     * @param mode whether backward is needed
     * @param precision of the library's numbers
     * @param callersStream a {@code CUstream}; empty for a stream of its own
     */
    protected LibraryPlan(Device device, RnnConfig config, Shape shape, Mode mode, Precision precision,
            OptionalLong callersStream) {
        super(config, shape, mode);
        this.precision = precision;
        boolean training = mode == Mode.TRAINING;
        boolean lstm = config.cell() == CellType.LSTM;
        width = config.numDirections() * config.outputSize();
        parameters = RnnWeights.layout(config).stream().mapToInt(Parameter::size).sum();
        long all = (long) shape.maxSteps() * shape.maxBatch();
        long states = (long) config.numLayers() * config.numDirections() * shape.maxBatch();
        long input = all * config.inputSize();
        long output = all * width;
        long hidden = states * config.outputSize();
        long cells = lstm ? states * config.hiddenSize() : 0;
        hostLengths = new int[shape.maxBatch()];
        workspace = new Workspace(device);
        try {
            stream = callersStream.isPresent() ? workspace.stream(callersStream.getAsLong()) : workspace.stream();
            masks = new Masks(workspace, config, shape, mode);
            staging = new Staging(workspace, stream,
                    parameters + shape.maxBatch() + input + output + hidden + cells + masks.words());
            host = new HostTensors(staging);
            onDevice = new DeviceTensors(stream);
            rows = new Rows(device);
            transfers = new LibraryTransfers(device, workspace, stream, rows, precision, config.batchFirst(), shape.maxBatch(),
                    Math.max(input, output), Math.max(hidden, cells));
            own = new Places();
            own.x = tensor(input, "x [T, B, I]");
            own.y = tensor(output, "y [T, B, D·R]");
            own.h0 = tensor(hidden, "h0 [L·D, B, R]");
            own.c0 = tensor(cells, "c0 [L·D, B, H]");
            own.hN = tensor(hidden, "hN [L·D, B, R]");
            own.cN = tensor(cells, "cN [L·D, B, H]");
            if (training) {
                own.dy = tensor(output, "dy [T, B, D·R]");
                own.dhN = tensor(hidden, "dhN [L·D, B, R]");
                own.dcN = tensor(cells, "dcN [L·D, B, H]");
                own.dx = tensor(input, "dx [T, B, I]");
                own.dh0 = tensor(hidden, "dh0 [L·D, B, R]");
                own.dc0 = tensor(cells, "dc0 [L·D, B, H]");
            }
            weights = workspace.words(parameters, "weights");
            weightGradients = training ? workspace.words(parameters, "gradients of the weights") : 0;
        } catch (RuntimeException | Error e) {
            workspace.closeAfter(e);
            throw e;
        }
    }

    // ---- What a library does

    /**
     * Takes weights over, in the order of the stream.
     *
     * @param from float32 on the device, as {@code RnnWeights.data()}
     */
    protected abstract void pack(long from);

    /**
     * Refuses lengths that the library does not take, before anything is queued.
     *
     * @param callSteps T
     * @param callBatch B
     * @param callLengths of each sequence, 0 to T
     */
    protected abstract void checkLengths(int callSteps, int callBatch, int[] callLengths);

    /**
     * Runs the stack from the {@link #tensors} of forward to {@code y, hN, cN}. Rows past a sequence's end are zero in
     * {@code x}; what is left there in {@code y} does not matter.
     *
     * @param callSteps T
     * @param callBatch B
     * @param callLengths of each sequence, 0 to T
     */
    protected abstract void forward(int callSteps, int callBatch, int[] callLengths);

    /**
     * Gradients of the forward just before, of the same shape: from {@code dy, dhN, dcN} to {@code dx, dh0, dc0}.
     *
     * @param callSteps T
     * @param callBatch B
     * @param callLengths of each sequence
     * @param ofWeights whether the gradients of the weights are wanted too: each is to go through {@link #gradient} once
     */
    protected abstract void backward(int callSteps, int callBatch, int[] callLengths, boolean ofWeights);

    // ---- What this class does for it

    /**
     * The tensors of this call.
     *
     * @return their places, until the next call
     */
    protected final Places tensors() {
        return tensors;
    }

    /**
     * Everything of the plan runs here.
     *
     * @return the caller's stream, or the plan's own
     */
    protected final Stream queue() {
        queued = true;
        return stream;
    }

    /**
     * Bytes of one of the library's numbers.
     *
     * @return 2 or 4
     */
    protected final int elementBytes() {
        return transfers.elementBytes();
    }

    /**
     * Memory that ends with the plan.
     *
     * @param count of the library's numbers
     * @param purpose listed when memory runs out
     * @return its address; 0 for none
     */
    protected final long tensor(long count, String purpose) {
        return count == 0 ? 0 : bytes(Math.multiplyExact(count, elementBytes()), purpose);
    }

    /**
     * Memory that ends with the plan.
     *
     * @param size at least so many
     * @param purpose listed when memory runs out
     * @return its address
     */
    protected final long bytes(long size, String purpose) {
        return workspace.words((size + Float.BYTES - 1) / Float.BYTES, purpose);
    }

    /**
     * Something that ends with the plan, before what was made earlier.
     *
     * @param release ends it
     */
    protected final void own(Runnable release) {
        workspace.own(release);
    }

    /**
     * {@code to[i] = from[i]}, from float32 to the library's numbers.
     *
     * @param to device address
     * @param from device address
     * @param count how many
     */
    protected final void narrow(long to, long from, long count) {
        transfers.narrow(to, from, count);
    }

    /**
     * Takes gradients of weights from the library.
     *
     * @param place index of the first in {@code RnnWeights.data()}
     * @param from where they are, in the library's numbers
     * @param count how many
     */
    protected final void gradient(long place, long from, long count) {
        long to = sums + place * Float.BYTES;
        if (inPlace) {
            rows.add(stream, to, to, from, count);
        } else {
            transfers.widen(to, from, count);
        }
    }

    /**
     * Dropout between layers, forward or backward: {@code to[t, b, :] = from[t, b, :]·mask}.
     *
     * @param to {@code [T, B, D·R]}
     * @param from {@code [T, B, D·R]}; may be to
     * @param layer whose output it is
     */
    protected final void drop(long to, long from, int layer) {
        long size = (long) steps * batch * width;
        transfers.multiply(to, from, masks.at(Kind.INTERLAYER, layer, size), size);
    }

    // ---- Calls with host memory

    @Override
    protected final void run(Call call) {
        requireNotCaptured("calls with host memory wait for their results");
        pending = false;
        System.arraycopy(call.lengths, 0, hostLengths, 0, call.batch);
        checkLengths(call.steps, call.batch, hostLengths);
        queued = true;                          // a call that fails may leave some behind
        staging.begin();
        if (taken.byGraphs() || call.weights != packed || call.weights.version() != packedVersion) {
            packed = null;                      // so that a failure in between is mended by the next call
            taken.forget();
            long version = call.weights.version();
            staging.upload(call.weights.data(), parameters, weights);
            pack(weights);
            packed = call.weights;
            packedVersion = version;
        }
        forward(host.of(call), call.steps, call.batch, call.ragged, true);
        staging.flush();
    }

    @Override
    protected final void runBackward(Call call) {
        requireNotCaptured("calls with host memory wait for their results");
        staging.begin();
        sums = weightGradients;
        inPlace = false;
        backward(host.of(call), call.gradients != null);
        if (call.gradients != null) {
            staging.downloadSum(weightGradients, call.gradients.data(), parameters);
        }
        staging.flush();
    }

    // ---- Calls with device memory

    @Override
    public final long stream() {
        return stream.handle();
    }

    @Override
    public final Precision dataType() {
        return elementBytes() == Float.BYTES || transfers.laysOut(false) ? Precision.FP32 : precision;
    }

    @Override
    public final void forward(DeviceCall call) {
        open();
        call.checkForward(config(), mode(), batch());
        checkNumbers(call);
        if (call.has(Tensor.LENGTHS) && call.hostLengths() == null) {
            requireNotCaptured("a library needs " + Tensor.LENGTHS + " on the host now; say them with DeviceCall.hostLengths, or leave "
                    + "them out if all sequences have T steps");
        }
        shape(steps(), batch());                // forgets a forward with host memory: its reserve is overwritten
        pending = false;
        queued = true;
        boolean ragged = readLengths(call);
        checkLengths(steps(), batch(), hostLengths);
        if (call.dataType() != Precision.FP32 && transfers.laysOut(ragged)) {
            throw new UnsupportedOperationException("dataType: expected FP32 where " + (ragged ? "sequences differ in length"
                    : "tensors are batch first") + ", got " + call.dataType());
        }
        callersWeights = call.get(Tensor.WEIGHTS);
        callersNumbers = call.dataType();
        if (!taken.serve(call)) {
            packed = null;
            taken.forget();                     // so that a failure in between is mended by the next call
            pack(callersWeights);
            taken.take(call, stream.isCapturing());
        }
        forward(onDevice.of(call), steps(), batch(), ragged, call.dataType() == Precision.FP32);
        pending = mode() == Mode.TRAINING;
    }

    @Override
    public final void backward(DeviceCall call) {
        open();
        if (!pending || steps != steps() || batch != batch()) {
            throw new IllegalStateException("backward: call forward with a DeviceCall first, in a plan for TRAINING; one "
                    + "backward belongs to one forward of the same shape");
        }
        call.checkBackward(config(), callersWeights);
        if (call.dataType() != callersNumbers) {
            throw new IllegalArgumentException("dataType: expected that of the forward, " + callersNumbers + ", got " + call.dataType());
        }
        requireInputsKept(call);
        pending = false;
        long callersSums = call.get(Tensor.GRADIENTS);
        inPlace = elementBytes() == Float.BYTES;
        sums = inPlace ? callersSums : weightGradients;
        backward(onDevice.of(call), callersSums != 0);
        if (callersSums != 0 && !inPlace) {
            rows.add(stream, callersSums, callersSums, weightGradients, parameters);
        }
    }

    @Override
    public final void synchronize() {
        open();
        stream.synchronize();
    }

    /** Waits for the calls with device memory, then frees. */
    @Override
    protected final void free() {
        closed = true;
        try {
            if (queued) {
                stream.synchronize();
            }
        } catch (RuntimeException | Error e) {
            workspace.closeAfter(e);
            throw e;
        }
        workspace.close();
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("this plan is closed");
        }
    }

    /** The gradients of the weights are made of these after those of the data. */
    private void requireInputsKept(DeviceCall call) {
        requireOther(call, Tensor.DX, tensors.x, Tensor.X);
        requireOther(call, Tensor.DX, tensors.y, Tensor.Y);
        requireOther(call, Tensor.DH0, tensors.h0, Tensor.H0);
        requireOther(call, Tensor.DC0, tensors.c0, Tensor.C0);
    }

    private static void requireOther(DeviceCall call, Tensor result, long input, Tensor name) {
        if (call.has(result) && call.get(result) == input) {
            throw new IllegalArgumentException(result + ": expected other memory than that of " + name + ", which the gradients of the weights "
                    + "are made of, got 0x" + Long.toHexString(input) + " for both");
        }
    }

    private void checkNumbers(DeviceCall call) {
        if (call.dataType() != Precision.FP32 && call.dataType() != precision) {
            throw new IllegalArgumentException("dataType: expected FP32" + (elementBytes() == Float.BYTES ? "" : " or " + precision)
                    + " in a plan that computes in " + precision + ", got " + call.dataType());
        }
    }

    private void requireNotCaptured(String why) {
        if (stream.isCapturing()) {
            throw new IllegalStateException("the plan's stream is being captured, and " + why);
        }
    }

    /** False if all sequences have T steps. */
    private boolean readLengths(DeviceCall call) {
        int[] told = call.hostLengths();
        if (!call.has(Tensor.LENGTHS)) {
            Arrays.fill(hostLengths, 0, batch(), steps());
            return false;
        }
        if (told == null) {
            staging.begin();
            staging.download(call.get(Tensor.LENGTHS), hostLengths, batch());
            staging.flush();
        } else {
            System.arraycopy(told, 0, hostLengths, 0, batch());
        }
        boolean ragged = false;
        for (int b = 0; b < batch(); b++) {
            if (hostLengths[b] < 0 || hostLengths[b] > steps()) {
                throw new IllegalArgumentException((told == null ? Tensor.LENGTHS.toString() : "hostLengths") + "[" + b
                        + "]: expected 0 to T = " + steps() + ", got " + hostLengths[b]);
            }
            ragged |= hostLengths[b] < steps();
        }
        return ragged;
    }

    // ---- Both

    private void forward(CallTensors call, int callSteps, int callBatch, boolean ragged, boolean inFloats) {
        steps = callSteps;
        batch = callBatch;
        transfers.shape(call, steps, batch, ragged, inFloats);
        long hidden = states(config().outputSize());
        long cells = states(config().hiddenSize());
        tensors.x = transfers.loadRows(call, Tensor.X, config().inputSize(), own.x);
        tensors.h0 = transfers.loadState(call, Tensor.H0, Tensor.HN, own.h0, hidden);
        tensors.c0 = transfers.loadState(call, Tensor.C0, Tensor.CN, own.c0, cells);
        tensors.y = transfers.placeOfRows(call, Tensor.Y, own.y);
        tensors.hN = transfers.placeOfState(call, Tensor.HN, own.hN);
        tensors.cN = transfers.placeOfState(call, Tensor.CN, own.cN);
        masks.load(call, steps, batch);
        forward(steps, batch, hostLengths);
        transfers.storeRows(call, tensors.y, width, Tensor.Y);
        transfers.storeState(call, tensors.hN, Tensor.HN, hidden);
        transfers.storeState(call, tensors.cN, Tensor.CN, cells);
    }

    private void backward(CallTensors call, boolean ofWeights) {
        long hidden = states(config().outputSize());
        long cells = states(config().hiddenSize());
        if (call.has(Tensor.DY)) {
            tensors.dy = transfers.loadRows(call, Tensor.DY, width, own.dy);
        } else {
            tensors.dy = own.dy;
            transfers.zero(own.dy, (long) steps * batch * width);
        }
        tensors.dhN = transfers.loadState(call, Tensor.DHN, Tensor.DH0, own.dhN, hidden);
        tensors.dcN = transfers.loadState(call, Tensor.DCN, Tensor.DC0, own.dcN, cells);
        tensors.dx = transfers.placeOfRows(call, Tensor.DX, own.dx);
        tensors.dh0 = transfers.placeOfState(call, Tensor.DH0, own.dh0);
        tensors.dc0 = transfers.placeOfState(call, Tensor.DC0, own.dc0);
        backward(steps, batch, hostLengths, ofWeights);
        if (config().inputSize() > 0) {
            transfers.storeRows(call, tensors.dx, config().inputSize(), Tensor.DX);
        }
        transfers.storeState(call, tensors.dh0, Tensor.DH0, hidden);
        transfers.storeState(call, tensors.dc0, Tensor.DC0, cells);
    }

    /** {@code L·D·B·W}. */
    private long states(int w) {
        return (long) config().numLayers() * config().numDirections() * batch * w;
    }
}
