package dev.gateloom.cuda;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnMasks.Kind;
import dev.gateloom.Shape;

/**
 * The masks of one training forward on the device, laid out as in {@link RnnMasks} for the T and B of the call; 0 where nothing
 * is masked that way. They stay for backward. Owned by the plan.
 */
final class Masks {
    private static final Tensor[] TENSORS = Tensor.values();

    private final RnnConfig config;
    private final long[] addresses = new long[Kind.values().length];
    private final long words;

    Masks(Workspace workspace, RnnConfig config, Shape shape, Mode mode) {
        this.config = config;
        long all = 0;
        for (Kind kind : Kind.values()) {
            int size = mode == Mode.TRAINING ? RnnMasks.size(config, kind, shape.maxSteps(), shape.maxBatch()) : 0;
            addresses[kind.ordinal()] = size == 0 ? 0 : workspace.words(size, "masks " + kind);
            all += size;
        }
        words = all;
    }

    /** Floats of all of them, at most. */
    long words() {
        return words;
    }

    /** Takes those of a call. */
    void load(CallTensors call, int steps, int batch) {
        for (Tensor tensor : TENSORS) {
            if (tensor.mask != null && at(tensor.mask) != 0) {
                call.load(tensor, RnnMasks.size(config, tensor.mask, steps, batch), at(tensor.mask));
            }
        }
    }

    /** All masks of a kind. */
    long at(Kind kind) {
        return addresses[kind.ordinal()];
    }

    /** Those that stand one after the other {@code size} apart: number n of them. */
    long at(Kind kind, long n, long size) {
        long all = at(kind);
        return all == 0 ? 0 : all + n * size * Float.BYTES;
    }
}
