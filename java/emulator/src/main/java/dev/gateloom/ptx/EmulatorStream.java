package dev.gateloom.ptx;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.race.Task;
import dev.gateloom.ptx.race.Timeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A queue of work that runs when somebody waits. */
final class EmulatorStream implements Stream {
    private final EmulatorDevice device;
    private final long handle;
    private final Timeline.Line line;
    private final Deque<Work.Queued> queue = new ArrayDeque<>();
    private Capture capture;
    /** What the next captured piece of work waits for. */
    private List<Capture.Node> frontier = List.of();

    EmulatorStream(EmulatorDevice device, long handle) {
        this.device = device;
        this.handle = handle;
        line = device.timeline().line("stream " + handle);
    }

    Deque<Work.Queued> queue() {
        return queue;
    }

    @Override
    public long handle() {
        return handle;
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        if (capture != null) {
            throw new IllegalStateException("the stream is being captured; allocate " + bytes + " bytes for " + purpose
                    + " before the capture: the graph keeps using it");
        }
        return device.allocate("cuMemAllocAsync", bytes, purpose, this);
    }

    void free(Region region) {
        if (capture != null) {
            throw new IllegalStateException("the stream is being captured; close " + region.size() + " bytes for "
                    + region.purpose() + " after the capture and the graph: the graph keeps using it");
        }
        add("cuMemFreeAsync", task -> device.free(region));
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
        String call = "cuMemcpyHtoDAsync";
        checkHost(call, from, offset, bytes);
        device.range(call, to, bytes);
        EmulatorHostMemory host = own(call, from, EmulatorHostMemory.class, ((EmulatorHostMemory) from).device());
        requireOpen(call, host);
        boolean watched = watched(host);
        byte[] before = watched ? host.beginRead((int) offset, (int) bytes) : null;
        add(call, task -> {
            requireOpen(call, host);
            Region region = device.range(call, to, bytes);
            int at = (int) (to - region.address());
            from.bytes().get((int) offset, region.data(), at, (int) bytes);
            region.markWritten(at, (int) bytes);
            touch(task, region, at, bytes, true);
            if (watched && !host.endRead((int) offset, before)) {
                throw Errors.failed(call, "Error: Race reported between Read access by " + call + " of " + this
                        + "\n    and Write access by the host [1 hazard]\n    WAR in page-locked memory: its " + bytes
                        + " bytes at offset " + offset + " have changed between the call and the copy");
            }
        });
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
        String call = "cuMemcpyDtoHAsync";
        checkHost(call, to, offset, bytes);
        device.range(call, from, bytes);
        EmulatorHostMemory host = own(call, to, EmulatorHostMemory.class, ((EmulatorHostMemory) to).device());
        requireOpen(call, host);
        boolean watched = watched(host);
        if (watched) {
            host.beginWrite((int) offset, (int) bytes);
        }
        add(call, task -> {
            requireOpen(call, host);
            Region region = device.range(call, from, bytes);
            int at = (int) (from - region.address());
            touch(task, region, at, bytes, false);
            if (device.options().checkInitialised() && !region.isWritten(at, (int) bytes)) {
                throw Errors.failed(call, "Host API uninitialized memory read of " + bytes + " bytes at offset " + at
                        + " of " + region.purpose());
            }
            to.bytes().put((int) offset, region.data(), at, (int) bytes);
            if (watched) {
                host.endWrite();
            }
        });
    }

    private static void checkHost(String call, HostMemory memory, long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset > memory.bytes().capacity() - bytes) {
            throw Errors.invalidValue(call, bytes + " bytes at offset " + offset + " of host memory of "
                    + memory.bytes().capacity() + " bytes");
        }
    }

    /** Also when a copy runs: memory that was freed meanwhile may be anybody's. */
    private void requireOpen(String call, EmulatorHostMemory host) {
        if (!device.holds(host)) {
            throw Errors.invalidValue(call, host + " was freed");
        }
    }

    @Override
    public void copy(long from, long to, long bytes) {
        String call = "cuMemcpyDtoDAsync";
        device.range(call, from, bytes);
        device.range(call, to, bytes);
        if (from < to + bytes && to < from + bytes) {
            throw Errors.invalidValue(call, "source and destination overlap");
        }
        add(call, task -> {
            Region source = device.range(call, from, bytes);
            Region target = device.range(call, to, bytes);
            touch(task, source, (int) (from - source.address()), bytes, false);
            touch(task, target, (int) (to - target.address()), bytes, true);
            source.copyTo((int) (from - source.address()), target, (int) (to - target.address()), (int) bytes);
        });
    }

    @Override
    public void fill(long to, int word, long count) {
        String call = "cuMemsetD32Async";
        if (to % Integer.BYTES != 0) {
            throw Errors.invalidValue(call, "address 0x" + Long.toHexString(to) + " is no multiple of 4");
        }
        device.range(call, to, count * Integer.BYTES);
        add(call, task -> {
            Region region = device.range(call, to, count * Integer.BYTES);
            int at = (int) (to - region.address());
            touch(task, region, at, count * Integer.BYTES, true);
            ByteBuffer target = ByteBuffer.wrap(region.data()).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                target.putInt(at + i * Integer.BYTES, word);
            }
            region.markWritten(at, (int) count * Integer.BYTES);
        });
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        EmulatorKernel own = own("cuLaunchKernel", kernel, EmulatorKernel.class, ((EmulatorKernel) kernel).device());
        own.check(launch, arguments.size());
        byte[] copy = new byte[arguments.size()];
        arguments.bytes().get(0, copy);
        add("cuLaunchKernel", "kernel " + own.name(), task -> device.run(own, launch, copy, task));
    }

    @Override
    public void record(Event event) {
        device.requireOpen("cuEventRecord", event);
        EmulatorEvent own = (EmulatorEvent) event;
        if (capture != null) {
            own.record(new EmulatorEvent.Captured(capture, frontier));
            return;
        }
        EmulatorEvent.Recording recording = own.record(line.point());
        add("cuEventRecord", task -> {
            recording.reached = true;
            recording.nanos = System.nanoTime();
        });
    }

    @Override
    public void await(Event event) {
        String call = "cuStreamWaitEvent";
        device.requireOpen(call, event);
        EmulatorEvent own = (EmulatorEvent) event;
        if (own.captured() != null) {
            join(call, own.captured());
            return;
        }
        if (capture != null) {
            throw Errors.captureIsolation(call, "a capturing stream cannot wait for an event from outside of the capture");
        }
        EmulatorEvent.Recording wanted = own.last();
        if (wanted != null) {
            line.waitFor(wanted.point);
            add(call, new Work() {
                @Override
                public boolean ready() {
                    return wanted.reached;
                }

                @Override
                public void run(Task task) {
                    // Waiting was all.
                }
            });
        }
    }

    private void join(String call, EmulatorEvent.Captured point) {
        if (!point.capture().streams().contains(point.capture().origin())) {
            throw Errors.capturedEvent(call, "the event belongs to a capture that has ended");
        }
        if (capture != null && capture != point.capture()) {
            throw Errors.captureMerge(call, "the event belongs to another capture");
        }
        if (capture == null) {
            capture = point.capture();
            capture.streams().add(this);
            frontier = List.of();
        }
        List<Capture.Node> both = new ArrayList<>(frontier);
        point.after().stream().filter(node -> !both.contains(node)).forEach(both::add);
        frontier = both;
    }

    @Override
    public boolean isCapturing() {
        return capture != null;
    }

    @Override
    public void beginCapture() {
        if (capture != null) {
            throw Errors.captureUnmatched("cuStreamBeginCapture", "the stream is capturing already");
        }
        capture = new Capture(this);
        frontier = List.of();
    }

    @Override
    public Graph endCapture() {
        String call = "cuStreamEndCapture";
        if (capture == null || capture.origin() != this) {
            throw Errors.captureUnmatched(call, "the capture did not begin on this stream");
        }
        Capture ended = capture;
        boolean joined = ended.joined(frontier);
        for (EmulatorStream stream : ended.streams()) {
            stream.capture = null;
            stream.frontier = List.of();
        }
        ended.streams().clear();
        if (!joined) {
            throw Errors.captureUnjoined(call, "work of another stream was captured that this one does not wait for");
        }
        return device.keep(new EmulatorGraph(device, this, ended.nodes()));
    }

    @Override
    public void launch(Graph graph) {
        device.requireOpen("cuGraphLaunch", graph);
        EmulatorGraph own = (EmulatorGraph) graph;
        Map<Capture.Node, Task> tasks = capture == null ? own.tasks(line) : Map.of();
        add("cuGraphLaunch", task -> own.run(device.random(), tasks));
    }

    private <T> T own(String call, Object object, Class<T> type, EmulatorDevice owner) {
        Objects.requireNonNull(object, call);
        if (owner != device) {
            throw Errors.invalidHandle(call, "it belongs to another device");
        }
        return type.cast(object);
    }

    private void add(String call, Work work) {
        add(call, call, work);
    }

    private void add(String call, String what, Work work) {
        device.check(call);
        if (capture != null) {
            frontier = List.of(capture.add(what, work, this, frontier));
        } else {
            device.enqueue(this, work, line.task(what));
        }
    }

    Timeline.Point end() {
        return line.point();
    }

    private static void touch(Task task, Region region, int offset, long bytes, boolean writes) {
        if (task != null) {
            task.touch(region, offset, (int) bytes, writes);
        }
    }

    /** Whether a copy is looked at for races with the host. Those of graphs run again and again, at times unknown here. */
    private boolean watched(EmulatorHostMemory host) {
        if (capture != null) {
            host.capture();
        }
        return capture == null && device.options().checkRaces();
    }

    @Override
    public void synchronize() {
        if (capture != null) {
            throw Errors.captureUnsupported("cuStreamSynchronize", "the stream is capturing");
        }
        device.runUntil("cuStreamSynchronize", queue::isEmpty, line.point());
    }

    @Override
    public void close() {
        device.closeStream(this);
    }

    @Override
    public String toString() {
        return "stream " + handle;
    }
}
