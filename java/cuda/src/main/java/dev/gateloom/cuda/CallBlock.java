package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Stream;

/**
 * Launches {@code call_block.cu}: the caller's tensors in device memory, read and written through a block of their addresses
 * there, so that a graph finds those of the call that runs it. For one thread at a time.
 */
final class CallBlock implements CallTensors {
    private static final Tensor[] TENSORS = Tensor.values();
    private static final int THREADS = 256;

    private final Kernel set;
    private final Kernel load;
    private final Kernel store;
    private final long block;                   // an address for each tensor
    private final Stream lane;
    private final Arguments arguments = new Arguments();
    private final Geometries one = new Geometries(1, 1);
    private final Geometries elements = new Geometries(THREADS, 1);
    private DeviceCall call;

    /**
     * Allocates.
     *
     * @param lane where tensors are loaded and stored
     */
    CallBlock(Device device, Workspace workspace, Stream lane) {
        this.lane = lane;
        set = device.kernel(Programs.CALL_BLOCK, "set_call_block");
        load = device.kernel(Programs.CALL_BLOCK, "load_tensor");
        store = device.kernel(Programs.CALL_BLOCK, "store_tensor");
        block = workspace.words((long) TENSORS.length * (Long.BYTES / Integer.BYTES), "addresses of the caller's tensors");
    }

    /** What runs on the stream from here on finds the tensors of this call. */
    CallBlock set(Stream stream, DeviceCall next) {
        call = next;
        arguments.clear().address(block);
        for (Tensor tensor : TENSORS) {
            arguments.address(next.get(tensor));
        }
        stream.launch(set, one.of(1), arguments);
        return this;
    }

    @Override
    public boolean has(Tensor tensor) {
        return call.has(tensor);
    }

    /** It is told to the device alone, before each run. */
    @Override
    public long place(Tensor tensor) {
        return 0;
    }

    @Override
    public void load(Tensor tensor, long words, long to) {
        arguments.clear().address(Expect.address("dst", to)).address(slot(tensor)).int64(words);
        lane.launch(load, elements.of(Expect.blocks("count", words, THREADS)), arguments);
    }

    @Override
    public void store(long from, Tensor tensor, long words) {
        arguments.clear().address(slot(tensor)).address(Expect.address("src", from)).int64(words);
        lane.launch(store, elements.of(Expect.blocks("count", words, THREADS)), arguments);
    }

    private long slot(Tensor tensor) {
        return block + (long) tensor.ordinal() * Long.BYTES;
    }
}
