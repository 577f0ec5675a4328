package dev.gateloom.ptx;

import dev.gateloom.device.Graph;
import dev.gateloom.ptx.exec.SeededRandom;
import dev.gateloom.ptx.race.Task;
import dev.gateloom.ptx.race.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A captured graph. Each run takes the nodes in a new order among those that their dependencies allow. */
final class EmulatorGraph implements Graph {
    private final EmulatorDevice device;
    private final EmulatorStream origin;
    private final List<Capture.Node> nodes;
    private final Map<Capture.Node, List<Capture.Node>> followers = new HashMap<>();
    /** Of the captured streams but the first one, whose work belongs to the stream that runs the graph. */
    private final Map<EmulatorStream, Timeline.Line> branches = new HashMap<>();

    EmulatorGraph(EmulatorDevice device, EmulatorStream origin, List<Capture.Node> nodes) {
        this.device = device;
        this.origin = origin;
        this.nodes = List.copyOf(nodes);
        nodes.forEach(node -> node.after().forEach(before -> followers.computeIfAbsent(before, n -> new ArrayList<>()).add(node)));
    }

    /** The places of its nodes in the order of all work, when it is to run at the end of a stream. */
    Map<Capture.Node, Task> tasks(Timeline.Line stream) {
        Map<Capture.Node, Task> tasks = new HashMap<>();
        Map<Capture.Node, Timeline.Point> ends = new HashMap<>();
        Timeline.Point start = stream.point();
        for (Capture.Node node : nodes) {
            Timeline.Line line = node.stream() == origin ? stream : branches.computeIfAbsent(node.stream(),
                    branch -> device.timeline().line("a graph's branch from " + branch));
            line.waitFor(start);
            node.after().forEach(before -> line.waitFor(ends.get(before)));
            tasks.put(node, line.task(node.what()));
            ends.put(node, line.point());
        }
        ends.values().forEach(stream::waitFor);
        return tasks;
    }

    /** Tasks may be missing if nobody looks for races. */
    void run(SeededRandom random, Map<Capture.Node, Task> tasks) {
        Map<Capture.Node, Integer> missing = new HashMap<>();
        List<Capture.Node> ready = new ArrayList<>();
        for (Capture.Node node : nodes) {
            missing.put(node, node.after().size());
            if (node.after().isEmpty()) {
                ready.add(node);
            }
        }
        while (!ready.isEmpty()) {
            Capture.Node chosen = ready.remove(random.below(ready.size()));
            device.execute(chosen.what(), chosen.work(), tasks.get(chosen));
            for (Capture.Node next : followers.getOrDefault(chosen, List.of())) {
                if (missing.merge(next, -1, Integer::sum) == 0) {
                    ready.add(next);
                }
            }
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
