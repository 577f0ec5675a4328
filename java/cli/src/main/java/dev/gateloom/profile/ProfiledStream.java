package dev.gateloom.profile;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A stream of a {@link ProfiledDevice}. */
final class ProfiledStream implements Stream {
    private final ProfiledDevice device;
    private final Stream stream;
    private final List<Timed> running = new ArrayList<>();

    private record Timed(Kernel kernel, Launch launch, Event start, Event end) {
    }

    ProfiledStream(ProfiledDevice device, Stream stream) {
        this.device = device;
        this.stream = stream;
    }

    @Override
    public long handle() {
        return stream.handle();
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        if (device.isCapturing()) {
            throw new IllegalStateException("the stream is being captured; allocate the memory for " + purpose + " before");
        }
        return stream.allocate(bytes, purpose);
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
        perform(s -> s.stream.upload(from, offset, to, bytes));
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
        perform(s -> s.stream.download(from, to, offset, bytes));
    }

    @Override
    public void copy(long from, long to, long bytes) {
        perform(s -> s.stream.copy(from, to, bytes));
    }

    @Override
    public void fill(long to, int word, long count) {
        perform(s -> s.stream.fill(to, word, count));
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        Arguments kept = device.isCapturing() ? arguments.copy() : arguments;
        perform(s -> s.launchTimed(kernel, launch, kept));
    }

    @Override
    public void record(Event event) {
        if (!device.isCapturing()) {            // steps of a graph run one by one anyway
            stream.record(event);
        }
    }

    @Override
    public void await(Event event) {
        if (!device.isCapturing()) {
            stream.await(event);
        }
    }

    @Override
    public boolean isCapturing() {
        return device.isCapturing() || stream.isCapturing();
    }

    @Override
    public void beginCapture() {
        device.beginCapture();
    }

    @Override
    public Graph endCapture() {
        return device.endCapture();
    }

    /** Its steps run here, whatever streams they were captured on, in the order of their calls: it respects every event. */
    @Override
    public void launch(Graph graph) {
        ((ProfiledDevice.Steps) graph).all().forEach(this::perform);
    }

    @Override
    public void synchronize() {
        device.progress().expect(running.size());
        for (Timed timed : running) {
            timed.end.synchronize();
            device.progress().ended();
        }
        stream.synchronize();
        for (Timed timed : running) {
            device.log().add(timed.kernel, timed.launch, timed.end.millisecondsSince(timed.start));
        }
        forget();
    }

    @Override
    public void close() {
        stream.close();
        forget();
    }

    private void perform(Consumer<ProfiledStream> step) {
        device.perform(this, step);
    }

    private void forget() {
        for (Timed timed : running) {
            device.giveBack(timed.start);
            device.giveBack(timed.end);
        }
        running.clear();
    }

    private void launchTimed(Kernel kernel, Launch launch, Arguments arguments) {
        Timed timed = new Timed(kernel, launch, device.takeEvent(), device.takeEvent());
        running.add(timed);
        try {
            stream.record(timed.start);
            stream.launch(kernel, launch, arguments);
            stream.record(timed.end);
        } catch (RuntimeException e) {
            running.remove(timed);              // nothing to wait for
            device.giveBack(timed.start);
            device.giveBack(timed.end);
            throw e;
        }
    }
}
