package dev.gateloom.ptx;

import dev.gateloom.device.Graph;
import dev.gateloom.ptx.exec.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A captured graph. Each run takes the nodes in a new order among those that their dependencies allow. */
final class EmulatorGraph implements Graph {
    private final EmulatorDevice device;
    private final List<Capture.Node> nodes;

    EmulatorGraph(EmulatorDevice device, List<Capture.Node> nodes) {
        this.device = device;
        this.nodes = List.copyOf(nodes);
    }

    EmulatorDevice device() {
        return device;
    }

    void run(SeededRandom random) {
        List<Capture.Node> left = new ArrayList<>(nodes);
        Set<Capture.Node> done = new HashSet<>();
        while (!left.isEmpty()) {
            List<Capture.Node> ready = left.stream().filter(node -> done.containsAll(node.after())).toList();
            Capture.Node chosen = ready.get(random.below(ready.size()));
            chosen.work().run();
            done.add(chosen);
            left.remove(chosen);
        }
    }

    @Override
    public void close() {
        device.forget(this);
    }

    @Override
    public String toString() {
        return "a graph of " + nodes.size() + " nodes";
    }
}
