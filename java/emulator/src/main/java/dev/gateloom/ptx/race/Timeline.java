package dev.gateloom.ptx.race;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What orders the work of streams: the order of each stream, events, and the host that waits. Safe for use from several
 * threads.
 */
public final class Timeline {
    private final Map<Integer, Integer> host = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();

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
        Line line = new Line(lines.size(), name);
        lines.add(line);
        return line;
    }

    /**
     * Whether a piece of work that runs now can be out of order with any other, and so is worth looking at.
     *
     * @param task the work
     * @param point what the host waits for now
     * @return false if all other work so far is before it, and what comes later will be after it
     */
    public synchronized boolean mayRace(Task task, Point point) {
        if (!point.covers(task.line(), task.number())) {
            return true;
        }
        for (Line line : lines) {
            if (line.id != task.line() && !task.isAfter(line.id, line.count)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The end of all work that was handed in.
     *
     * @return of all streams
     */
    public synchronized Point end() {
        Map<Integer, Integer> all = new HashMap<>();
        lines.forEach(line -> all.put(line.id, line.count));
        return new Point(all);
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

        boolean covers(int line, int number) {
            return known.getOrDefault(line, 0) >= number;
        }
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
