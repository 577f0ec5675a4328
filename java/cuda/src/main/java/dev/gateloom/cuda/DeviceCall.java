package dev.gateloom.cuda;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import java.util.Arrays;

/**
 * Where the caller's tensors of a forward and its backward lie on the device. A result whose address is 0 is not wanted; an
 * input whose address is 0 has the value that {@link Tensor} says. Reused from call to call:
 *
 * <pre>{@code
 * DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, weights).set(Tensor.X, x).set(Tensor.Y, y);
 * plan.forward(call);
 * plan.backward(call.set(Tensor.DY, dy).set(Tensor.GRADIENTS, gradients));
 * }</pre>
 */
public final class DeviceCall {
    private static final Tensor[] TENSORS = Tensor.values();

    private final long[] addresses = new long[TENSORS.length];
    private boolean weightsUnchanged;
    private Precision dataType = Precision.FP32;
    private int[] hostLengths;                  // null if nobody has told them

    /** No tensors yet. */
    public DeviceCall() {
    }

    /**
     * Places one tensor.
     *
     * @param tensor which
     * @param address its first byte, in the address space of the plan's device; 0 for none
     * @return this
     * @throws IllegalArgumentException if it is no multiple of 4
     */
    public DeviceCall set(Tensor tensor, long address) {
        if (address % Float.BYTES != 0) {
            throw new IllegalArgumentException(tensor + ": expected an address that is a multiple of " + Float.BYTES
                    + ", got 0x" + Long.toHexString(address));
        }
        addresses[tensor.ordinal()] = address;
        return this;
    }

    /**
     * Where one tensor is.
     *
     * @param tensor which
     * @return its address; 0 for none
     */
    public long get(Tensor tensor) {
        return addresses[tensor.ordinal()];
    }

    /**
     * Whether the values of {@link Tensor#WEIGHTS} are still those that the plan's last forward with this address found there;
     * false until somebody says so. A plan that keeps something made of them (sums of biases, weights in 16 bits, a library's copy)
     * then does not make it again. What it has not it makes, as at the first forward: inference may say so from the start.
     * Backward does not look at it.
     *
     * <p>A graph that captured such a forward uses what the plan has when it runs: capture it again after a forward with other
     * weights. Once the caller has captured a forward that took weights over, all later ones do, since a graph may run between.
     *
     * @param unchanged true if nothing has written other values there since
     * @return this
     */
    public DeviceCall weightsUnchanged(boolean unchanged) {
        weightsUnchanged = unchanged;
        return this;
    }

    /**
     * What {@link #weightsUnchanged(boolean)} was told.
     *
     * @return false if weights may have changed
     */
    public boolean weightsUnchanged() {
        return weightsUnchanged;
    }

    /**
     * In which numbers the rows, states and their gradients are: {@link Precision#FP32} unless somebody says otherwise, or the 16
     * bits of a plan whose library computes in them, so that nothing is converted. Weights, their gradients and masks are float32
     * always. Engine {@code cuda} takes float32. Backward has the numbers of its forward.
     *
     * @param numbers FP32, BF16 or FP16
     * @return this
     */
    public DeviceCall dataType(Precision numbers) {
        if (numbers == null || numbers == Precision.TF32) {
            throw new IllegalArgumentException("dataType: expected FP32, BF16 or FP16, got " + numbers);
        }
        dataType = numbers;
        return this;
    }

    /**
     * What {@link #dataType(Precision)} was told.
     *
     * @return FP32, BF16 or FP16
     */
    public Precision dataType() {
        return dataType;
    }

    /**
     * Tells the values that {@link Tensor#LENGTHS} has, so that a library which needs them on the host does not wait for the stream,
     * and the call can be captured. The graph keeps them, and reads LENGTHS too when it runs: leave the same there. Engine
     * {@code cuda} has no use for them.
     *
     * @param lengths the first B of them count, 0 to T each; read by forward, not copied before; null for those on the device
     * @return this
     */
    public DeviceCall hostLengths(int... lengths) {
        hostLengths = lengths;
        return this;
    }

    /**
     * What {@link #hostLengths(int...)} was told.
     *
     * @return the caller's array; null if lengths are on the device alone
     */
    public int[] hostLengths() {
        return hostLengths;
    }

    /**
     * Forgets all tensors, their numbers, lengths on the host, and that weights are unchanged.
     *
     * @return this
     */
    public DeviceCall clear() {
        Arrays.fill(addresses, 0);
        weightsUnchanged = false;
        dataType = Precision.FP32;
        hostLengths = null;
        return this;
    }

    boolean has(Tensor tensor) {
        return get(tensor) != 0;
    }

    /** A bit for each tensor of a pass that is there. */
    long present(boolean backward) {
        int first = backward ? Tensor.DY.ordinal() : 0;
        int last = backward ? addresses.length : Tensor.DY.ordinal();
        long bits = 0;
        for (int n = first; n < last; n++) {
            bits |= addresses[n] == 0 ? 0 : 1L << n;
        }
        return bits;
    }

    void checkForward(RnnConfig config, Mode mode, int batch) {
        require(Tensor.WEIGHTS);
        if (config.inputSize() > 0) {
            require(Tensor.X);
        }
        if (hostLengths != null) {
            require(Tensor.LENGTHS);
            if (hostLengths.length < batch) {
                throw new IllegalArgumentException("hostLengths: expected B = " + batch + ", got " + hostLengths.length);
            }
        }
        checkResult(config, Tensor.Y);
        checkCellStates(config, Tensor.C0, Tensor.CN);
        for (Tensor tensor : TENSORS) {
            if (tensor.mask == null) {
                continue;
            }
            if (mode == Mode.TRAINING && RnnMasks.size(config, tensor.mask, 1, 1) > 0) {
                require(tensor);
            } else {
                refuse(tensor, "the plan has no such masks");
            }
        }
    }

    void checkBackward(RnnConfig config, long weightsOfForward) {
        if (get(Tensor.WEIGHTS) != weightsOfForward) {
            throw new IllegalArgumentException(Tensor.WEIGHTS + ": expected those of the forward, 0x"
                    + Long.toHexString(weightsOfForward) + ", got 0x" + Long.toHexString(get(Tensor.WEIGHTS)));
        }
        if (get(Tensor.GRADIENTS) == weightsOfForward) {
            refuse(Tensor.GRADIENTS, "the weights are there");
        }
        checkResult(config, Tensor.DY);
        checkCellStates(config, Tensor.DCN, Tensor.DC0);
    }

    private void checkResult(RnnConfig config, Tensor sequences) {
        if (!config.returnSequences()) {
            refuse(sequences, "the stack returns the last output only, which is the last layer's final state");
        }
    }

    private void checkCellStates(RnnConfig config, Tensor first, Tensor second) {
        if (config.cell() != CellType.LSTM) {
            refuse(first, "only an LSTM has a cell state");
            refuse(second, "only an LSTM has a cell state");
        }
    }

    private void require(Tensor tensor) {
        if (!has(tensor)) {
            throw new IllegalArgumentException(tensor + ": expected a device address, got 0");
        }
    }

    private void refuse(Tensor tensor, String why) {
        if (has(tensor)) {
            throw new IllegalArgumentException(tensor + ": expected 0, because " + why + "; got 0x"
                    + Long.toHexString(get(tensor)));
        }
    }

    /** The tensors that are there. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("tensors on the device:");
        for (Tensor tensor : TENSORS) {
            if (has(tensor)) {
                text.append(' ').append(tensor).append("=0x").append(Long.toHexString(get(tensor)));
            }
        }
        return text.toString();
    }
}
