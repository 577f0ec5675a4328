package dev.gateloom.bench.gpu;

import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** Runs a session's sets in turn, call by call or as captured graphs, and takes the time by events of the device. */
final class Turns implements AutoCloseable {
    private final DeviceSession session;
    private final DoubleFunction<Watchdog.Watch> watch;
    private final Event start;
    private final Event end;
    private final List<Graph> graphs = new ArrayList<>();       // one for each set; none: call by call
    private int next;
    private double nanos;                       // of a call, when last measured

    /** The watch, told how many seconds calls should take, lasts until they have ended. */
    Turns(Device device, DeviceSession session, DoubleFunction<Watchdog.Watch> watch) {
        this.session = session;
        this.watch = watch;
        start = device.event();
        end = device.event();
    }

    /**
     * Captures one call for each set; the reason if that is refused, and the calls stay what they were.
     *
     * @throws DeviceException if there is too little memory for graphs, which tells nothing of whether they could be had
     */
    Optional<String> capture() {
        try {
            for (int set = 0; set < session.sets(); set++) {
                graphs.add(captured(set));
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            release();
            if (e instanceof DeviceException d && d.isOutOfMemory()) {
                throw e;
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Graph captured(int set) {
        session.stream().beginCapture();
        try {
            session.enqueue(set);
        } catch (RuntimeException e) {
            try {
                session.stream().endCapture().close();          // what was captured so far is of no use
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        return session.stream().endCapture();
    }

    /** Back to call by call. */
    void release() {
        graphs.forEach(Graph::close);
        graphs.clear();
    }

    boolean replaysGraphs() {
        return !graphs.isEmpty();
    }

    /** Replays a set's graph once, and waits for it. */
    void replay(int set) {
        Watchdog.Watch watched = watch.apply(1e-9 * nanos);
        try {
            session.stream().launch(graphs.get(set));
            session.await();
        } finally {
            watched.end();
        }
    }

    /** Queues the next set's call. */
    void enqueue() {
        if (graphs.isEmpty()) {
            session.enqueue(next);
        } else {
            session.stream().launch(graphs.get(next));
        }
        next = (next + 1) % session.sets();
    }

    /** Time of a call on the device, nanoseconds: so many in a row between two events. */
    double nanos(int calls) {
        Watchdog.Watch watched = watch.apply(1e-9 * nanos * calls);
        try {
            session.stream().record(start);
            for (int call = 0; call < calls; call++) {
                enqueue();
            }
            session.stream().record(end);
            end.synchronize();
            session.await();
        } finally {
            watched.end();
        }
        nanos = 1e6 * end.millisecondsSince(start) / calls;
        return nanos;
    }

    @Override
    public void close() {
        release();
        start.close();
        end.close();
    }
}
