package dev.gateloom.cudnn;

import dev.gateloom.cuda.jcuda.Handles;
import java.util.function.LongUnaryOperator;
import jcuda.Pointer;

/** Memory of the size that cuDNN asks for. Where a call asks for more than all before it, more is taken; the old stays with the plan. */
final class TempSpace {
    private final LongUnaryOperator allocate;
    private final Pointer pointer = new Pointer();
    private long bytes;

    /**
     * No memory yet.
     *
     * @param allocate from bytes to an address
     */
    TempSpace(LongUnaryOperator allocate) {
        this.allocate = allocate;
    }

    void require(long wanted) {
        if (wanted > bytes) {
            Handles.set(pointer, allocate.applyAsLong(wanted));
            bytes = wanted;
        }
    }

    Pointer pointer() {
        return pointer;
    }

    long bytes() {
        return bytes;
    }
}
