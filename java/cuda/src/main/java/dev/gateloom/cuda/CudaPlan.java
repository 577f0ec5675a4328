package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Call;
import java.util.function.Function;

/**
 * A plan on a GPU. Beside the calls with host memory, which return when they are done, it has calls with device memory for trainers
 * that keep their tensors there:
 *
 * <pre>{@code
 * CudaEngine engine = CudaEngine.on(JcudaDevice.ofCurrentContext());
 * CudaPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING, yourStream);
 * plan.forward(call);                          // see DeviceCall
 * plan.backward(call);
 * }</pre>
 *
 * <p>These return at once. They wait for nothing, and allocate nothing while the caller captures them into a CUDA graph. If
 * nobody does, a call of strategies A, B and D is a graph of its own, captured at the first call with its T, B and set of
 * tensors, and launched again by later ones wherever these are, but
 * for weights and their gradients, whose addresses are part of a graph: keep them where they are.
 *
 * <p>Where {@link #strategy} names C, blocks of a launch wait for each other, and a wait in vain ends: only {@link #synchronize} and
 * {@code close} tell, and not a wait for the stream. Call it before results are relied on.
 *
 * <p>The caller's tensors are read and written in the order of {@link #stream}: what was queued there before may make them, what
 * is queued there later may use or overwrite them, those of forward too before backward runs.
 */
public final class CudaPlan extends RnnPlan implements DevicePlan {
    /** Beside the tensors of a call, in its kind: which pass, and where its tensors are. */
    private static final long BACKWARD = 1L << 62;
    private static final long ON_DEVICE = 1L << 61;
    private static final long RAGGED = 1L << 60;
    private static final long TAKES_WEIGHTS = 1L << 59;

    private final WeightCopies copies;
    private final ProductChoice products;
    private final ParameterPlaces places;
    private final Workspace workspace;
    private final Stream stream;
    private final Staging staging;
    private final HostTensors host;
    private final DeviceTensors onDevice;
    private final CallBlock block;              // null if there are no graphs
    private final WeightAddresses callersWeights;   // those of calls with device memory
    private final TakenWeights taken = new TakenWeights();
    private final Rows rows;
    private final Sequences sequences;
    private final Lanes lanes;
    private final Graphs graphs;                // null if there are none
    private final Stack stack;
    private final Pass pass = new Pass();
    private final Transfers transfers;
    private final long weightGradients;         // as RnnWeights.data()
    // What graphs are captured from.
    private final Runnable layersForward = this::layersForward;
    private final Runnable layersBackward = this::layersBackward;
    private final Runnable deviceForward = this::deviceForward;
    private final Runnable deviceBackward = this::deviceBackward;
    private CallTensors tensors;                // of this call
    private boolean takesWeights;               // this forward does
    private boolean pending;                    // a forward with device memory waits for its backward
    private boolean queued;                     // work may be on the way
    private boolean closed;

    CudaPlan(Device device, WeightCopies copies, ProductChoice products, RnnConfig config, Shape shape, Mode mode,
            SequenceOptions options, boolean inGraphs, Function<Workspace, Stream> makeStream) {
        super(config, shape, mode);
        this.copies = copies;
        this.products = products;
        boolean training = mode == Mode.TRAINING;
        int layers = config.numLayers();
        int width = config.numDirections() * config.outputSize();
        places = new ParameterPlaces(config);
        long all = (long) shape.maxSteps() * shape.maxBatch();
        long stateH = (long) layers * width * shape.maxBatch();
        long stateC = config.cell() == CellType.LSTM
                ? (long) layers * config.numDirections() * config.hiddenSize() * shape.maxBatch() : 0;
        int widest = Math.max(config.inputSize(), width);
        workspace = new Workspace(device);
        try {
            stream = makeStream.apply(workspace);
            pass.masks = new Masks(workspace, config, shape, mode);
            long moved = places.size + shape.maxBatch() + 2 * all * widest + stateH + stateC + pass.masks.words();
            staging = new Staging(workspace, stream, moved);
            host = new HostTensors(staging);
            callersWeights = new WeightAddresses(config, places, copies.precision());
            callersWeights.biasSums = callersWeights.biasSumWords() == 0 ? 0
                    : workspace.words(callersWeights.biasSumWords(), "sums of the biases [L·D, G·H]");
            callersWeights.halves = callersWeights.packedWords() == 0 ? 0
                    : workspace.words(callersWeights.packedWords(), "weights in 16 bits");
            rows = new Rows(device);
            pass.lengths = workspace.words(shape.maxBatch(), "lengths [B]");
            pass.stateH = workspace.words(stateH, "state h [L·D, B, R]");
            pass.stateC = stateC > 0 ? workspace.words(stateC, "state c [L·D, B, H]") : 0;
            weightGradients = training ? workspace.words(places.size, "gradients of the weights") : 0;
            Problem problem = new Problem(config, shape.maxSteps(), shape.maxBatch(), mode, copies.precision());
            sequences = new Sequences(device, workspace, stream, options, CudaEngine.explain(problem,
                    Gpu.of(device.name(), device.properties()), options));
            lanes = new Lanes(workspace, stream, () -> Gemm.of(products.products(), device, workspace, copies.precision(), config, shape,
                    mode), inGraphs);
            transfers = new Transfers(workspace, config, shape, lanes.main(), rows);
            onDevice = new DeviceTensors(lanes.main());
            block = inGraphs ? new CallBlock(device, workspace, lanes.main()) : null;
            CellContext context = new CellContext(config, places, lanes, rows);
            Cell[][] cells = new CellFactory(device, workspace, context, shape, mode, sequences).stack();
            stack = new Stack(workspace, context, cells, shape, mode, copies.precision(), sequences, transfers.x());
            graphs = inGraphs ? new Graphs(workspace, lanes, stream, layers * config.numDirections()) : null;
        } catch (RuntimeException | Error e) {
            workspace.closeAfter(e);
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
     * @return one line for each pass, one with the library that multiplies matrices, if that is not done by our own kernels, or why
     *     they do instead of one that is there, and one if the device refused to capture graphs, in which steps run else; it changes if the device refuses a launch.
     *     In inference, if it is strategy C for more steps than one, a call of a single step runs as on D, in a graph
     */
    @Override
    public String strategy() {
        String multiplier = products.fallback().isEmpty() ? lanes.gemm(0).library() : products.fallback();
        String refusal = graphs == null ? null : graphs.refusal();
        return sequences.description() + (multiplier.isEmpty() ? "" : "\nproducts: " + multiplier) + (refusal == null ? "" : "\n" + refusal);
    }

    /** How many graphs it keeps now. */
    int graphs() {
        return graphs == null ? 0 : graphs.count();
    }

    @Override
    public void synchronize() {
        open();
        await();
    }

    @Override
    public void forward(DeviceCall call) {
        open();
        call.checkForward(config(), mode(), batch());
        requireFloats(call);
        shape(steps(), batch());                // forgets a forward with host memory: its reserve is overwritten
        pending = false;
        queued = true;
        callersWeights.parameters = call.get(Tensor.WEIGHTS);
        pass.weights = callersWeights;
        pass.gradients = 0;
        begin(steps(), batch(), call.has(Tensor.LENGTHS));
        takesWeights = !taken.serve(call);
        boolean captured = stream.isCapturing();
        if (takesWeights) {
            taken.forget();                     // so that a failure in between is mended by the next call
        }
        run(call, false, captured, deviceForward);
        if (takesWeights) {
            taken.take(call, captured);
        }
        pending = mode() == Mode.TRAINING;
    }

    private static void requireFloats(DeviceCall call) {
        if (call.dataType() != Precision.FP32) {
            throw new IllegalArgumentException("dataType: expected FP32, which engine cuda takes in every precision, got "
                    + call.dataType());
        }
    }

    @Override
    public void backward(DeviceCall call) {
        open();
        if (!pending || pass.steps != steps() || pass.batch != batch()) {
            throw new IllegalStateException("backward: call forward with a DeviceCall first, in a plan for TRAINING; one "
                    + "backward belongs to one forward of the same shape");
        }
        call.checkBackward(config(), callersWeights.parameters);
        requireFloats(call);
        pending = false;
        pass.gradients = call.get(Tensor.GRADIENTS);
        want(call.has(Tensor.DY), call.has(Tensor.DX));
        run(call, true, stream.isCapturing(), deviceBackward);
    }

    @Override
    protected void run(Call call) {
        pending = false;
        begin(call);
        pass.gradients = 0;
        tensors = host.of(call);
        begin(call.steps, call.batch, call.ragged);
        transfers.forwardIn(tensors, pass);
        runLayers(false, 0, layersForward);
        transfers.forwardOut(tensors, pass, stack.output());
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
        tensors = host.of(call);
        want(tensors.has(Tensor.DY), tensors.has(Tensor.DX));
        transfers.backwardIn(tensors, pass);
        runLayers(true, (pass.dOutput == 0 ? 0 : 1) + (pass.dInput ? 2 : 0), layersBackward);
        transfers.backwardOut(tensors, pass, stack.inputGradient());
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
        } catch (RuntimeException | Error e) {
            workspace.closeAfter(e);
            throw e;
        }
        workspace.close();
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
        pass.weights = copies.of(call.weights).refresh(call.weights, places, staging, rows, lanes.gemm(0), stream);
    }

    private void begin(int steps, int batch, boolean shorter) {
        pass.steps = steps;
        pass.isStep = mode() == Mode.INFERENCE && steps == 1 && capacity().maxSteps() > 1;
        pass.batch = batch;
        pass.ragged = shorter;
    }

    private void want(boolean fromOutput, boolean toInput) {
        pass.dOutput = fromOutput ? stack.outputGradient() : 0;
        pass.dInput = toInput && config().inputSize() > 0;
    }

    /** A call with device memory: all of it is a graph, which finds the caller's tensors through the block. */
    private void run(DeviceCall call, boolean backward, boolean captured, Runnable work) {
        if (inGraph(backward, captured)) {
            tensors = block.set(stream, call);
            long kind = backward ? BACKWARD : takesWeights ? TAKES_WEIGHTS : 0;
            if (graphs.run(kind | ON_DEVICE | (pass.ragged ? RAGGED : 0) | call.present(backward), pass, work)) {
                return;
            }
        }
        tensors = onDevice.of(call);
        work.run();
    }

    /** A call with host memory: what lies between its copies is a graph. */
    private void runLayers(boolean backward, long kind, Runnable work) {
        if (!inGraph(backward, stream.isCapturing()) || !graphs.run((backward ? BACKWARD : 0) | kind, pass, work)) {
            work.run();
        }
    }

    /** Sequence kernels in it are for one lane: on several, both directions in one launch would not wait for the products of the second. */
    private boolean inGraph(boolean backward, boolean captured) {
        return graphs != null && !captured && (!sequences.runs(backward, pass) || lanes.count() == 1 && !sequences.isCooperative(backward))
                && graphs.canRun(pass.steps);
    }

    private void deviceForward() {
        if (takesWeights) {
            callersWeights.sumBiases(rows, lanes.main());
            lanes.gemm(0).pack(lanes.main(), callersWeights);
        }
        transfers.forwardIn(tensors, pass);
        layersForward();
        transfers.forwardOut(tensors, pass, stack.output());
    }

    private void deviceBackward() {
        transfers.backwardIn(tensors, pass);
        layersBackward();
        transfers.backwardOut(tensors, pass, stack.inputGradient());
    }

    private void layersForward() {
        lanes.use(pass.weights);
        stack.forward(pass);
    }

    private void layersBackward() {
        lanes.use(pass.weights);
        stack.backward(pass);
    }
}
