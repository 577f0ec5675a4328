package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Plan;
import dev.gateloom.cuda.planner.Planner;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.nn.Operations;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Recurrent stacks on a GPU, by kernels of our own: LSTM, GRU and plain RNN with every option. Products of matrices in strict
 * fp32, or on tensor cores in another {@link Precision}, which an engine has for all its plans; by cuBLAS where the device has it,
 * else by our own kernels too, see {@link #use}. The same code runs on any {@link Device}. Calls with host memory return when they
 * are done; those with device memory, which {@link CudaPlan} has, run later on the plan's stream.
 *
 * <p>How the steps of a layer run, a {@link Strategy}, is chosen for each plan by a model of the device, unless one is asked for:
 * {@link #explain} tells what is chosen, and why. Every strategy computes the same function but adds in another order, so
 * their results differ in the last bits. The choice depends on the stack, on the shape and mode of the plan and on the limits
 * of the device, and never on a measured time: the same plan on the same device gives the same bits at every call.
 *
 * <p>Obtained from {@link dev.gateloom.Engines} by the name {@code cuda}, or for a chosen device from {@link #on}.
 */
public final class CudaEngine implements RnnEngine, Operations.Source {
    static final String NAME = "cuda";
    /** The compute capability from which on tensor cores take tf32 and bf16. */
    private static final int AMPERE = 80;

    private final Device device;
    private final boolean ownsDevice;
    private final SequenceOptions sequences;
    private final WeightCopies copies;
    private volatile ProductChoice products;    // null until somebody asks and the answer holds: then what the device offers
    private CudaOperations operations;          // null until a trainer asks
    private boolean inGraphs = true;
    private boolean closed;

    private CudaEngine(Device device, Precision precision, SequenceOptions sequences, boolean ownsDevice) {
        this.device = present("device", device);
        this.ownsDevice = ownsDevice;
        this.sequences = sequences;
        copies = new WeightCopies(device, present("precision", precision));
    }

    /**
     * An engine in strict fp32 on the caller's device.
     *
     * @param device the device; the engine leaves it open
     * @return an engine; close it before the device
     */
    public static CudaEngine on(Device device) {
        return on(device, Precision.FP32);
    }

    /**
     * An engine on the caller's device.
     *
     * @param device the device; the engine leaves it open
     * @param precision of the products of matrices
     * @return an engine; close it before the device
     */
    public static CudaEngine on(Device device, Precision precision) {
        return new CudaEngine(device, precision, SequenceOptions.planned(), false);
    }

    /**
     * An engine in strict fp32 on the caller's device, whose recurrences run in a certain way. What the strategy cannot do, or
     * does not fit on the device, runs as {@link Strategy#D}; {@link CudaPlan#strategy} says what does, and why.
     *
     * @param device the device; the engine leaves it open
     * @param strategy how the recurrence runs
     * @return an engine; close it before the device
     */
    public static CudaEngine on(Device device, Strategy strategy) {
        return on(device, strategy, Precision.FP32);
    }

    /**
     * An engine on the caller's device, whose recurrences run in a certain way, see {@link #on(Device, Strategy)}.
     *
     * @param device the device; the engine leaves it open
     * @param strategy how the recurrence runs
     * @param precision of the products of matrices
     * @return an engine; close it before the device
     */
    public static CudaEngine on(Device device, Strategy strategy, Precision precision) {
        return on(device, precision, SequenceOptions.of(strategy));
    }

    static CudaEngine on(Device device, SequenceOptions sequences) {
        return on(device, Precision.FP32, sequences);
    }

    static CudaEngine on(Device device, Precision precision, SequenceOptions sequences) {
        return new CudaEngine(device, precision, sequences, false);
    }

    /**
     * An engine in strict fp32 that closes its device.
     *
     * @param device the device, for this engine alone
     * @return an engine; close it after use
     */
    public static CudaEngine owning(Device device) {
        return owning(device, Precision.FP32);
    }

    /**
     * An engine that closes its device.
     *
     * @param device the device, for this engine alone
     * @param precision of the products of matrices
     * @return an engine; close it after use
     */
    public static CudaEngine owning(Device device, Precision precision) {
        return new CudaEngine(device, precision, SequenceOptions.planned(), true);
    }

    /**
     * An engine that closes its device, whose recurrences run in a certain way, see {@link #on(Device, Strategy)}.
     *
     * @param device the device, for this engine alone
     * @param strategy how the recurrence runs
     * @param precision of the products of matrices
     * @return an engine; close it after use
     */
    public static CudaEngine owning(Device device, Strategy strategy, Precision precision) {
        return owning(device, precision, SequenceOptions.of(strategy));
    }

    static CudaEngine owning(Device device, SequenceOptions sequences) {
        return owning(device, Precision.FP32, sequences);
    }

    static CudaEngine owning(Device device, Precision precision, SequenceOptions sequences) {
        return new CudaEngine(device, precision, sequences, true);
    }

    /**
     * Chooses who multiplies the matrices of plans to come. Without this call it is cuBLAS where the device has it and it starts,
     * and our own kernels elsewhere; if it is there and does not start, {@link #description} and {@link CudaPlan#strategy} say why.
     * A device with too little memory to start it is none of these cases: it stays cuBLAS, and no plan is made before there is enough.
     *
     * @param chosen who multiplies; with {@link Products#CUBLAS} no plan is made if it does not start
     * @return this engine
     * @throws UnsupportedOperationException with the reason and what mends it, if the device has no cuBLAS
     */
    public CudaEngine use(Products chosen) {
        if (present("chosen", chosen) == Products.CUBLAS) {
            device.blasObstacle().ifPresent(why -> {
                throw new UnsupportedOperationException("engine " + NAME + ": products by cuBLAS: " + why);
            });
        }
        products = ProductChoice.of(chosen);
        return this;
    }

    /**
     * Who multiplies the matrices of plans to come.
     *
     * @return what {@link #use} chose, or the device offers
     * @throws IllegalStateException if that was not asked before this engine or its device was closed
     */
    public Products products() {
        return productChoice().products();
    }

    private ProductChoice productChoice() {
        ProductChoice choice = products;
        if (choice == null) {
            requireOpen();
            choice = ProductChoice.offeredBy(device);
            if (choice.holds()) {
                products = choice;
            }
        }
        return choice;
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this engine is closed");
        }
    }

    /**
     * How plans run, if no strategy is asked for: what an engine chooses by itself, and why.
     *
     * @param problem the stack, the shape and the mode of the plan, and the precision of the engine
     * @param gpu for a device {@link Gpu#of(String, dev.gateloom.device.DeviceProperties)}
     * @return the choice for each pass
     */
    public static Plan explain(Problem problem, Gpu gpu) {
        return explain(problem, gpu, SequenceOptions.planned());
    }

    /** Among the tiles that are left to choose from. */
    static Plan explain(Problem problem, Gpu gpu, SequenceOptions options) {
        return Planner.plan(problem, gpu, new SequenceDivisions(options));
    }

    /** Whether plans from here on run steps in captured graphs, which changes no bit; else each launch is queued by itself. */
    CudaEngine inGraphs(boolean wanted) {
        inGraphs = wanted;
        return this;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        ProductChoice choice = productChoice();
        return device.name() + ", " + copies.precision().name().toLowerCase(Locale.ROOT)
                + (choice.products() == Products.OWN ? "" : ", cuBLAS" + (choice.holds() ? "" : " (" + choice.lack() + ")"))
                + (sequences.strategy() == null ? "" : ", strategy " + sequences.strategy())
                + (choice.fallback().isEmpty() ? "" : ", products by " + choice.fallback());
    }

    /**
     * What products are computed in.
     *
     * @return as it was asked for
     */
    public Precision precision() {
        return copies.precision();
    }

    /** Also what the device has no tensor cores for. */
    @Override
    public Optional<String> unsupported(RnnConfig config, Mode mode) {
        return noTensorCores();
    }

    private Optional<String> noTensorCores() {
        Precision precision = copies.precision();
        if (precision == Precision.FP32 || precision == Precision.FP16) {
            return Optional.empty();
        }
        int capability = device.properties().computeCapability();
        return capability >= AMPERE ? Optional.empty() : Optional.of(precision + " needs tensor cores of compute capability 8.0 "
                + "or later, this device has " + capability / 10 + "." + capability % 10 + ": use FP16 or FP32");
    }

    /** A plan on a stream of its own, see {@link CudaPlan#stream}. */
    @Override
    public CudaPlan plan(RnnConfig config, Shape shape, Mode mode) {
        return plan(config, shape, mode, Workspace::stream);
    }

    /**
     * A plan whose work runs on the caller's stream, behind what the caller has queued there.
     *
     * @param config the stack
     * @param shape the largest batch of sequences
     * @param mode whether backward is needed
     * @param stream a {@code CUstream} of the device's context, which must outlive the plan; 0 for the default stream
     * @return the plan
     * @throws UnsupportedOperationException with the reason, if {@link #unsupported} gives one
     */
    public CudaPlan plan(RnnConfig config, Shape shape, Mode mode, long stream) {
        return plan(config, shape, mode, workspace -> workspace.stream(stream));
    }

    private CudaPlan plan(RnnConfig config, Shape shape, Mode mode, Function<Workspace, Stream> stream) {
        noTensorCores().ifPresent(reason -> {
            throw new UnsupportedOperationException("engine " + NAME + ": " + reason);
        });
        requireOpen();
        return new CudaPlan(device, copies, productChoice(), config, shape, mode, sequences, inGraphs, stream);
    }

    /**
     * A trainer's other layers on the same device, see {@link CudaOperations}. Matrices are multiplied by whom {@link #products} names
     * at the first call.
     *
     * @return the same object at each call
     */
    @Override
    public synchronized CudaOperations operations() {
        requireOpen();
        if (operations == null) {
            operations = CudaOperations.on(device, products());
        }
        return operations;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Workspace all = copies.workspace();
        if (ownsDevice) {
            all.own(device::close);
        }
        if (operations != null) {
            all.own(operations::close);
        }
        all.own(copies::close);
        all.close();
    }

    private static <T> T present(String argument, T value) {
        if (value == null) {
            throw new IllegalArgumentException(argument + ": expected a value, got null");
        }
        return value;
    }
}
