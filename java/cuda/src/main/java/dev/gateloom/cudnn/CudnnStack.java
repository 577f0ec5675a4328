package dev.gateloom.cudnn;

import static jcuda.jcudnn.JCudnn.cudnnBuildRNNDynamic;
import static jcuda.jcudnn.JCudnn.cudnnGetRNNTempSpaceSizes;
import static jcuda.jcudnn.JCudnn.cudnnRNNBackwardData_v8;
import static jcuda.jcudnn.JCudnn.cudnnRNNBackwardWeights_v8;
import static jcuda.jcudnn.JCudnn.cudnnRNNForward;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jcuda.Pointer;
import jcuda.jcudnn.cudnnForwardMode;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnWgradMode;

/**
 * Layers that cuDNN runs in one call: their descriptions, and the calls in their order, forward, backward data, backward weights.
 * For one thread at a time.
 */
final class CudnnStack {
    /** cuDNN 9 reads the lengths on the host. */
    private static final Pointer NO_DEVICE_LENGTHS = new Pointer();
    private static final cudnnTensorDescriptor NO_CELL_STATE = new cudnnTensorDescriptor();

    private final Cudnn cudnn;
    private final RnnSettings settings;
    private final NoDropout noDropout;
    private final Consumer<Runnable> own;
    private final int mode;
    private final Map<Integer, RnnDescriptor> compiled = new HashMap<>();   // by B, of PERSIST_DYNAMIC; graphs may use each
    private RnnDescriptor rnn;                  // of the calls that follow
    private RnnDescriptor spare;                // to be compiled, if it is not yet
    private SequenceDescriptor x;
    private SequenceDescriptor y;
    private TensorDescriptor h;
    private TensorDescriptor c;
    private boolean kept;                       // a graph may read these four
    private final WeightSpace weightSpace;
    private final TempSpace work;
    private final TempSpace reserve;
    private final StackTensors tensors = new StackTensors();
    private int steps;
    private int batch;
    private int[] lengths = {};
    private long workBytes;
    private long reserveBytes;

    /**
     * Describes them.
     *
     * @param cudnn the handle
     * @param settings the layers
     * @param noDropout what the description has to name
     * @param plan whether backward is needed
     * @param elementBytes of the numbers
     * @param work shared by the stacks of a plan: none of it outlives a call
     * @param reserve of this stack: from forward to backward
     * @param own takes what is to be closed with the plan
     */
    CudnnStack(Cudnn cudnn, RnnSettings settings, NoDropout noDropout, Mode plan, int elementBytes, TempSpace work, TempSpace reserve,
            Consumer<Runnable> own) {
        this.cudnn = cudnn;
        this.settings = settings;
        this.noDropout = noDropout;
        this.work = work;
        this.reserve = reserve;
        this.own = own;
        mode = plan == Mode.TRAINING ? cudnnForwardMode.CUDNN_FWD_MODE_TRAINING : cudnnForwardMode.CUDNN_FWD_MODE_INFERENCE;
        rnn = describe();
        spare = rnn;
        describeTensors();
        weightSpace = new WeightSpace(cudnn, rnn, settings, elementBytes);
    }

    WeightSpace weightSpace() {
        return weightSpace;
    }

    /** Where the next calls find their tensors. */
    StackTensors tensors() {
        return tensors;
    }

    /**
     * Describes the sequences of the calls that follow, if they are not those of the calls before, and takes the memory that cuDNN
     * wants for them.
     *
     * @param callLengths one for each sequence, 1 to T
     */
    void shape(int callSteps, int callBatch, int[] callLengths) {
        if (steps == callSteps && Arrays.equals(lengths, 0, lengths.length, callLengths, 0, callBatch)) {
            return;
        }
        steps = 0;                              // so that a failure in between is mended by the next call
        batch = callBatch;
        lengths = Arrays.copyOf(callLengths, batch);
        if (kept) {
            describeTensors();
        }
        int states = settings.layers() * settings.directions();
        x.set(settings.dataType(), callSteps, batch, settings.inputSize(), lengths);
        y.set(settings.dataType(), callSteps, batch, settings.directions() * settings.outputSize(), lengths);
        h.set(settings.dataType(), states, batch, settings.outputSize());
        c.set(settings.dataType(), states, batch, settings.hiddenSize());
        if (settings.algorithm() == CudnnAlgorithm.PERSIST_DYNAMIC) {
            rnn = compiled(batch);
        }
        long[] workSize = new long[1];
        long[] reserveSize = new long[1];
        cudnn.call("cudnnGetRNNTempSpaceSizes",
                () -> cudnnGetRNNTempSpaceSizes(cudnn.handle(), rnn.get(), mode, x.get(), workSize, reserveSize),
                () -> "T=" + callSteps + ", B=" + batch + ", " + settings);
        workBytes = workSize[0];
        reserveBytes = reserveSize[0];
        work.require(workBytes);
        reserve.require(reserveBytes);
        steps = callSteps;
    }

    /** Anew, beside those there are until the plan is closed. */
    private void describeTensors() {
        kept = false;
        x = new SequenceDescriptor();
        own.accept(x::close);
        y = new SequenceDescriptor();
        own.accept(y::close);
        h = new TensorDescriptor();
        own.accept(h::close);
        c = new TensorDescriptor();
        own.accept(c::close);
    }

    /**
     * A graph captures the calls that follow. Whether it keeps what the descriptions say or reads them when it runs, lengths in the
     * host's memory above all, is nowhere said: so they stay as they are.
     */
    void keepDescriptions() {
        kept = true;
    }

    private RnnDescriptor describe() {
        RnnDescriptor made = new RnnDescriptor(settings, noDropout.get());
        // In the context: what cudnnBuildRNNDynamic compiled for the description is unloaded with it.
        own.accept(() -> cudnn.call("cudnnDestroyRNNDescriptor", () -> {
            made.close();
            return 0;
        }, () -> ""));
        return made;
    }

    /** A description that cuDNN has compiled for so many sequences, until the plan is closed. It takes seconds. */
    private RnnDescriptor compiled(int sequences) {
        RnnDescriptor known = compiled.get(sequences);
        if (known == null) {
            if (compiled.containsValue(spare)) {
                spare = describe();
            }
            RnnDescriptor made = spare;
            cudnn.call("cudnnBuildRNNDynamic", () -> cudnnBuildRNNDynamic(cudnn.handle(), made.get(), sequences),
                    () -> "B=" + sequences + ", " + settings);
            compiled.put(sequences, made);
            known = made;
        }
        return known;
    }

    void forward(Pointer weights) {
        StackTensors t = tensors;
        cudnn.call("cudnnRNNForward", () -> cudnnRNNForward(cudnn.handle(), rnn.get(), mode, NO_DEVICE_LENGTHS, x.get(), t.x, y.get(),
                t.y, h.get(), t.hx, t.hy, cellState(), t.cx, t.cy, weightSpace.bytes(), weights, workBytes, work.pointer(),
                reserveBytes, reserve.pointer()), details());
    }

    void backwardData(Pointer weights) {
        StackTensors t = tensors;
        cudnn.call("cudnnRNNBackwardData_v8", () -> cudnnRNNBackwardData_v8(cudnn.handle(), rnn.get(), NO_DEVICE_LENGTHS, y.get(), t.y,
                t.dy, x.get(), t.dx, h.get(), t.hx, t.dhy, t.dhx, cellState(), t.cx, t.dcy, t.dcx, weightSpace.bytes(), weights,
                workBytes, work.pointer(), reserveBytes, reserve.pointer()), details());
    }

    /** Adds, which is all that cuDNN can. */
    void backwardWeights(Pointer gradients) {
        StackTensors t = tensors;
        cudnn.call("cudnnRNNBackwardWeights_v8", () -> cudnnRNNBackwardWeights_v8(cudnn.handle(), rnn.get(),
                cudnnWgradMode.CUDNN_WGRAD_MODE_ADD, NO_DEVICE_LENGTHS, x.get(), t.x, h.get(), t.hx, y.get(), t.y,
                weightSpace.bytes(), gradients, workBytes, work.pointer(), reserveBytes, reserve.pointer()), details());
    }

    private cudnnTensorDescriptor cellState() {
        return settings.cell() == CellType.LSTM ? c.get() : NO_CELL_STATE;
    }

    private Supplier<String> details() {
        return () -> settings + ", T=" + steps + ", B=" + batch + ", lengths " + Arrays.toString(lengths) + ", workspace " + workBytes
                + " bytes, reserve " + reserveBytes
                + " bytes";
    }
}
