package dev.gateloom.ptx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Work that is captured instead of run: what each piece waits for. */
final class Capture {

    /** A piece of work, the stream that it was captured from, and what must have run before it. */
    record Node(String what, Work work, EmulatorStream stream, List<Node> after) {

        /** Nodes are themselves: equal work is not the same work. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final EmulatorStream origin;
    private final List<Node> nodes = new ArrayList<>();
    private final List<EmulatorStream> streams = new ArrayList<>();

    Capture(EmulatorStream origin) {
        this.origin = origin;
        streams.add(origin);
    }

    EmulatorStream origin() {
        return origin;
    }

    List<Node> nodes() {
        return nodes;
    }

    List<EmulatorStream> streams() {
        return streams;
    }

    Node add(String what, Work work, EmulatorStream stream, List<Node> after) {
        Node node = new Node(what, work, stream, List.copyOf(after));
        nodes.add(node);
        return node;
    }

    /** Whether everything was waited for by the stream that began. */
    boolean joined(List<Node> end) {
        Set<Node> reached = new HashSet<>();
        List<Node> open = new ArrayList<>(end);
        while (!open.isEmpty()) {
            Node node = open.remove(open.size() - 1);
            if (reached.add(node)) {
                open.addAll(node.after());
            }
        }
        return reached.size() == nodes.size();
    }
}
