package dev.gateloom.profile;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.DeviceProperties;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Program;
import dev.gateloom.device.Stream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A device that takes the time of every launch: an event before and one after it. Graphs are taken apart, so that their
 * kernels run, and are timed, one by one. For one thread at a time, unlike the device behind it.
 */
final class ProfiledDevice implements Device {
    private final Device device;
    private final Progress progress;
    private final Deque<Event> freeEvents = new ArrayDeque<>();
    private LaunchLog log = new LaunchLog();
    private List<Consumer<ProfiledStream>> capture;

    /** What a graph consists of. */
    record Steps(List<Consumer<ProfiledStream>> all) implements Graph {
        @Override
        public void close() {
        }
    }

    /**
     * Wraps a device.
     *
     * @param device stays open when this is closed
     * @param progress follows the launches
     */
    ProfiledDevice(Device device, Progress progress) {
        this.device = device;
        this.progress = progress;
    }

    /** The launches since the last time, all of which must have ended. */
    LaunchLog takeLog() {
        LaunchLog taken = log;
        log = new LaunchLog();
        return taken;
    }

    LaunchLog log() {
        return log;
    }

    Progress progress() {
        return progress;
    }

    Event takeEvent() {
        return freeEvents.isEmpty() ? device.event() : freeEvents.pop();
    }

    void giveBack(Event event) {
        freeEvents.push(event);
    }

    /** Does something on a stream, or keeps it for the graph that is being captured. */
    void perform(ProfiledStream stream, Consumer<ProfiledStream> step) {
        if (capture == null) {
            step.accept(stream);
        } else {
            capture.add(step);
        }
    }

    boolean isCapturing() {
        return capture != null;
    }

    void beginCapture() {
        capture = new ArrayList<>();
    }

    Graph endCapture() {
        Graph graph = new Steps(List.copyOf(capture));
        capture = null;
        return graph;
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public DeviceProperties properties() {
        return device.properties();
    }

    @Override
    public Kernel kernel(Program program, String name) {
        return device.kernel(program, name);
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        return device.allocate(bytes, purpose);
    }

    @Override
    public HostMemory allocateHost(long bytes) {
        return device.allocateHost(bytes);
    }

    @Override
    public Stream stream() {
        return new ProfiledStream(this, device.stream());
    }

    @Override
    public Stream stream(long handle) {
        return new ProfiledStream(this, device.stream(handle));
    }

    @Override
    public Event event() {
        return device.event();
    }

    @Override
    public List<String> live() {
        return device.live();
    }

    /** Frees its events. */
    @Override
    public void close() {
        freeEvents.forEach(Event::close);
        freeEvents.clear();
    }
}
