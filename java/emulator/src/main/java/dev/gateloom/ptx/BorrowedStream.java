package dev.gateloom.ptx;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;

/** A view of a stream that somebody else owns: closing the view leaves the stream alone. */
final class BorrowedStream implements Stream {
    private final EmulatorDevice device;
    private final EmulatorStream stream;

    BorrowedStream(EmulatorDevice device, EmulatorStream stream) {
        this.device = device;
        this.stream = stream;
    }

    @Override
    public long handle() {
        return stream.handle();
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        return stream.allocate(bytes, purpose);
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
        stream.upload(from, offset, to, bytes);
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
        stream.download(from, to, offset, bytes);
    }

    @Override
    public void copy(long from, long to, long bytes) {
        stream.copy(from, to, bytes);
    }

    @Override
    public void fill(long to, int word, long count) {
        stream.fill(to, word, count);
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        stream.launch(kernel, launch, arguments);
    }

    @Override
    public void record(Event event) {
        stream.record(event);
    }

    @Override
    public void await(Event event) {
        stream.await(event);
    }

    @Override
    public boolean isCapturing() {
        return stream.isCapturing();
    }

    @Override
    public void beginCapture() {
        stream.beginCapture();
    }

    @Override
    public Graph endCapture() {
        return stream.endCapture();
    }

    @Override
    public void launch(Graph graph) {
        stream.launch(graph);
    }

    @Override
    public void synchronize() {
        stream.synchronize();
    }

    @Override
    public void close() {
        device.forget(this);
    }

    @Override
    public String toString() {
        return "view of " + stream;
    }
}
