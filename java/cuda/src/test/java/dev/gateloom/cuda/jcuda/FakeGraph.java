package dev.gateloom.cuda.jcuda;

import dev.gateloom.device.Graph;
import dev.gateloom.device.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What was captured: graphs of the emulator and, between them, what another library that is played computes in its turn. */
final class FakeGraph implements AutoCloseable {
    private final List<Graph> graphs = new ArrayList<>();
    private final List<Consumer<Stream>> parts = new ArrayList<>();

    void add(Graph graph) {
        graphs.add(graph);
        parts.add(stream -> stream.launch(graph));
    }

    void add(Consumer<Stream> computation) {
        parts.add(computation);
    }

    /** Whether nothing is computed outside the emulator, so that it may become part of another graph. */
    boolean isEmulated() {
        return parts.size() == graphs.size();
    }

    void launch(Stream stream) {
        parts.forEach(part -> part.accept(stream));
    }

    @Override
    public void close() {
        graphs.forEach(Graph::close);
    }
}
