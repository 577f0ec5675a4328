package dev.gateloom.ptx.race;

import java.util.HashMap;
import java.util.Map;

/** What orders the work of streams: the order of each stream, events, and the host that waits. Safe for use from several threads. */
public final class Timeline {
    private final Map<Integer, Integer> host = new HashMap<>();
    private int lines;
    private int used;

    /** Nothing has happened yet. */
    public Timeline() {
    }

    /**
     * A stream.
     *
     * @param name as reports name it
     * @return where its work is noted
     */
    public synchronized Line line(String name) {
        return new Line(lines++, name);
    }

    /**
     * Whether work of different streams can be out of order. What ran as long as there was one stream was waited for by the
     * host.
     *
     * @return true once two streams have had work
     */
    public synchronized boolean concurrent() {
        return used > 1;
    }

    /**
     * The host has waited.
     *
     * @param point for this
     */
    public synchronized void waited(Point point) {
        point.known().forEach((line, number) -> host.merge(line, number, Math::max));
    }

    /**
     * A point of a stream.
     *
     * @param known by line: how much of its work has run when this point is reached
     */
    public record Point(Map<Integer, Integer> known) {
    }

    /** Work that runs in the order in which it was handed in. */
    public final class Line {
        private final int id;
        private final String name;
        private final Map<Integer, Integer> known = new HashMap<>();
        private int count;

        private Line(int id, String name) {
            this.id = id;
            this.name = name;
        }

        /**
         * The next piece of work.
         *
         * @param what as reports name it
         * @return its place among all work
         */
        public Task task(String what) {
            synchronized (Timeline.this) {
                used += count == 0 ? 1 : 0;
                count++;
                waitFor(new Point(host));
                return new Task(id, count, Map.copyOf(known), what + " of " + name);
            }
        }

        /**
         * The end of what was handed in.
         *
         * @return to be waited for
         */
        public Point point() {
            synchronized (Timeline.this) {
                Map<Integer, Integer> all = new HashMap<>(known);
                all.put(id, count);
                return new Point(all);
            }
        }

        /**
         * What follows waits.
         *
         * @param point for this
         */
        public void waitFor(Point point) {
            synchronized (Timeline.this) {
                point.known().forEach((line, number) -> known.merge(line, number, Math::max));
            }
        }
    }
}
