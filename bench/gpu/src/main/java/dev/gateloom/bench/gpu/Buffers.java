package dev.gateloom.bench.gpu;

import dev.gateloom.CellType;
import dev.gateloom.Precision;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Problem;
import dev.gateloom.cuda.DeviceCall;
import dev.gateloom.cuda.Tensor;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;

/**
 * The caller's tensors of a case in device memory: one set of inputs and outputs for each turn, the others once. A single step leaves
 * its state where the next set's finds it.
 */
final class Buffers implements AutoCloseable {
    private final Device device;
    private final Opened owned = new Opened();
    private final DeviceCall[] calls;
    private final int rowBytes;
    private final int gradients;                        // floats of them; 0 unless training

    /** With rows and states in these numbers. */
    Buffers(Device device, Problem problem, int sets, Precision numbers) {
        this.device = device;
        rowBytes = rowBytes(numbers);
        Case c = problem.of();
        boolean training = c.kind() == Kind.TRAINING;
        int weights = problem.weights().data().length;
        int inputs = problem.x().length;
        int outputs = c.dims().steps() * c.dims().batch() * c.dims().hiddenSize();
        gradients = training ? weights : 0;
        calls = new DeviceCall[sets];
        try {
            DeviceCall shared = new DeviceCall().dataType(numbers).hostLengths(c.lengths());
            place(shared, Tensor.WEIGHTS, weights);
            if (training) {
                place(shared, Tensor.GRADIENTS, weights);
            }
            if (c.ragged()) {
                place(shared, Tensor.LENGTHS, c.dims().batch());
            }
            for (int set = 0; set < sets; set++) {
                calls[set] = copy(shared);
                rows(calls[set], Tensor.X, inputs);
                rows(calls[set], Tensor.Y, outputs);
                if (training) {
                    rows(calls[set], Tensor.DY, outputs);
                    rows(calls[set], Tensor.DX, inputs);
                }
            }
            if (c.kind() == Kind.STEP) {
                carry(Tensor.H0, Tensor.HN, c);
                if (c.cell() == CellType.LSTM) {
                    carry(Tensor.C0, Tensor.CN, c);
                }
            }
        } catch (RuntimeException e) {
            owned.closeAfter(e);
            throw e;
        }
    }

    private static int rowBytes(Precision numbers) {
        return numbers == Precision.BF16 || numbers == Precision.FP16 ? Short.BYTES : Float.BYTES;
    }

    /** Bytes of one set, what takes turns, of contenders whose rows have the least: 16 bits each in 16 bits. */
    static long bytesOfSet(Case c, Precision precision) {
        long row = (long) c.dims().inputSize() + c.dims().hiddenSize();
        return rowBytes(precision) * row * c.dims().steps() * c.dims().batch() * (c.kind() == Kind.TRAINING ? 2 : 1);
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

    private void rows(DeviceCall call, Tensor tensor, long count) {
        place(call, tensor, words(count));
    }

    /** A state that each step leaves for the next: {@code [L, B, H]}. */
    private void carry(Tensor before, Tensor after, Case c) {
        for (DeviceCall call : calls) {
            rows(call, before, (long) c.layers() * c.dims().batch() * c.dims().hiddenSize());
        }
        for (int set = 0; set < calls.length; set++) {
            calls[set].set(after, calls[(set + 1) % calls.length].get(before));
        }
    }

    /** 32-bit words of so many numbers of rows or states. */
    long words(long count) {
        return (count * rowBytes + Float.BYTES - 1) / Float.BYTES;
    }

    private static DeviceCall copy(DeviceCall of) {
        DeviceCall call = new DeviceCall().dataType(of.dataType()).hostLengths(of.hostLengths());
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
