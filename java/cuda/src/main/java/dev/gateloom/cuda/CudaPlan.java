package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks.Kind;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Call;
import java.util.function.Function;

/**
 * A plan on a GPU: the layers of a stack one after the other on one stream. Beside the calls with host memory, which return
 * when they are done, it has calls with device memory for trainers that keep their tensors there:
 *
 * <pre>{@code
 * CudaEngine engine = CudaEngine.on(JcudaDevice.ofCurrentContext());
 * CudaPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING, yourStream);
 * plan.forward(call);                          // see DeviceCall
 * plan.backward(call);
 * }</pre>
 *
 * <p>These return at once. They allocate nothing and wait for nothing, so the caller may capture them into a CUDA graph. The
 * caller's tensors are read and written in the order of {@link #stream}: what was queued there before may make them, what is
 * queued there later may use or overwrite them, those of forward too before backward runs.
 */
public final class CudaPlan extends RnnPlan implements DevicePlan {
    private final WeightCopies copies;
    private final ParameterPlaces places;
    private final Workspace workspace;
    private final Stream stream;
    private final Staging staging;
    private final HostTensors host;
    private final DeviceTensors onDevice;
    private final WeightAddresses callersWeights;   // those of calls with device memory
    private final Rows rows;
    private final Sequences sequences;
    private final Gemm gemm;
    private final Cell[][] cells;               // [L][D]
    private final Pass pass = new Pass();
    private final int directions;
    private final int width;                    // D·R
    private final long x;                       // [T, B, I]; 0 if I = 0
    private final long callers;                 // rows as the caller lays them out: x, y, dy or dx on its way
    private final long[] outputs;               // [L, or 2 in inference][T, B, D·R]
    private final long[] dropped;               // [L-1][T, B, D·R]: outputs times the dropout mask; empty without dropout
    private final long[] gradients;             // [2][T, B, ·]: of a layer's output and of its input, in turn
    private final long weightGradients;         // as RnnWeights.data()
    private boolean ragged;                     // some sequences may be shorter than T
    private boolean pending;                    // a forward with device memory waits for its backward
    private boolean queued;                     // work may be on the way
    private boolean closed;

    CudaPlan(Device device, WeightCopies copies, Products products, RnnConfig config, Shape shape, Mode mode,
            SequenceOptions options, Function<Workspace, Stream> makeStream) {
        super(config, shape, mode);
        this.copies = copies;
        boolean training = mode == Mode.TRAINING;
        int layers = config.numLayers();
        directions = config.numDirections();
        width = directions * config.outputSize();
        places = new ParameterPlaces(config);
        long all = (long) shape.maxSteps() * shape.maxBatch();
        long stateH = (long) layers * width * shape.maxBatch();
        long stateC = config.cell() == CellType.LSTM ? (long) layers * directions * config.hiddenSize() * shape.maxBatch() : 0;
        int widest = Math.max(config.inputSize(), width);
        boolean drops = training && config.interlayerDropout();
        workspace = new Workspace(device);
        try {
            stream = makeStream.apply(workspace);
            pass.masks = new Masks(workspace, config, shape, mode);
            long moved = places.size + shape.maxBatch() + 2 * all * widest + stateH + stateC + pass.masks.words();
            staging = new Staging(workspace, stream, moved);
            host = new HostTensors(staging);
            onDevice = new DeviceTensors(stream);
            callersWeights = new WeightAddresses(config, places, copies.precision());
            callersWeights.biasSums = callersWeights.biasSumWords() == 0 ? 0
                    : workspace.words(callersWeights.biasSumWords(), "sums of the biases [L·D, G·H]");
            callersWeights.halves = callersWeights.packedWords() == 0 ? 0
                    : workspace.words(callersWeights.packedWords(), "weights in 16 bits");
            rows = new Rows(device);
            pass.lengths = workspace.words(shape.maxBatch(), "lengths [B]");
            pass.stateH = workspace.words(stateH, "state h [L·D, B, R]");
            pass.stateC = stateC > 0 ? workspace.words(stateC, "state c [L·D, B, H]") : 0;
            x = config.inputSize() == 0 ? 0 : workspace.words(all * config.inputSize(), "x [T, B, I]");
            callers = workspace.words(all * widest, "the caller's rows");
            outputs = tensors(training ? layers : Math.min(layers, 2), all * width, "output of a layer [T, B, D·R]");
            dropped = tensors(drops ? layers - 1 : 0, all * width, "output after dropout [T, B, D·R]");
            gradients = tensors(training ? 2 : 0, all * widest, "gradient of rows");
            weightGradients = training ? workspace.words(places.size, "gradients of the weights") : 0;
            gemm = Gemm.of(products, device, workspace, copies.precision(), config, shape, mode);
            CellContext context = new CellContext(config, places, stream, gemm, rows);
            Problem problem = new Problem(config, shape.maxSteps(), shape.maxBatch(), mode, copies.precision());
            sequences = new Sequences(device, workspace, stream, options, CudaEngine.explain(problem,
                    Gpu.of(device.name(), device.properties()), options));
            cells = new CellFactory(device, workspace, context, shape, mode, sequences).stack();
        } catch (RuntimeException | Error e) {
            workspace.close();
            throw e;
        }
    }

    @Override
    public long stream() {
        return stream.handle();
    }

    /**
     * How the recurrence runs: which {@link Strategy}, in how many blocks, and why no other, in the words of the planner.
     *
     * @return one line for each pass, and one with the library that multiplies matrices, if that is not done by our own
     *     kernels; it changes if the device refuses a launch
     */
    @Override
    public String strategy() {
        return sequences.description() + (gemm.library().isEmpty() ? "" : "\nproducts: " + gemm.library());
    }

    @Override
    public void synchronize() {
        open();
        await();
    }

    @Override
    public void forward(DeviceCall call) {
        open();
        call.checkForward(config(), mode());
        shape(steps(), batch());                // forgets a forward with host memory: its reserve is overwritten
        pending = false;
        queued = true;
        callersWeights.parameters = call.get(Tensor.WEIGHTS);
        callersWeights.sumBiases(rows, stream);
        gemm.pack(stream, callersWeights);
        pass.weights = callersWeights;
        forward(onDevice.of(call), steps(), batch(), call.has(Tensor.LENGTHS));
        pending = mode() == Mode.TRAINING;
    }

    @Override
    public void backward(DeviceCall call) {
        open();
        if (!pending || pass.steps != steps() || pass.batch != batch()) {
            throw new IllegalStateException("backward: call forward with a DeviceCall first, in a plan for TRAINING; one "
                    + "backward belongs to one forward of the same shape");
        }
        call.checkBackward(config(), callersWeights.parameters);
        pending = false;
        pass.gradients = call.get(Tensor.GRADIENTS);
        backward(onDevice.of(call));
    }

    @Override
    protected void run(Call call) {
        pending = false;
        begin(call);
        forward(host.of(call), call.steps, call.batch, call.ragged);
        sequences.ask();
        staging.flush();
        sequences.check();
    }

    @Override
    protected void runBackward(Call call) {
        begin(call);
        pass.gradients = call.gradients == null ? 0 : weightGradients;
        if (pass.gradients != 0) {
            stream.fill(pass.gradients, 0, places.size);
        }
        backward(host.of(call));
        if (call.gradients != null) {
            if (sequences.present()) {
                await();                        // nothing invalid is added to the caller's sums
            }
            staging.downloadSum(pass.gradients, call.gradients.data(), places.size);
        }
        sequences.ask();
        staging.flush();
        sequences.check();
    }

    /** Waits for the calls with device memory, then frees. */
    @Override
    protected void free() {
        closed = true;
        try {
            if (queued) {
                await();
            }
        } finally {
            workspace.close();
        }
    }

    private void await() {
        sequences.ask();
        stream.synchronize();
        sequences.check();
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("this plan is closed");
        }
    }

    private void begin(Call call) {
        queued = true;                          // a call that fails may leave some behind
        staging.begin();
        pass.weights = copies.of(call.weights).refresh(call.weights, places, staging, rows, gemm, stream);
    }

    private void forward(CallTensors call, int steps, int batch, boolean shorter) {
        gemm.use(pass.weights);
        pass.steps = steps;
        pass.batch = batch;
        ragged = shorter;
        if (ragged) {
            call.load(Tensor.LENGTHS, batch, pass.lengths);
        } else {
            stream.fill(pass.lengths, steps, batch);
        }
        load(call, Tensor.X, config().inputSize(), x);
        loadState(call, Tensor.H0, pass.stateH, config().outputSize());
        loadState(call, Tensor.C0, pass.stateC, config().hiddenSize());
        pass.masks.load(call, steps, batch);
        int layerSize = steps * batch * width;
        for (int l = 0; l < cells.length; l++) {
            for (int d = 0; d < directions; d++) {
                cells[l][d].forward(pass, input(l), direction(output(l), d));
            }
            if (l < dropped.length) {
                rows.multiply(stream, dropped[l], output(l), pass.masks.at(Kind.INTERLAYER, l, layerSize), layerSize);
            }
        }
        store(call, output(cells.length - 1), width, Tensor.Y);
        storeState(call, pass.stateH, Tensor.HN, config().outputSize());
        storeState(call, pass.stateC, Tensor.CN, config().hiddenSize());
    }

    private void backward(CallTensors call) {
        gemm.use(pass.weights);
        loadState(call, Tensor.DHN, pass.stateH, config().outputSize());
        loadState(call, Tensor.DCN, pass.stateC, config().hiddenSize());
        long dOutput = 0;                       // absent: zeros
        if (call.has(Tensor.DY)) {
            dOutput = gradients[0];
            load(call, Tensor.DY, width, dOutput);
        }
        int layerSize = pass.steps * pass.batch * width;
        boolean dxWanted = call.has(Tensor.DX) && config().inputSize() > 0;
        for (int l = cells.length - 1, turn = 1; l >= 0; l--, turn ^= 1) {
            long dInput = l > 0 || dxWanted ? gradients[turn] : 0;
            gemm.gradientsComeFrom(stream, dOutput, layerSize,
                    state(pass.stateH, l, config().outputSize()), stateSizeOfLayer(config().outputSize()),
                    state(pass.stateC, l, config().hiddenSize()), stateSizeOfLayer(config().hiddenSize()));
            for (int d = 0; d < directions; d++) {
                cells[l][d].backward(pass, input(l), dOutput == 0 ? 0 : direction(dOutput, d), dInput, d > 0);
            }
            if (l > 0 && dropped.length > 0) {
                rows.multiply(stream, dInput, dInput, pass.masks.at(Kind.INTERLAYER, l - 1, layerSize), layerSize);
            }
            dOutput = dInput;
        }
        if (dxWanted) {
            store(call, dOutput, config().inputSize(), Tensor.DX);
        }
        storeState(call, pass.stateH, Tensor.DH0, config().outputSize());
        storeState(call, pass.stateC, Tensor.DC0, config().hiddenSize());
    }

    private long[] tensors(int count, long words, String purpose) {
        long[] tensors = new long[count];
        for (int n = 0; n < count; n++) {
            tensors[n] = workspace.words(words, purpose);
        }
        return tensors;
    }

    private long input(int l) {
        return l == 0 ? x : dropped.length > 0 ? dropped[l - 1] : output(l - 1);
    }

    /** {@code [T, B, D·R]} of a layer; in inference the layer after the next writes there again. */
    private long output(int l) {
        return outputs[l % outputs.length];
    }

    /** {@code [T, B, D·R]} from a direction's first column on. */
    private long direction(long tensor, int d) {
        return tensor + (long) d * config().outputSize() * Float.BYTES;
    }

    /** {@code [T, B, W]} from the caller's rows; zeros past each sequence's end. */
    private void load(CallTensors call, Tensor tensor, int w, long to) {
        if (w == 0) {
            return;
        }
        call.load(tensor, pass.steps * pass.batch * w, isDense() ? to : callers);
        if (!isDense()) {
            rows.load(stream, to, callers, pass.lengths, pass.steps, pass.batch, w, config().batchFirst());
        }
    }

    /** The way back. What is past a sequence's end becomes zero, whatever is in the weights. */
    private void store(CallTensors call, long from, int w, Tensor tensor) {
        if (!call.has(tensor)) {
            return;
        }
        if (!isDense()) {
            rows.store(stream, callers, from, pass.lengths, pass.steps, pass.batch, w, config().batchFirst());
        }
        call.store(isDense() ? from : callers, tensor, pass.steps * pass.batch * w);
    }

    /** Whether the caller's rows are laid out as ours, none of them past a sequence's end. */
    private boolean isDense() {
        return !ragged && !config().batchFirst();
    }

    /** {@code [L·D, B, W]} from the caller; zeros if there is none. */
    private void loadState(CallTensors call, Tensor tensor, long to, int w) {
        if (call.has(tensor)) {
            call.load(tensor, stateSize(w), to);
        } else if (to != 0) {
            stream.fill(to, 0, stateSize(w));
        }
    }

    private void storeState(CallTensors call, long from, Tensor tensor, int w) {
        if (call.has(tensor)) {
            call.store(from, tensor, stateSize(w));
        }
    }

    /** {@code [D, B, W]} of a layer; 0 for a state that there is none of. */
    private long state(long states, int l, int w) {
        return states == 0 ? 0 : states + (long) l * stateSizeOfLayer(w) * Float.BYTES;
    }

    private int stateSize(int w) {
        return cells.length * stateSizeOfLayer(w);
    }

    private int stateSizeOfLayer(int w) {
        return directions * pass.batch * w;
    }
}
