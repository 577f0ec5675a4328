package dev.gateloom.cuda.jcuda;

import static jcuda.driver.JCudaDriver.CU_MEMHOSTALLOC_PORTABLE;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;

import dev.gateloom.device.Arguments;
import java.nio.ByteBuffer;
import jcuda.Pointer;

/**
 * Arguments of a launch as the driver reads them, in native memory of known address, so that a launch allocates nothing:
 *
 * <pre>
 *     offset                      content
 *     ARGUMENTS  0                the parameter space, as {@link Arguments} laid it out
 *     SIZE       4096             its size
 *     EXTRA      4104             the list {1, ARGUMENTS, 2, SIZE, 0}: "buffer is at, its size is at, end"
 *     NOTHING    4144             8 zero bytes
 *     POINTERS   4152             a pointer to each argument
 * </pre>
 *
 * <p>Ordinary launches pass EXTRA, and the driver checks the size. Cooperative ones know POINTERS only, and the driver
 * reads as many as the kernel has parameters: all that follow ours point to NOTHING, so that a missing argument is a null
 * pointer in the kernel and not a wild read in this process. The driver copies the arguments before a launch returns.
 */
final class LaunchBlock {
    private static final int ARGUMENTS = 0;
    private static final int CAPACITY = 4096;
    private static final int SIZE = ARGUMENTS + CAPACITY;
    private static final int EXTRA = SIZE + Long.BYTES;
    private static final int NOTHING = EXTRA + 5 * Long.BYTES;
    private static final int POINTERS = NOTHING + Long.BYTES;
    private static final int MAX_ARGUMENTS = CAPACITY / Integer.BYTES;
    private static final int BYTES = POINTERS + MAX_ARGUMENTS * Long.BYTES;

    /** Values of cuda.h that announce the next element of the list. */
    private static final long BUFFER_POINTER = 1;
    private static final long BUFFER_SIZE = 2;
    private static final long END = 0;

    private final DriverContext context;
    private final Pointer memory = new Pointer();
    private final ByteBuffer bytes;
    private final long base;
    private final Pointer extra;
    private final Pointer pointers;
    private int pointersSet;
    private boolean freed;

    LaunchBlock(DriverContext context) {
        this.context = context;
        context.call("cuMemHostAlloc", () -> cuMemHostAlloc(memory, BYTES, CU_MEMHOSTALLOC_PORTABLE),
                () -> BYTES + " bytes for the arguments of launches");
        bytes = memory.getByteBuffer(0, BYTES);
        base = Handles.get(memory);
        bytes.putLong(EXTRA, BUFFER_POINTER).putLong(EXTRA + 8, base + ARGUMENTS);
        bytes.putLong(EXTRA + 16, BUFFER_SIZE).putLong(EXTRA + 24, base + SIZE).putLong(EXTRA + 32, END);
        bytes.putLong(NOTHING, 0);
        for (int i = 0; i < MAX_ARGUMENTS; i++) {
            bytes.putLong(POINTERS + i * Long.BYTES, base + NOTHING);
        }
        extra = Handles.set(new Pointer(), base + EXTRA);
        pointers = Handles.set(new Pointer(), base + POINTERS);
    }

    /** For {@code cuLaunchKernel}. */
    Pointer extra(Arguments arguments) {
        bytes.put(ARGUMENTS, arguments.bytes(), 0, arguments.size());
        bytes.putLong(SIZE, arguments.size());
        return extra;
    }

    /** For {@code cuLaunchCooperativeKernel}. */
    Pointer pointers(Arguments arguments) {
        bytes.put(ARGUMENTS, arguments.bytes(), 0, arguments.size());
        for (int i = 0; i < arguments.count(); i++) {
            bytes.putLong(POINTERS + i * Long.BYTES, base + ARGUMENTS + arguments.offset(i));
        }
        for (int i = arguments.count(); i < pointersSet; i++) {
            bytes.putLong(POINTERS + i * Long.BYTES, base + NOTHING);
        }
        pointersSet = arguments.count();
        return pointers;
    }

    /** At the first call that succeeds. */
    void free() {
        if (!freed) {
            context.call("cuMemFreeHost", () -> cuMemFreeHost(memory), () -> "arguments of launches");
            freed = true;
        }
    }
}
