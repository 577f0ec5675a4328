package dev.gateloom.cuda.model;

import dev.gateloom.device.Arguments;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Kernel;
import dev.gateloom.device.Launch;
import dev.gateloom.device.Stream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** As late as allowed: copies read and write page-locked memory when the stream is waited for. */
class ModelStream implements Stream {
    private final Words words;
    private final long handle;
    private final Runnable whenClosed;
    private final Queue<Runnable> work;

    ModelStream(Words words, long handle, Runnable whenClosed) {
        this(words, handle, whenClosed, new ArrayDeque<>());
    }

    private ModelStream(Words words, long handle, Runnable whenClosed, Queue<Runnable> work) {
        this.words = words;
        this.handle = handle;
        this.whenClosed = whenClosed;
        this.work = work;
    }

    /** The same queue; closing the view leaves it open. */
    ModelStream view() {
        return new ModelStream(words, handle, () -> { }, work);
    }

    @Override
    public long handle() {
        return handle;
    }

    @Override
    public DeviceMemory allocate(long bytes, String purpose) {
        throw new UnsupportedOperationException("the model has no pool");
    }

    @Override
    public void upload(HostMemory from, long offset, long to, long bytes) {
        work.add(() -> {
            ByteBuffer source = from.bytes();
            Words.Piece target = words.at(to);
            for (int i = 0; i < bytes / 4; i++) {
                target.set(i, source.getFloat((int) offset + 4 * i));
            }
        });
    }

    @Override
    public void download(long from, HostMemory to, long offset, long bytes) {
        work.add(() -> {
            ByteBuffer target = to.bytes();
            Words.Piece source = words.at(from);
            for (int i = 0; i < bytes / 4; i++) {
                target.putFloat((int) offset + 4 * i, source.get(i));
            }
        });
    }

    @Override
    public void copy(long from, long to, long bytes) {
        work.add(() -> {
            Words.Piece source = words.at(from);
            Words.Piece target = words.at(to);
            for (int i = 0; i < bytes / 4; i++) {
                target.set(i, source.get(i));
            }
        });
    }

    @Override
    public void fill(long to, int word, long count) {
        work.add(() -> {
            Words.Piece target = words.at(to);
            for (long i = 0; i < count; i++) {
                target.set(i, Float.intBitsToFloat(word));
            }
        });
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        byte[] copy = new byte[arguments.size()];
        arguments.bytes().get(0, copy);
        work.add(() -> ((KernelModels.Model) kernel).run(launch, new Parameters(words, copy)));
    }

    @Override
    public void record(Event event) {
        throw new UnsupportedOperationException("the model has no events");
    }

    @Override
    public void await(Event event) {
        throw new UnsupportedOperationException("the model has no events");
    }

    @Override
    public boolean isCapturing() {
        return false;
    }

    @Override
    public void beginCapture() {
        throw new UnsupportedOperationException("the model has no graphs");
    }

    @Override
    public Graph endCapture() {
        throw new UnsupportedOperationException("the model has no graphs");
    }

    @Override
    public void launch(Graph graph) {
        throw new UnsupportedOperationException("the model has no graphs");
    }

    @Override
    public void synchronize() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    @Override
    public void close() {
        synchronize();
        whenClosed.run();
    }
}
