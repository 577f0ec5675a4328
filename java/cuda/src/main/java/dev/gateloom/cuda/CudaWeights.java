package dev.gateloom.cuda;

import dev.gateloom.RnnWeights;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Stream;

/**
 * The device's copy of one set of weights on the host, shared by all plans of an engine. Copied again, in place, at the
 * first call after {@link RnnWeights#changed()}.
 */
final class CudaWeights implements AutoCloseable {
    private final WeightCopies copies;
    private WeightAddresses addresses;
    private DeviceMemory parameters;
    private DeviceMemory biasSums;              // null if the cell needs none
    private DeviceMemory halves;                // null if products read fp32
    private long version = -1;

    CudaWeights(WeightCopies copies) {
        this.copies = copies;
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
        if (parameters == null) {
            allocate(weights, places);
        }
        version = -1;                           // so that a failure in between is mended by the next call
        staging.upload(weights.data(), places.size, parameters.address());
        addresses.sumBiases(rows, stream);
        gemm.pack(stream, addresses);
        staging.flush();
        version = now;
        return addresses;
    }

    /** Frees the memory. A later {@link #refresh} takes it again. */
    @Override
    public synchronized void close() {
        version = -1;
        copies.forget(this);
        biasSums = freed(biasSums);
        halves = freed(halves);
        parameters = freed(parameters);
    }

    private static DeviceMemory freed(DeviceMemory memory) {
        if (memory != null) {
            memory.close();
        }
        return null;
    }

    private void allocate(RnnWeights weights, ParameterPlaces places) {
        copies.track(this, weights);
        addresses = new WeightAddresses(weights.config(), places, copies.precision());
        if (addresses.biasSumWords() > 0 && biasSums == null) {
            biasSums = copies.allocate(addresses.biasSumWords(), "sums of the biases of " + weights.config());
        }
        if (addresses.packedWords() > 0 && halves == null) {
            halves = copies.allocate(addresses.packedWords(), "weights in 16 bits of " + weights.config());
        }
        parameters = copies.allocate(places.size, "weights of " + weights.config());
        addresses.biasSums = biasSums == null ? 0 : biasSums.address();
        addresses.halves = halves == null ? 0 : halves.address();
        addresses.parameters = parameters.address();
    }
}
