package dev.gateloom.cuda;

import dev.gateloom.RnnWeights;
import dev.gateloom.device.Stream;

/**
 * The device's copy of one set of weights on the host, shared by all plans of an engine. Copied again, in place, at the
 * first call after {@link RnnWeights#changed()}.
 */
final class CudaWeights implements AutoCloseable {
    private final WeightCopies copies;
    private final Workspace memory;
    private WeightAddresses addresses;          // null while there is no copy
    private long version = -1;

    CudaWeights(WeightCopies copies) {
        this.copies = copies;
        memory = copies.workspace();
    }

    /**
     * Copies if the values changed since, and waits for it: after that any stream may read them. Plans that come meanwhile
     * wait, they need the copy too. Work of earlier calls does not read it any more, since a call returns when it is done.
     */
    synchronized WeightAddresses refresh(RnnWeights weights, ParameterPlaces places, Staging staging, Rows rows,
            Gemm gemm, Stream stream) {
        long now = weights.version();
        if (version == now) {
            return addresses;
        }
        if (addresses == null) {
            allocate(weights, places);
        }
        version = -1;                           // so that a failure in between is mended by the next call
        staging.upload(weights.data(), places.size, addresses.parameters);
        addresses.sumBiases(rows, stream);
        gemm.pack(stream, addresses);
        staging.flush();
        version = now;
        return addresses;
    }

    /** Frees the memory, all of it also if freeing a part fails. A later {@link #refresh} takes it again. */
    @Override
    public synchronized void close() {
        version = -1;
        addresses = null;
        copies.forget(this);
        memory.close();
    }

    private void allocate(RnnWeights weights, ParameterPlaces places) {
        copies.track(this, weights);
        WeightAddresses made = new WeightAddresses(weights.config(), places, copies.precision());
        try {
            made.biasSums = words(made.biasSumWords(), "sums of the biases of ", weights);
            made.halves = words(made.packedWords(), "weights in 16 bits of ", weights);
            made.parameters = words(places.size, "weights of ", weights);
        } catch (RuntimeException e) {
            memory.closeAfter(e);
            throw e;
        }
        addresses = made;
    }

    /** 0 if there are none. */
    private long words(long count, String purpose, RnnWeights weights) {
        return count == 0 ? 0 : memory.words(count, purpose + weights.config());
    }
}
