package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import dev.gateloom.cuda.DeviceCall;
import dev.gateloom.cuda.Tensor;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;

/** The caller's tensors of a case in device memory: one set of inputs and outputs for each turn, the others once. */
final class Buffers implements AutoCloseable {
    private final Device device;
    private final Opened owned = new Opened();
    private final DeviceCall[] calls;
    private final int gradients;                        // floats of them; 0 unless training

    Buffers(Device device, Problem problem, int sets) {
        this.device = device;
        Case c = problem.of();
        boolean training = c.kind() == Kind.TRAINING;
        int weights = problem.weights().data().length;
        int inputs = problem.x().length;
        int outputs = c.dims().steps() * c.dims().batch() * c.dims().hiddenSize();
        gradients = training ? weights : 0;
        calls = new DeviceCall[sets];
        try {
            DeviceCall shared = new DeviceCall();
            place(shared, Tensor.WEIGHTS, weights);
            if (training) {
                place(shared, Tensor.GRADIENTS, weights);
            }
            if (c.ragged()) {
                place(shared, Tensor.LENGTHS, c.dims().batch());
            }
            if (c.kind() == Kind.STEP) {
                carry(shared, Tensor.H0, Tensor.HN, c);
                if (c.cell() == CellType.LSTM) {
                    carry(shared, Tensor.C0, Tensor.CN, c);
                }
            }
            for (int set = 0; set < sets; set++) {
                calls[set] = copy(shared);
                place(calls[set], Tensor.X, inputs);
                place(calls[set], Tensor.Y, outputs);
                if (training) {
                    place(calls[set], Tensor.DY, outputs);
                    place(calls[set], Tensor.DX, inputs);
                }
            }
        } catch (RuntimeException e) {
            owned.closeAfter(e);
            throw e;
        }
    }

    /** Bytes of one set: what takes turns. */
    static long bytesOfSet(Case c) {
        long row = (long) c.dims().inputSize() + c.dims().hiddenSize();
        return Float.BYTES * row * c.dims().steps() * c.dims().batch() * (c.kind() == Kind.TRAINING ? 2 : 1);
    }

    int sets() {
        return calls.length;
    }

    DeviceCall call(int set) {
        return calls[set];
    }

    /** So many floats, which every training step clears first. */
    int gradients() {
        return gradients;
    }

    private void place(DeviceCall call, Tensor tensor, long words) {
        DeviceMemory memory = owned.add(device.allocate(words * Float.BYTES, "benchmark: " + tensor));
        call.set(tensor, memory.address());
    }

    /** A state that each step leaves for the next: {@code [L, B, H]}. */
    private void carry(DeviceCall call, Tensor before, Tensor after, Case c) {
        place(call, before, stateSize(c));
        call.set(after, call.get(before));
    }

    static long stateSize(Case c) {
        return (long) c.layers() * c.dims().batch() * c.dims().hiddenSize();
    }

    private static DeviceCall copy(DeviceCall of) {
        DeviceCall call = new DeviceCall();
        for (Tensor tensor : Tensor.values()) {
            call.set(tensor, of.get(tensor));
        }
        return call;
    }

    @Override
    public void close() {
        owned.close();
    }
}
