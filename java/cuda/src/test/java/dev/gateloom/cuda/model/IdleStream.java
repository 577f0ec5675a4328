package dev.gateloom.cuda.model;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;

/** Takes any work and does none of it, without allocating: what is left is the work of the host. */
final class IdleStream extends ModelStream {

    IdleStream(Words words, long handle, Runnable whenClosed) {
        super(words, handle, whenClosed);
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
    }

    @Override
    public void copy(long from, long to, long bytes) {
    }

    @Override
    public void fill(long to, int word, long count) {
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
    }

    @Override
    public void record(Event event) {
    }

    @Override
    public void await(Event event) {
    }

    @Override
    public void beginCapture() {
    }

    @Override
    public Graph endCapture() {
        return () -> { };
    }

    @Override
    public void launch(Graph graph) {
    }
}
