package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import jcuda.driver.CUresult;

/**
 * A device whose kernels are Java methods, for tests of what lies above it. Work is queued and runs no earlier than someone
 * waits, so that a caller who does not wait sees old values. Memory is filled with NaN, and every access is checked.
 */
final class HostDevice implements Device {
    private static final long FIRST_ADDRESS = 1L << 40;
    private static final long ALIGNMENT = 256;

    private final DeviceProperties properties;
    private final Map<String, Body> bodies;
    private final TreeMap<Long, ByteBuffer> memory = new TreeMap<>();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private long nextAddress = FIRST_ADDRESS;
    private long used;
    private long ticks;

    /** What a kernel does. */
    interface Body {
        void run(HostDevice device, Launch launch, ByteBuffer arguments);
    }

    HostDevice(int computeCapability, long bytes, Map<String, Body> bodies) {
        this.properties = new DeviceProperties(computeCapability, 4, 48 << 10, 96 << 10, 100 << 10, 64 << 10, 1024, 16,
                true, computeCapability >= 90, bytes);
        this.bodies = bodies;
    }

    /** A kernel {@code y += a x} with the arguments {@code a, x, n, first, y}. */
    static void axpy(HostDevice device, Launch launch, ByteBuffer arguments) {
        float a = arguments.getFloat(0);
        int first = arguments.getInt(20);
        int count = Math.min(arguments.getInt(16), first + launch.gridX() * launch.blockX());
        ByteBuffer x = device.access(arguments.getLong(8), 4L * count);
        ByteBuffer y = device.access(arguments.getLong(24), 4L * count);
        for (int i = first; i < count; i++) {
            y.putFloat(4 * i, Math.fma(a, x.getFloat(4 * i), y.getFloat(4 * i)));
        }
    }

    /** The bytes at an address, if one allocation holds them all. */
    synchronized ByteBuffer access(long address, long bytes) {
        Map.Entry<Long, ByteBuffer> found = memory.floorEntry(address);
        if (found == null || address + bytes > found.getKey() + found.getValue().capacity()) {
            throw new DeviceException("access", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS",
                    bytes + " bytes at 0x" + Long.toHexString(address));
        }
        return found.getValue().slice((int) (address - found.getKey()), (int) bytes).order(ByteOrder.nativeOrder());
    }

    private synchronized void drain() {
        for (Runnable work = queue.poll(); work != null; work = queue.poll()) {
            work.run();
        }
    }

    @Override
    public String name() {
        return "host";
    }

    @Override
    public DeviceProperties properties() {
        return properties;
    }

    @Override
    public Kernel kernel(Program program, String name) {
        return new HostKernel(name, bodies.get(name));
    }

    @Override
    public synchronized DeviceMemory allocate(long bytes, String purpose) {
        if (used + bytes > properties.memory()) {
            throw new DeviceException("allocate", CUresult.CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", purpose);
        }
        used += bytes;
        long address = nextAddress;
        nextAddress += (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        ByteBuffer content = ByteBuffer.allocateDirect((int) bytes);
        while (content.hasRemaining()) {
            content.put((byte) -1);
        }
        memory.put(address, content);
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
                synchronized (HostDevice.this) {
                    drain();
                    memory.remove(address);
                    used -= bytes;
                }
            }
        };
    }

    @Override
    public HostMemory allocateHost(long bytes) {
        ByteBuffer content = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        return new HostMemory() {
            @Override
            public ByteBuffer bytes() {
                return content;
            }

            @Override
            public void close() {
                drain();
            }
        };
    }

    @Override
    public Stream stream() {
        return new HostStream();
    }

    @Override
    public Stream stream(long handle) {
        return stream();
    }

    @Override
    public Event event() {
        return new HostEvent();
    }

    @Override
    public List<String> live() {
        return memory.keySet().stream().map(Long::toHexString).toList();
    }

    @Override
    public void close() {
        drain();
    }

    private record HostKernel(String name, Body body) implements Kernel {
        @Override
        public int registers() {
            return 32;
        }

        @Override
        public int staticSharedBytes() {
            return 1024;
        }

        @Override
        public int localBytes() {
            return 0;
        }

        @Override
        public int maxThreads() {
            return 256;
        }

        @Override
        public void allowSharedBytes(int bytes) {
            // The driver in front of this device keeps the limit.
        }

        @Override
        public int occupancy(int threads, int dynamicSharedBytes) {
            return Math.min(1024 / threads, (100 << 10) / (1024 + dynamicSharedBytes));
        }
    }

    /** What is captured; streams that wait for one of its events belong to it until it ends. */
    private static final class Capture {
        private final List<Runnable> work = new ArrayList<>();
        private boolean ended;
    }

    private final class HostEvent implements Event {
        private long reached;
        private Capture capture;

        @Override
        public void synchronize() {
            drain();
        }

        @Override
        public double millisecondsSince(Event start) {
            drain();
            return reached - ((HostEvent) start).reached;
        }

        @Override
        public void close() {
            drain();
        }
    }

    private record HostGraph(List<Runnable> work) implements Graph {
        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private final class HostStream implements Stream {
        private Capture capture;

        private void add(Runnable work) {
            synchronized (HostDevice.this) {
                if (capture == null || capture.ended) {
                    queue.add(work);
                } else {
                    capture.work.add(work);
                }
            }
        }

        @Override
        public long handle() {
            throw new UnsupportedOperationException("has none");
        }

        @Override
        public DeviceMemory allocate(long bytes, String purpose) {
            return HostDevice.this.allocate(bytes, purpose);
        }

        @Override
        public void upload(HostMemory from, long offset, long to, long bytes) {
            add(() -> access(to, bytes).put(from.bytes().slice((int) offset, (int) bytes)));
        }

        @Override
        public void download(long from, HostMemory to, long offset, long bytes) {
            add(() -> to.bytes().slice((int) offset, (int) bytes).put(access(from, bytes)));
        }

        @Override
        public void copy(long from, long to, long bytes) {
            add(() -> access(to, bytes).put(access(from, bytes)));
        }

        @Override
        public void fill(long to, int word, long count) {
            add(() -> {
                ByteBuffer target = access(to, 4 * count);
                while (target.hasRemaining()) {
                    target.putInt(word);
                }
            });
        }

        @Override
        public void launch(Kernel kernel, Launch launch, Arguments arguments) {
            ByteBuffer copy = ByteBuffer.allocate(arguments.size()).order(ByteOrder.nativeOrder());
            copy.put(0, arguments.bytes(), 0, arguments.size());
            add(() -> ((HostKernel) kernel).body.run(HostDevice.this, launch, copy));
        }

        @Override
        public void record(Event event) {
            HostEvent ours = (HostEvent) event;
            ours.capture = capture;
            add(() -> ours.reached = ++ticks);
        }

        @Override
        public void await(Event event) {
            Capture joined = ((HostEvent) event).capture;
            if (joined != null && !joined.ended) {
                capture = joined;
            }
        }

        @Override
        public void beginCapture() {
            capture = new Capture();
        }

        @Override
        public Graph endCapture() {
            capture.ended = true;
            return new HostGraph(capture.work);
        }

        @Override
        public void launch(Graph graph) {
            ((HostGraph) graph).work.forEach(this::add);
        }

        @Override
        public void synchronize() {
            drain();
        }

        @Override
        public void close() {
            drain();
        }
    }
}
