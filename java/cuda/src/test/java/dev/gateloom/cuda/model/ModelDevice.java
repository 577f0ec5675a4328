package dev.gateloom.cuda.model;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Runs the models of the kernels. Streams run nothing before they are waited for. Refuses events, and so graphs, unless it is idle. */
public final class ModelDevice implements Device {
    private static final DeviceProperties PROPERTIES = new DeviceProperties(80, 1, 48 << 10, 96 << 10, 96 << 10, 65536, 2048,
            32, false, false, 0, 1L << 32);

    private final Words words = new Words();
    private final List<String> others = Collections.synchronizedList(new ArrayList<>());
    private final Map<Long, ModelStream> streams = new ConcurrentHashMap<>();
    private final AtomicLong nextStream = new AtomicLong();
    private final int mostAllocations;
    private final boolean idle;
    private boolean closed;

    /** With room for everything. */
    public ModelDevice() {
        this(Integer.MAX_VALUE, false);
    }

    /** Refuses to allocate when there are so many allocations. */
    public ModelDevice(int mostAllocations) {
        this(mostAllocations, false);
    }

    private ModelDevice(int mostAllocations, boolean idle) {
        this.mostAllocations = mostAllocations;
        this.idle = idle;
    }

    /** A device that takes all work and does none. */
    public static ModelDevice idle() {
        return new ModelDevice(Integer.MAX_VALUE, true);
    }

    @Override
    public String name() {
        return "model of the kernels";
    }

    @Override
    public DeviceProperties properties() {
        return PROPERTIES;
    }

    @Override
    public Kernel kernel(Program program, String name) {
        return KernelModels.of(program.name(), name);
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        if (words.live().length >= mostAllocations) {
            throw new DeviceException("cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", purpose);
        }
        long address = words.allocate(bytes, purpose);
        return new DeviceMemory() {
            @Override
            public long address() {
                return address;
            }

            @Override
            public long bytes() {
                return bytes;
            }

            @Override
            public void close() {
                words.free(address);
            }
        };
    }

    @Override
    public HostMemory allocateHost(long bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
        others.add("host memory");
        return new HostMemory() {
            @Override
            public ByteBuffer bytes() {
                return buffer;
            }

            @Override
            public void close() {
                others.remove("host memory");
            }
        };
    }

    @Override
    public Stream stream() {
        others.add("stream");
        long handle = nextStream.incrementAndGet();
        Runnable whenClosed = () -> {
            others.remove("stream");
            streams.remove(handle);
        };
        ModelStream stream = idle ? new IdleStream(words, handle, whenClosed) : new ModelStream(words, handle, whenClosed);
        streams.put(handle, stream);
        return stream;
    }

    @Override
    public Stream stream(long handle) {
        return streams.get(handle).view();
    }

    @Override
    public Event event() {
        if (!idle) {
            throw new DeviceException("cuEventCreate", 801, "CUDA_ERROR_NOT_SUPPORTED", "the model has no events and no graphs");
        }
        return new Event() {
            @Override
            public void synchronize() {
            }

            @Override
            public double millisecondsSince(Event start) {
                return 0;
            }

            @Override
            public void close() {
            }
        };
    }

    @Override
    public List<String> live() {
        List<String> live = new ArrayList<>(List.of(words.live()));
        live.addAll(others);
        return live;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Whether somebody closed it. */
    public boolean isClosed() {
        return closed;
    }
}
