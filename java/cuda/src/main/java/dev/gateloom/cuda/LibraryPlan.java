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
import dev.gateloom.spi.Operand;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A plan on a GPU whose recurrence a library computes. This class takes the caller's tensors, from host or device memory and in
 * any layout, to tensors of the plan and back; a subclass runs the stack between them. The plan's tensors are dense and
 * time-major, of the library's numbers: float32, or 16 bits in {@link Precision#BF16} and {@link Precision#FP16}.
 *
 * <p>Calls with device memory return at once, except one: a library needs lengths on the host, so a forward with
 * {@link Tensor#LENGTHS} waits until the stream has made them, and with them for all that was queued there before.
 *
 * <p>Without lengths they may be captured into a graph of the caller's, forward and backward in one or in two. The graph keeps T,
 * B and the tensors' addresses, reads weights and inputs anew whenever it runs, and uses the plan's memory: close the plan after
 * it. Call once before, with the same T and B, so that the library has loaded its kernels and has its memory. What waits is refused
 * while the stream is captured, and leaves the capture as it was.
 */
public abstract class LibraryPlan extends RnnPlan implements DevicePlan {
    private final int width;                    // D·R
    private final int parameters;               // floats of RnnWeights.data()
    private final Workspace workspace;
    private final Stream stream;
    private final Staging staging;
    private final HostTensors host;
    private final DeviceTensors onDevice;
    private final Rows rows;
    private final Masks masks;
    private final LibraryTransfers transfers;
    private final Places tensors;
    private final long weights;                 // float32, as RnnWeights.data()
    private final long weightGradients;
    private final int[] hostLengths;
    private int steps;
    private int batch;
    private final TakenWeights taken = new TakenWeights();  // what the library has, if it came from device memory
    private RnnWeights packed;                  // if it came from the host
    private long packedVersion;
    private long callersWeights;                // those of a forward with device memory
    private boolean pending;                    // it waits for its backward
    private boolean queued;                     // work may be on the way
    private boolean closed;

    /**
     * Where the plan's tensors are; 0 for what its mode or cell has not. All stay where they are, and the inputs of forward and
     * {@code y} keep their values until backward.
     *
     * @param x {@code [T, B, I]}; 0 if I = 0
     * @param y {@code [T, B, D·R]}: what forward makes
     * @param h0 {@code [L·D, B, R]}
     * @param c0 {@code [L·D, B, H]}
     * @param hN as h0: what forward makes; backward may overwrite it
     * @param cN as c0: the same
     * @param dy as y
     * @param dhN as h0
     * @param dcN as c0
     * @param dx as x: what backward makes
     * @param dh0 as h0: the same
     * @param dc0 as c0: the same
     */
    protected record Places(long x, long y, long h0, long c0, long hN, long cN, long dy, long dhN, long dcN, long dx, long dh0,
            long dc0) {
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
            tensors = new Places(tensor(input, "x [T, B, I]"), tensor(output, "y [T, B, D·R]"),
                    tensor(hidden, "h0 [L·D, B, R]"), tensor(cells, "c0 [L·D, B, H]"), tensor(hidden, "hN [L·D, B, R]"),
                    tensor(cells, "cN [L·D, B, H]"), tensor(training ? output : 0, "dy [T, B, D·R]"),
                    tensor(training ? hidden : 0, "dhN [L·D, B, R]"), tensor(training ? cells : 0, "dcN [L·D, B, H]"),
                    tensor(training ? input : 0, "dx [T, B, I]"), tensor(training ? hidden : 0, "dh0 [L·D, B, R]"),
                    tensor(training ? cells : 0, "dc0 [L·D, B, H]"));
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
     * @param to where the gradients of the weights are stored, float32 as {@code RnnWeights.data()}; 0 if they are not wanted
     */
    protected abstract void backward(int callSteps, int callBatch, int[] callLengths, long to);

    // ---- What this class does for it

    /**
     * The plan's tensors.
     *
     * @return their places
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
     * {@code to[i] = from[i]}, from the library's numbers to float32.
     *
     * @param to device address
     * @param from device address
     * @param count how many
     */
    protected final void widen(long to, long from, long count) {
        transfers.widen(to, from, count);
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
        System.arraycopy(call.lengths, 0, hostLengths, 0, call.batch);
        forward(host.of(call), call.steps, call.batch, call.ragged);
        staging.flush();
    }

    @Override
    protected final void runBackward(Call call) {
        requireNotCaptured("calls with host memory wait for their results");
        staging.begin();
        backward(host.of(call), call.gradients == null ? 0 : weightGradients);
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
    public final void forward(DeviceCall call) {
        open();
        call.checkForward(config(), mode());
        if (call.has(Tensor.LENGTHS)) {
            requireNotCaptured("a library needs " + Tensor.LENGTHS + " on the host now; leave them out, if all sequences have T steps");
        }
        shape(steps(), batch());                // forgets a forward with host memory: its reserve is overwritten
        pending = false;
        queued = true;
        readLengths(call);
        callersWeights = call.get(Tensor.WEIGHTS);
        if (!taken.serve(call)) {
            packed = null;
            taken.forget();                     // so that a failure in between is mended by the next call
            pack(callersWeights);
            taken.take(call, stream.isCapturing());
        }
        forward(onDevice.of(call), steps(), batch(), call.has(Tensor.LENGTHS));
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
        pending = false;
        long sums = call.get(Tensor.GRADIENTS);
        backward(onDevice.of(call), sums == 0 ? 0 : weightGradients);
        if (sums != 0) {
            rows.add(stream, sums, sums, weightGradients, parameters);
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

    private void requireNotCaptured(String why) {
        if (stream.isCapturing()) {
            throw new IllegalStateException("the plan's stream is being captured, and " + why);
        }
    }

    private void readLengths(DeviceCall call) {
        if (!call.has(Tensor.LENGTHS)) {
            Arrays.fill(hostLengths, 0, batch(), steps());
            return;
        }
        float[] words = new float[batch()];
        Operand operand = new Operand();
        operand.set(words);
        staging.begin();
        staging.download(call.get(Tensor.LENGTHS), operand, batch());
        staging.flush();
        for (int b = 0; b < batch(); b++) {
            hostLengths[b] = Float.floatToRawIntBits(words[b]);
            if (hostLengths[b] < 0 || hostLengths[b] > steps()) {
                throw new IllegalArgumentException(Tensor.LENGTHS + "[" + b + "]: expected 0 to T = " + steps() + ", got "
                        + hostLengths[b]);
            }
        }
    }

    // ---- Both

    private void forward(CallTensors call, int callSteps, int callBatch, boolean ragged) {
        steps = callSteps;
        batch = callBatch;
        transfers.shape(call, steps, batch, ragged);
        transfers.loadRows(call, Tensor.X, config().inputSize(), tensors.x);
        transfers.loadState(call, Tensor.H0, tensors.h0, states(config().outputSize()));
        transfers.loadState(call, Tensor.C0, tensors.c0, states(config().hiddenSize()));
        masks.load(call, steps, batch);
        forward(steps, batch, hostLengths);
        transfers.storeRows(call, tensors.y, width, Tensor.Y);
        transfers.storeState(call, tensors.hN, Tensor.HN, states(config().outputSize()));
        transfers.storeState(call, tensors.cN, Tensor.CN, states(config().hiddenSize()));
    }

    private void backward(CallTensors call, long gradients) {
        if (call.has(Tensor.DY)) {
            transfers.loadRows(call, Tensor.DY, width, tensors.dy);
        } else {
            transfers.zero(tensors.dy, (long) steps * batch * width);
        }
        transfers.loadState(call, Tensor.DHN, tensors.dhN, states(config().outputSize()));
        transfers.loadState(call, Tensor.DCN, tensors.dcN, states(config().hiddenSize()));
        backward(steps, batch, hostLengths, gradients);
        if (config().inputSize() > 0) {
            transfers.storeRows(call, tensors.dx, config().inputSize(), Tensor.DX);
        }
        transfers.storeState(call, tensors.dh0, Tensor.DH0, states(config().outputSize()));
        transfers.storeState(call, tensors.dc0, Tensor.DC0, states(config().hiddenSize()));
    }

    /** {@code L·D·B·W}. */
    private long states(int w) {
        return (long) config().numLayers() * config().numDirections() * batch * w;
    }
}
