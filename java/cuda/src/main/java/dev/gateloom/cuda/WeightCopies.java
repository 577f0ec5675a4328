package dev.gateloom.cuda;

import dev.gateloom.Precision;
import dev.gateloom.RnnWeights;
import dev.gateloom.device.Device;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The copies of weights that an engine has on its device. They end with their weights' {@code close()}, else with the
 * engine; those of weights that were dropped without {@code close()} are freed when the next copy takes memory.
 */
final class WeightCopies implements AutoCloseable {
    private final Device device;
    private final Precision precision;
    private final Supplier<CudaWeights> create = () -> new CudaWeights(this);
    private final Map<CudaWeights, Owner> owners = new ConcurrentHashMap<>();
    private final ReferenceQueue<RnnWeights> dropped = new ReferenceQueue<>();

    WeightCopies(Device device, Precision precision) {
        this.device = device;
        this.precision = precision;
    }

    /** Of the products that read them. */
    Precision precision() {
        return precision;
    }

    /** Notices when nobody can reach the weights any more. A copy must not refer to its weights. */
    private static final class Owner extends PhantomReference<RnnWeights> {
        private final CudaWeights copy;

        Owner(CudaWeights copy, RnnWeights weights, ReferenceQueue<RnnWeights> queue) {
            super(weights, queue);
            this.copy = copy;
        }
    }

    /** The copy of these weights, maybe out of date. */
    CudaWeights of(RnnWeights weights) {
        return weights.engineCopy(this, create);
    }

    void track(CudaWeights copy, RnnWeights weights) {
        for (Owner owner = (Owner) dropped.poll(); owner != null; owner = (Owner) dropped.poll()) {
            owner.copy.close();
        }
        owners.put(copy, new Owner(copy, weights, dropped));
    }

    void forget(CudaWeights copy) {
        owners.remove(copy);
    }

    /** For the memory of a copy. */
    Workspace workspace() {
        return new Workspace(device);
    }

    /** Frees all copies, also if freeing one fails. */
    @Override
    public void close() {
        Workspace all = workspace();
        owners.keySet().forEach(copy -> all.own(copy::close));
        all.close();
    }
}
