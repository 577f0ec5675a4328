package dev.gateloom.cudnn;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.cuda.LibraryPlan;
import dev.gateloom.cuda.jcuda.Handles;
import dev.gateloom.cuda.jcuda.JcudaDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import jcuda.Pointer;

/**
 * A plan that cuDNN computes. Its calls with device memory, what they wait for and how they are captured: {@link LibraryPlan}. A
 * stack is one call of cuDNN's for each pass, except that training with dropout between layers runs
 * layer by layer, since cuDNN would draw masks of its own.
 *
 * <p>Sequences of length 0, of whose states cuDNN's documentation does not say what becomes, run one step on zeros: it reaches no
 * result, and their states are copied past it.
 */
public final class CudnnPlan extends LibraryPlan {
    private final CudnnAlgorithm algorithm;
    private final String description;
    private final int directions;
    private final int[] lengths;                // at least 1
    private final long noInput;                 // [T, B, 1] zeros if I = 0; else 0
    private final long noInputGradient;         // what cuDNN makes of them
    private final long zeros;                   // [max(H, R)]
    private final List<Part> parts = new ArrayList<>();

    /** Layers that run in one call, the first of which is a certain one of the stack. */
    private static final class Part {
        int firstLayer;
        CudnnStack stack;
        Pointer weights;                        // in cuDNN's layout
        Pointer gradients;                      // the same; null in inference
        List<Run> runs;
        long input;                             // of the plan; 0: the caller's
        long output;
        long inputGradient;
        long outputGradient;
    }

    CudnnPlan(JcudaDevice device, RnnConfig config, Shape shape, Mode mode, CudnnAlgorithm algorithm, Precision precision,
            String version, OptionalLong callersStream) {
        super(device, config, shape, mode, precision, callersStream);
        try {
            this.algorithm = algorithm;
            directions = config.numDirections();
            lengths = new int[shape.maxBatch()];
            boolean training = mode == Mode.TRAINING;
            long all = (long) shape.maxSteps() * shape.maxBatch();
            long width = (long) directions * config.outputSize();
            noInput = config.inputSize() > 0 ? 0 : tensor(all, "input of zeros [T, B, 1]");
            noInputGradient = noInput == 0 || !training ? 0 : tensor(all, "its gradient");
            if (noInput != 0) {
                clear(noInput, all * elementBytes());
            }
            zeros = tensor(config.hiddenSize(), "zeros");
            clear(zeros, (long) config.hiddenSize() * elementBytes());
            boolean layerByLayer = training && config.interlayerDropout();
            int layers = layerByLayer ? 1 : config.numLayers();
            description = "cuDNN " + version + ", algorithm " + algorithm
                    + (layerByLayer ? ", layer by layer for the dropout between them" : "");

            Cudnn cudnn = new Cudnn(device, stream());
            own(cudnn::close);
            NoDropout noDropout = new NoDropout(cudnn);
            own(noDropout::close);
            TempSpace work = new TempSpace(size -> bytes(size, "workspace of cuDNN"));
            for (int first = 0; first < config.numLayers(); first += layers) {
                boolean top = first + layers == config.numLayers();
                Part below = parts.isEmpty() ? null : parts.get(parts.size() - 1);
                Part part = new Part();
                part.firstLayer = first;
                RnnSettings settings = RnnSettings.of(config, first, layers, algorithm, precision);
                part.stack = new CudnnStack(cudnn, settings, noDropout, mode, elementBytes(), work,
                        new TempSpace(size -> bytes(size, "reserve of cuDNN")), this::own);
                part.weights = space(part.stack.weightSpace().bytes(), "weights of cuDNN");
                part.gradients = training ? space(part.stack.weightSpace().bytes(), "weight gradients of cuDNN") : null;
                part.runs = part.stack.weightSpace().runs(config, first, part.weights);
                part.input = below == null ? noInput : tensor(all * width, "output after dropout");
                part.output = top ? 0 : tensor(all * width, "output of a layer [T, B, D·R]");
                part.outputGradient = top || !training ? 0 : tensor(all * width, "gradient of rows");
                part.inputGradient = below == null ? noInputGradient : below.outputGradient;
                parts.add(part);
            }
            for (Part part : parts) {           // what cuDNN refuses it refuses now
                Arrays.fill(lengths, shape.maxSteps());
                part.stack.shape(shape.maxSteps(), shape.maxBatch(), lengths);
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public String strategy() {
        return description;
    }

    @Override
    protected void pack(long from) {
        for (Part part : parts) {
            for (Run run : part.runs) {
                narrow(Handles.get(part.weights) + run.offset() * elementBytes(), from + run.place() * Float.BYTES, run.count());
            }
        }
    }

    @Override
    protected void forward(int steps, int batch, int[] callLengths) {
        for (int b = 0; b < batch; b++) {
            lengths[b] = Math.max(1, callLengths[b]);
        }
        for (int n = 0; n < parts.size(); n++) {
            Part part = parts.get(n);
            if (n > 0) {
                drop(part.input, parts.get(n - 1).output, part.firstLayer - 1);
            }
            part.stack.shape(steps, batch, lengths);
            if (queue().isCapturing()) {
                part.stack.keepDescriptions();
            }
            StackTensors t = part.stack.tensors();
            StackTensors.set(t.x, orElse(part.input, tensors().x()));
            StackTensors.set(t.y, orElse(part.output, tensors().y()));
            StackTensors.set(t.hx, hidden(tensors().h0(), part, batch));
            StackTensors.set(t.hy, hidden(tensors().hN(), part, batch));
            StackTensors.set(t.cx, cells(tensors().c0(), part, batch));
            StackTensors.set(t.cy, cells(tensors().cN(), part, batch));
            part.stack.forward(part.weights);
        }
        copyStatesOfEmpty(tensors().h0(), tensors().hN(), config().outputSize(), batch, callLengths);
        copyStatesOfEmpty(tensors().c0(), tensors().cN(), config().hiddenSize(), batch, callLengths);
    }

    @Override
    protected void backward(int steps, int batch, int[] callLengths, boolean ofWeights) {
        // The gradient of an empty sequence's final state is that of its initial one and enters nothing else.
        setAside(tensors().dhN(), tensors().hN(), config().outputSize(), batch, callLengths);
        setAside(tensors().dcN(), tensors().cN(), config().hiddenSize(), batch, callLengths);
        for (int n = parts.size() - 1; n >= 0; n--) {
            Part part = parts.get(n);
            StackTensors t = part.stack.tensors();
            StackTensors.set(t.dy, orElse(part.outputGradient, tensors().dy()));
            StackTensors.set(t.dx, orElse(part.inputGradient, tensors().dx()));
            StackTensors.set(t.dhy, hidden(tensors().dhN(), part, batch));
            StackTensors.set(t.dhx, hidden(tensors().dh0(), part, batch));
            StackTensors.set(t.dcy, cells(tensors().dcN(), part, batch));
            StackTensors.set(t.dcx, cells(tensors().dc0(), part, batch));
            part.stack.backwardData(part.weights);
            if (ofWeights) {
                clear(Handles.get(part.gradients), part.stack.weightSpace().bytes());
                part.stack.backwardWeights(part.gradients);
                for (Run run : part.runs) {
                    gradient(run.place(), Handles.get(part.gradients) + run.offset() * elementBytes(), run.count());
                }
            }
            if (n > 0) {
                drop(part.inputGradient, part.inputGradient, part.firstLayer - 1);
            }
        }
        copyStatesOfEmpty(tensors().hN(), tensors().dh0(), config().outputSize(), batch, callLengths);
        copyStatesOfEmpty(tensors().cN(), tensors().dc0(), config().hiddenSize(), batch, callLengths);
    }

    @Override
    protected void checkLengths(int steps, int batch, int[] callLengths) {
        for (int b = 0; b < batch && Support.needsOneLength(algorithm); b++) {
            if (callLengths[b] < steps) {
                throw new UnsupportedOperationException("lengths[" + b + "]: cuDNN's algorithm " + algorithm
                        + " takes sequences of one length, T = " + steps + ", got " + callLengths[b] + "; use "
                        + CudnnAlgorithm.STANDARD);
            }
        }
    }

    private Pointer space(long size, String purpose) {
        Pointer space = Handles.set(new Pointer(), bytes(size, purpose));
        clear(Handles.get(space), size);        // what belongs to no parameter of ours is zero
        return space;
    }

    private void clear(long at, long size) {
        queue().fill(at, 0, (size + Float.BYTES - 1) / Float.BYTES);
    }

    private static long orElse(long plans, long callers) {
        return plans == 0 ? callers : plans;
    }

    /** {@code [L·D, B, R]} from a part's first layer on. */
    private long hidden(long states, Part part, int batch) {
        return state(states, part.firstLayer * directions, 0, config().outputSize(), batch);
    }

    private long cells(long states, Part part, int batch) {
        return states == 0 ? 0 : state(states, part.firstLayer * directions, 0, config().hiddenSize(), batch);
    }

    /** {@code states[k, b, :]}. */
    private long state(long states, int k, int b, int width, int batch) {
        return states + ((long) k * batch + b) * width * elementBytes();
    }

    /** {@code to[:, b, :] = from[:, b, :]} of each empty sequence. */
    private void copyStatesOfEmpty(long from, long to, int width, int batch, int[] callLengths) {
        if (from == 0) {
            return;
        }
        for (int b = 0; b < batch; b++) {
            for (int k = 0; callLengths[b] == 0 && k < config().numLayers() * directions; k++) {
                queue().copy(state(from, k, b, width, batch), state(to, k, b, width, batch), (long) width * elementBytes());
            }
        }
    }

    /** Takes the rows of empty sequences to another place, and leaves zeros. */
    private void setAside(long from, long to, int width, int batch, int[] callLengths) {
        copyStatesOfEmpty(from, to, width, batch, callLengths);
        for (int b = 0; from != 0 && b < batch; b++) {
            for (int k = 0; callLengths[b] == 0 && k < config().numLayers() * directions; k++) {
                queue().copy(zeros, state(from, k, b, width, batch), (long) width * elementBytes());
            }
        }
    }
}
