package dev.gateloom.bench.gpu;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Contender;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import dev.gateloom.cuda.DeviceCall;
import dev.gateloom.cuda.DevicePlan;
import dev.gateloom.cuda.Tensor;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;

/** A case on an engine, its tensors in device memory. Calls are queued; sets of inputs and outputs take turns. */
final class DeviceSession implements Contender.Session {
    /** One in float32, two in 16 bits. */
    private static final int NAN = 0x7fff7fff;

    private final Opened opened = new Opened();
    private final RnnEngine engine;
    private final Problem problem;
    private final DevicePlan onDevice;
    private final Stream stream;
    private final Buffers buffers;
    private final Transfer transfer;
    private int next;                           // the set of the next run
    private int last;                           // that of the last one
    private boolean ran;
    private double firstCallNanos;

    /** Closes the engine at the end, also if it cannot run the case. */
    DeviceSession(Device device, RnnEngine engine, Problem problem, int sets) {
        this.engine = engine;
        this.problem = problem;
        Case c = problem.of();
        try {
            opened.add(engine);
            Mode mode = c.kind() == Kind.TRAINING ? Mode.TRAINING : Mode.INFERENCE;
            engine.unsupported(c.config(), mode).ifPresent(reason -> {
                throw new UnsupportedOperationException(reason);
            });
            RnnPlan plan = opened.add(engine.plan(c.config(), Shape.of(c.dims().steps(), c.dims().batch()), mode));
            if (!(plan instanceof DevicePlan devicePlan)) {
                throw new UnsupportedOperationException("the plans of engine " + engine.name() + " take no device memory");
            }
            onDevice = devicePlan;
            Precision numbers = c.ragged() ? Precision.FP32 : onDevice.dataType();
            buffers = opened.add(new Buffers(device, problem, sets, numbers));
            opened.add(onDevice::synchronize);  // before tensors are freed
            stream = opened.add(device.stream(onDevice.stream()));
            int weights = problem.weights().data().length;
            transfer = opened.add(new Transfer(device, stream, Math.max(weights, problem.x().length), numbers));
            refill();
        } catch (RuntimeException | Error e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    /** Puts all inputs where they belong: weights, x, dy, and a state of zeros. */
    void refill() {
        DeviceCall first = buffers.call(0);
        transfer.up(problem.weights().data(), first.get(Tensor.WEIGHTS));
        transfer.rowsUp(problem.x(), first.get(Tensor.X));
        if (problem.of().ragged()) {
            transfer.up(problem.of().lengths(), first.get(Tensor.LENGTHS));
        }
        spread(Tensor.X, problem.x().length);
        for (int set = 0; set < sets(); set++) {
            clearState(set);
        }
        next = 0;
        if (problem.dy() != null) {
            upstream(problem.dy());
        }
        stream.synchronize();
    }

    /** Single steps begin anew with this set. */
    private void clearState(int set) {
        Case c = problem.of();
        long size = (long) c.layers() * c.dims().batch() * c.dims().hiddenSize();
        for (Tensor state : new Tensor[] {Tensor.H0, Tensor.C0}) {
            if (buffers.call(set).get(state) != 0) {
                stream.fill(buffers.call(set).get(state), 0, buffers.words(size));
            }
        }
    }

    /**
     * Puts NaN where a call on a set leaves its results, so that none is taken for another's, and zeros where it finds its state; where
     * single steps follow each other, where the others leave theirs too. The next run is on this set.
     */
    void spoil(int set) {
        for (int other = 0; other < sets(); other++) {
            if (other == set || problem.of().kind() == Kind.STEP) {
                spoilResults(buffers.call(other));
            }
        }
        clearState(set);
        next = set;
        stream.synchronize();
    }

    private void spoilResults(DeviceCall call) {
        stream.fill(call.get(Tensor.Y), NAN, buffers.words(outputs()));
        if (problem.of().kind() == Kind.TRAINING) {
            stream.fill(call.get(Tensor.DX), NAN, buffers.words(problem.x().length));
            stream.fill(call.get(Tensor.GRADIENTS), NAN, buffers.gradients());
        }
    }

    /** The set that goes on from a set's state; the same one unless single steps are taken. */
    int after(int set) {
        return problem.of().kind() == Kind.STEP ? (set + 1) % sets() : set;
    }

    private int outputs() {
        Case c = problem.of();
        return c.dims().steps() * c.dims().batch() * c.dims().hiddenSize();
    }

    /** The first set's rows for all. */
    private void spread(Tensor tensor, long count) {
        for (int set = 1; set < buffers.sets(); set++) {
            stream.copy(buffers.call(0).get(tensor), buffers.call(set).get(tensor), buffers.words(count) * Float.BYTES);
        }
    }

    /** Where calls are queued. */
    Stream stream() {
        return stream;
    }

    int sets() {
        return buffers.sets();
    }

    /** How the recurrence runs. */
    String strategy() {
        return onDevice.strategy();
    }

    /** Queues one call on a set. */
    void enqueue(int set) {
        DeviceCall call = buffers.call(set);
        if (problem.of().kind() == Kind.TRAINING) {
            stream.fill(call.get(Tensor.GRADIENTS), 0, buffers.gradients());
            onDevice.forward(call);
            onDevice.backward(call);
        } else {
            onDevice.forward(call.weightsUnchanged(true));
        }
    }

    /** Waits for what was queued, and throws if any of it failed. */
    void await() {
        onDevice.synchronize();
    }

    /** Time that inputs, weights and results took since the last asking, nanoseconds. */
    double takeTransferNanos() {
        return transfer.takeNanos();
    }

    @Override
    public String description() {
        return engine.description();
    }

    /** One call, on the first set unless another was spoilt; a single step on the one after the last. */
    @Override
    public void run() {
        long start = System.nanoTime();
        enqueue(next);
        last = next;
        next = after(next);
        await();
        if (!ran) {
            firstCallNanos = System.nanoTime() - start;
        }
        ran = true;
    }

    /** How long the first call took until its result was there, nanoseconds. */
    double firstCallNanos() {
        return firstCallNanos;
    }

    /** Whether a call has ended well. */
    boolean hasRun() {
        return ran;
    }

    @Override
    public void upstream(float[] dy) {
        transfer.rowsUp(dy, buffers.call(0).get(Tensor.DY));
        spread(Tensor.DY, dy.length);
        stream.synchronize();
    }

    @Override
    public Contender.Outcome outcome() {
        return outcome(last);
    }

    /** What the last call on a set computed. */
    Contender.Outcome outcome(int set) {
        DeviceCall call = buffers.call(set);
        float[] y = transfer.rowsDown(call.get(Tensor.Y), outputs());
        return problem.of().kind() != Kind.TRAINING ? new Contender.Outcome(y, null, null)
                : new Contender.Outcome(y, transfer.rowsDown(call.get(Tensor.DX), problem.x().length),
                        transfer.down(call.get(Tensor.GRADIENTS), buffers.gradients()));
    }

    @Override
    public void close() {
        opened.close();
    }
}
