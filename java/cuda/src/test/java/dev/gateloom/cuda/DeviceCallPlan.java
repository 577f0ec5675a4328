package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.Stream;
import dev.gateloom.spi.Call;
import dev.gateloom.spi.Operand;
import java.util.EnumMap;
import java.util.Map;

/**
 * Takes the caller's tensors to the device and back. Each has an allocation of its own and exactly its size, results start as
 * NaN, and all but the weights are freed after each call, so that a checker notices who keeps an address: with backward, where that
 * reads tensors of forward again. Every second time lengths are told on the host too.
 */
final class DeviceCallPlan extends RnnPlan {
    private static final int NAN = 0x7fc0dead;
    private static final int STAGED = 1 << 16;

    private final Device device;
    private final Workspace kept;
    private final Stream stream;
    private final RnnPlan plan;
    private final DevicePlan onDevice;
    private final boolean readsAgain;
    private final int size;
    private final long weights;
    private Trip forward;                       // that backward may read again
    private int calls;

    DeviceCallPlan(Device device, DeviceCallEngine.PlanMaker maker, boolean readsAgain, RnnConfig config, Shape shape, Mode mode) {
        super(config, shape, mode);
        this.device = device;
        this.readsAgain = readsAgain;
        size = new ParameterPlaces(config).size;
        kept = new Workspace(device);
        try {
            stream = kept.stream();
            weights = kept.words(size, "the caller's weights");
            plan = maker.plan(config, shape, mode, stream.handle());
            onDevice = (DevicePlan) plan;
        } catch (RuntimeException e) {
            kept.close();
            throw e;
        }
    }

    @Override
    protected void run(Call call) {
        plan.shape(call.steps, call.batch);
        end();
        Trip trip = new Trip();
        try {
            trip.staging.upload(call.weights.data(), size, weights);
            trip.give(Tensor.X, call.x, rows(config().inputSize()));
            trip.give(Tensor.H0, call.h0, hidden());
            trip.give(Tensor.C0, call.c0, cells());
            if (call.ragged) {
                trip.staging.upload(call.lengths, call.batch, trip.place(Tensor.LENGTHS, call.batch));
                trip.call.hostLengths(calls++ % 2 == 0 ? call.lengths : null);
            }
            for (Tensor tensor : Tensor.values()) {
                if (call.masks != null && tensor.mask != null && call.masks.get(tensor.mask) != null) {
                    Operand masks = new Operand();
                    masks.set(call.masks.get(tensor.mask));
                    trip.give(tensor, masks, RnnMasks.size(config(), tensor.mask, steps(), batch()));
                }
            }
            trip.want(Tensor.Y, call.y, rows(width()));
            trip.want(Tensor.HN, call.hN, hidden());
            trip.want(Tensor.CN, call.cN, cells());
            onDevice.forward(trip.call);
            trip.fetch();
        } finally {
            if (readsAgain) {
                forward = trip;
            } else {
                trip.close();
            }
        }
    }

    private void end() {
        if (forward != null) {
            forward.close();
            forward = null;
        }
    }

    @Override
    protected void runBackward(Call call) {
        try (Trip trip = new Trip()) {
            trip.give(Tensor.DY, call.dy, rows(width()));
            trip.give(Tensor.DHN, call.dhN, hidden());
            trip.give(Tensor.DCN, call.dcN, cells());
            trip.want(Tensor.DX, call.dx, rows(config().inputSize()));
            trip.want(Tensor.DH0, call.dh0, hidden());
            trip.want(Tensor.DC0, call.dc0, cells());
            if (call.gradients != null) {
                Operand gradients = new Operand();
                gradients.set(call.gradients.data());
                trip.want(Tensor.GRADIENTS, gradients, size);
                trip.staging.upload(gradients, size, trip.call.get(Tensor.GRADIENTS));
            }
            onDevice.backward(trip.call);
            trip.fetch();
        } finally {
            end();
        }
    }

    @Override
    protected void free() {
        end();
        plan.close();
        kept.close();
    }

    private int width() {
        return config().numDirections() * config().outputSize();
    }

    private int rows(int wide) {
        return steps() * batch() * wide;
    }

    private int hidden() {
        return config().numLayers() * width() * batch();
    }

    private int cells() {
        return config().numLayers() * config().numDirections() * config().hiddenSize() * batch();
    }

    /** The tensors of one call. */
    private final class Trip implements AutoCloseable {
        private final Workspace workspace = new Workspace(device);
        private final Staging staging = new Staging(workspace, stream, STAGED);
        private final DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, weights);
        private final Map<Tensor, Operand> wanted = new EnumMap<>(Tensor.class);
        private final Map<Tensor, Integer> sizes = new EnumMap<>(Tensor.class);

        long place(Tensor tensor, int words) {
            call.set(tensor, workspace.words(words, "the caller's " + tensor));
            sizes.put(tensor, words);
            return call.get(tensor);
        }

        void give(Tensor tensor, Operand from, int words) {
            if (from.isPresent() && words > 0) {
                staging.upload(from, words, place(tensor, words));
            }
        }

        void want(Tensor tensor, Operand to, int words) {
            if (to.isPresent() && words > 0) {
                stream.fill(place(tensor, words), NAN, words);
                wanted.put(tensor, to);
            }
        }

        void fetch() {
            wanted.forEach((tensor, to) -> staging.download(call.get(tensor), to, sizes.get(tensor)));
            staging.flush();
        }

        /** Whoever failed may have left work behind. */
        @Override
        public void close() {
            try {
                stream.synchronize();
            } finally {
                workspace.close();
            }
        }
    }
}
