package dev.gateloom.bench.gpu;

import dev.gateloom.Mode;
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
    private static final int NAN = Float.floatToRawIntBits(Float.NaN);

    private final Opened opened = new Opened();
    private final RnnEngine engine;
    private final Problem problem;
    private final DevicePlan onDevice;
    private final Stream stream;
    private final Buffers buffers;
    private final Transfer transfer;
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
            buffers = opened.add(new Buffers(device, problem, sets));
            RnnPlan plan = opened.add(engine.plan(c.config(), Shape.of(c.dims().steps(), c.dims().batch()), mode));
            if (!(plan instanceof DevicePlan devicePlan)) {
                throw new UnsupportedOperationException("the plans of engine " + engine.name() + " take no device memory");
            }
            onDevice = devicePlan;
            stream = opened.add(device.stream(onDevice.stream()));
            int weights = problem.weights().data().length;
            transfer = opened.add(new Transfer(device, stream, Math.max(weights, problem.x().length)));
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
        transfer.up(problem.x(), first.get(Tensor.X));
        if (problem.of().ragged()) {
            transfer.up(problem.of().lengths(), first.get(Tensor.LENGTHS));
        }
        spread(Tensor.X, problem.x().length);
        clearState();
        if (problem.dy() != null) {
            upstream(problem.dy());
        }
        stream.synchronize();
    }

    /** Single steps begin anew. */
    private void clearState() {
        for (Tensor state : new Tensor[] {Tensor.H0, Tensor.C0}) {
            if (buffers.call(0).get(state) != 0) {
                stream.fill(buffers.call(0).get(state), 0, Buffers.stateSize(problem.of()));
            }
        }
    }

    /** Puts NaN where a call on a set leaves its results, so that none is taken for another's, and a state of zeros. */
    void spoil(int set) {
        DeviceCall call = buffers.call(set);
        stream.fill(call.get(Tensor.Y), NAN, outputs());
        if (problem.of().kind() == Kind.TRAINING) {
            stream.fill(call.get(Tensor.DX), NAN, problem.x().length);
            stream.fill(call.get(Tensor.GRADIENTS), NAN, buffers.gradients());
        }
        clearState();
        stream.synchronize();
    }

    private int outputs() {
        Case c = problem.of();
        return c.dims().steps() * c.dims().batch() * c.dims().hiddenSize();
    }

    /** The first set's tensor for all. */
    private void spread(Tensor tensor, long words) {
        for (int set = 1; set < buffers.sets(); set++) {
            stream.copy(buffers.call(0).get(tensor), buffers.call(set).get(tensor), words * Float.BYTES);
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

    /** One call on the first set. */
    @Override
    public void run() {
        long start = System.nanoTime();
        enqueue(0);
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
        transfer.up(dy, buffers.call(0).get(Tensor.DY));
        spread(Tensor.DY, dy.length);
        stream.synchronize();
    }

    @Override
    public Contender.Outcome outcome() {
        return outcome(0);
    }

    /** What the last call on a set computed. */
    Contender.Outcome outcome(int set) {
        DeviceCall call = buffers.call(set);
        float[] y = transfer.down(call.get(Tensor.Y), outputs());
        return problem.of().kind() != Kind.TRAINING ? new Contender.Outcome(y, null, null)
                : new Contender.Outcome(y, transfer.down(call.get(Tensor.DX), problem.x().length),
                        transfer.down(call.get(Tensor.GRADIENTS), buffers.gradients()));
    }

    @Override
    public void close() {
        opened.close();
    }
}
