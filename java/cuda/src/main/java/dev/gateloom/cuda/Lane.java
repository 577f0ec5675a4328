package dev.gateloom.cuda;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;

/** One of the {@link Lanes}: whoever launches here need not know where the work goes now. */
final class Lane implements Stream {
    private Stream target;

    Lane(Stream target) {
        this.target = target;
    }

    /** What a device's own calls take: the stream to which a lane leads now, or the stream itself. */
    static Stream target(Stream stream) {
        return stream instanceof Lane lane ? lane.target : stream;
    }

    /** What follows goes there. */
    void leadTo(Stream stream) {
        target = stream;
    }

    @Override
    public long handle() {
        return target.handle();
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        return target.allocate(bytes, purpose);
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
        target.upload(from, offset, to, bytes);
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
        target.download(from, to, offset, bytes);
    }

    @Override
    public void copy(long from, long to, long bytes) {
        target.copy(from, to, bytes);
    }

    @Override
    public void fill(long to, int word, long count) {
        target.fill(to, word, count);
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        target.launch(kernel, launch, arguments);
    }

    @Override
    public void record(Event event) {
        target.record(event);
    }

    @Override
    public void await(Event event) {
        target.await(event);
    }

    @Override
    public boolean isCapturing() {
        return target.isCapturing();
    }

    @Override
    public void beginCapture() {
        target.beginCapture();
    }

    @Override
    public Graph endCapture() {
        return target.endCapture();
    }

    @Override
    public void launch(Graph graph) {
        target.launch(graph);
    }

    @Override
    public void synchronize() {
        target.synchronize();
    }

    /** Whoever owns the stream closes it. */
    @Override
    public void close() {
    }
}
