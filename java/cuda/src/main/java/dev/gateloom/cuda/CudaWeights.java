package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Stream;

/**
 * The device's copy of one set of weights, shared by all plans of an engine: the parameters as they lie on the host, and
 * where a cell needs only their sum, {@code bias_ih + bias_hh}. Copied again, in place, at the first call after
 * {@link RnnWeights#changed()}.
 */
final class CudaWeights implements AutoCloseable {
    private final WeightCopies copies;
    private ParameterPlaces places;
    private DeviceMemory parameters;            // as RnnWeights.data()
    private DeviceMemory biasSums;              // [L·D, G·H]; null if there are no biases, or the cell needs both
    private int gateRows;                       // G·H
    private long version = -1;

    CudaWeights(WeightCopies copies) {
        this.copies = copies;
    }

    /**
     * Copies if the values changed since, and waits for it: after that any stream may read them. Plans that come meanwhile
     * wait, they need the copy too. Work of earlier calls does not read it any more, since a call returns when it is done.
     */
    synchronized void refresh(RnnWeights weights, ParameterPlaces at, Staging staging, Rows rows, Stream stream) {
        long now = weights.version();
        if (version == now) {
            return;
        }
        if (parameters == null) {
            allocate(weights, at);
        }
        version = -1;                           // so that a failure in between is mended by the next call
        staging.upload(weights.data(), at.size, parameters.address());
        for (int k = 0; biasSums != null && k < at.biasIh.length; k++) {
            rows.add(stream, inputBias(k), address(at.biasIh[k]), address(at.biasHh[k]), gateRows);
        }
        staging.flush();
        version = now;
    }

    /** {@code weight_ih [G·H, I]} of a layer and direction. */
    long weightIh(int k) {
        return address(places.weightIh[k]);
    }

    /** {@code weight_hh [G·H, H]}. */
    long weightHh(int k) {
        return address(places.weightHh[k]);
    }

    /** What the products with the input start from: both biases, or the first one for a GRU; 0 without. */
    long inputBias(int k) {
        return biasSums != null ? biasSums.address() + (long) k * gateRows * Float.BYTES : address(places.biasIh[k]);
    }

    /** What the products with the state start from: a GRU's second bias; 0 if {@link #inputBias} has it, or without. */
    long recurrentBias(int k) {
        return biasSums != null ? 0 : address(places.biasHh[k]);
    }

    /** Frees the memory. A later {@link #refresh} takes it again. */
    @Override
    public synchronized void close() {
        version = -1;
        copies.forget(this);
        if (biasSums != null) {
            biasSums.close();
            biasSums = null;
        }
        if (parameters != null) {
            parameters.close();
            parameters = null;
        }
    }

    private void allocate(RnnWeights weights, ParameterPlaces at) {
        RnnConfig config = weights.config();
        copies.track(this, weights);
        places = at;
        gateRows = config.cell().gates() * config.hiddenSize();
        if (config.bias() && config.cell() != CellType.GRU && biasSums == null) {
            biasSums = copies.allocate((long) at.biasIh.length * gateRows, "sums of the biases of " + config);
        }
        parameters = copies.allocate(at.size, "weights of " + config);
    }

    private long address(int offset) {
        return offset < 0 ? 0 : parameters.address() + (long) offset * Float.BYTES;
    }
}
