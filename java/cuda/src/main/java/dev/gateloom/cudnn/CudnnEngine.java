package dev.gateloom.cudnn;

import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaOperations;
import dev.gateloom.cuda.jcuda.JcudaDevice;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.device.Device;
import dev.gateloom.nn.Operations;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import jcuda.jcudnn.JCudnn;

/**
 * Recurrent stacks by NVIDIA's cuDNN 9: LSTM, GRU with the reset after the recurrent product, and plain RNN, with layers, both
 * directions, projection, cell clip and dropout between layers; {@link #unsupported} names what it lacks.
 *
 * <p>In FP16 and BF16 all of cuDNN's tensors have 16 bits, states, outputs and gradients too, where engine {@code cuda} keeps
 * float32 and only multiplies in 16 bits; sums are float32. Gradients in FP16 are not scaled: scale the loss.
 *
 * <p>Tensors in device memory are cuDNN's own, if they are time-major, of cuDNN's numbers
 * ({@link dev.gateloom.cuda.DeviceCall#dataType}) and of sequences of one length: nothing is copied but the weights, into cuDNN's
 * layout, where they may have changed. A forward with lengths in device memory alone waits for its stream, because cuDNN reads
 * lengths on the host; all others return at once and may be captured into graphs, see {@link dev.gateloom.cuda.LibraryPlan}.
 *
 * <p>cuDNN 9 multiplies by cuBLASLt. Whether the bits are the same at every call is its affair, and was not measured.
 *
 * <p>Obtained from {@link dev.gateloom.Engines} by the name {@code cudnn}, or for a chosen device and algorithm from {@link #on}.
 */
public final class CudnnEngine implements RnnEngine, Operations.Source {
    static final String NAME = "cudnn";
    private static final Shape SMALLEST = Shape.of(1, 1);
    static final String MEND = "Engine cuda needs no cuDNN";

    private final JcudaDevice device;
    private final CudnnAlgorithm algorithm;
    private final Precision precision;
    private final boolean ownsDevice;
    private final String version;
    private CudaOperations operations;          // null until a trainer asks
    private boolean closed;

    private CudnnEngine(Device device, CudnnAlgorithm algorithm, Precision precision, boolean ownsDevice) {
        if (!(present("device", device) instanceof JcudaDevice gpu)) {
            throw new IllegalArgumentException("device: expected a GPU behind NVIDIA's driver, got " + device.name());
        }
        this.device = gpu;
        this.algorithm = present("algorithm", algorithm);
        this.precision = present("precision", precision);
        this.ownsDevice = ownsDevice;
        CudaLibraries.cudnnObstacle(capability()).ifPresent(reason -> {
            throw new EngineUnavailableException(NAME, reason, MEND);
        });
        version = CudaLibraries.cudnn().version();
    }

    /**
     * An engine in strict fp32 with {@link CudnnAlgorithm#STANDARD} on the caller's device.
     *
     * @param device a GPU; the engine leaves it open
     * @return an engine; close it before the device
     */
    public static CudnnEngine on(Device device) {
        return on(device, CudnnAlgorithm.STANDARD, Precision.FP32);
    }

    /**
     * An engine on the caller's device. {@link CudnnAlgorithm#STANDARD} takes every stack; the others are faster for some, and
     * only a measurement tells for which.
     *
     * @param device a GPU; the engine leaves it open
     * @param algorithm of all its plans
     * @param precision of all its plans
     * @return an engine; close it before the device
     * @throws EngineUnavailableException if there is no cuDNN, or none for this GPU
     */
    public static CudnnEngine on(Device device, CudnnAlgorithm algorithm, Precision precision) {
        return new CudnnEngine(device, algorithm, precision, false);
    }

    /**
     * An engine that closes its device, also if there is no engine for it.
     *
     * @param device a GPU, for this engine alone
     * @param algorithm of all its plans
     * @param precision of all its plans
     * @return an engine; close it after use
     * @throws EngineUnavailableException if there is no cuDNN, or none for this GPU
     */
    public static CudnnEngine owning(Device device, CudnnAlgorithm algorithm, Precision precision) {
        try {
            return new CudnnEngine(device, algorithm, precision, true);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return device.name() + ", cuDNN " + version + ", algorithm " + algorithm + ", "
                + precision.name().toLowerCase(Locale.ROOT);
    }

    /** What this version of cuDNN lacks for every shape, the device has no tensor cores for, or the algorithm no compiler. */
    @Override
    public Optional<String> unsupported(RnnConfig config, Mode mode) {
        return unsupported(present("config", config), SMALLEST, present("mode", mode));
    }

    private Optional<String> unsupported(RnnConfig config, Shape shape, Mode mode) {
        Optional<String> gap = Support.gap(config, shape, mode, algorithm, precision, JCudnn.cudnnGetVersion(), capability());
        return gap.isPresent() || algorithm != CudnnAlgorithm.PERSIST_DYNAMIC ? gap
                : CudaLibraries.nvrtcObstacle().map(why -> "cuDNN's algorithm " + algorithm + " compiles kernels, and " + why);
    }

    /**
     * A plan on a stream of its own.
     *
     * @throws UnsupportedOperationException with the reason, if {@link #unsupported} gives one or the shape is too large for cuDNN
     * @throws dev.gateloom.device.DeviceException if cuDNN refuses it, with what was asked for
     */
    @Override
    public CudnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return plan(config, shape, mode, OptionalLong.empty());
    }

    /**
     * A plan whose work runs on the caller's stream, behind what the caller has queued there.
     *
     * @param config the stack
     * @param shape the largest batch of sequences
     * @param mode whether backward is needed
     * @param stream a {@code CUstream} of the device's context, which must outlive the plan; 0 for the default stream
     * @return the plan
     * @throws UnsupportedOperationException with the reason, if {@link #unsupported} gives one or the shape is too large for cuDNN
     * @throws dev.gateloom.device.DeviceException if cuDNN refuses it, with what was asked for
     */
    public CudnnPlan plan(RnnConfig config, Shape shape, Mode mode, long stream) {
        return plan(config, shape, mode, OptionalLong.of(stream));
    }

    private CudnnPlan plan(RnnConfig config, Shape shape, Mode mode, OptionalLong stream) {
        unsupported(present("config", config), present("shape", shape), present("mode", mode)).ifPresent(reason -> {
            throw new UnsupportedOperationException("engine " + NAME + ": " + reason);
        });
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("this engine is closed");
            }
        }
        return new CudnnPlan(device, config, shape, mode, algorithm, precision, version, stream);
    }

    /**
     * A trainer's other layers on the same device, as engine {@code cuda} has them.
     *
     * @return the same object at each call
     */
    @Override
    public synchronized CudaOperations operations() {
        if (closed) {
            throw new IllegalStateException("this engine is closed");
        }
        if (operations == null) {
            operations = CudaOperations.on(device);
        }
        return operations;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (operations != null) {
                operations.close();
            }
        } finally {
            if (ownsDevice) {
                device.close();
            }
        }
    }

    private int capability() {
        return device.properties().computeCapability();
    }

    private static <T> T present(String argument, T value) {
        if (value == null) {
            throw new IllegalArgumentException(argument + ": expected a value, got null");
        }
        return value;
    }
}
