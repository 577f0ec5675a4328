package dev.gateloom.bench.gpu;

import dev.gateloom.device.Device;
import dev.gateloom.device.Event;
import dev.gateloom.device.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a session's sets in turn, call by call or as captured graphs, and takes the time by events of the device. */
final class Turns implements AutoCloseable {
    private final DeviceSession session;
    private final Event start;
    private final Event end;
    private final List<Graph> graphs = new ArrayList<>();       // one for each set; none: call by call
    private int next;

    Turns(Device device, DeviceSession session) {
        this.session = session;
        start = device.event();
        end = device.event();
    }

    /** Captures one call for each set; the reason if that is refused, and the calls stay what they were. */
    Optional<String> capture() {
        try {
            for (int set = 0; set < session.sets(); set++) {
                graphs.add(captured(set));
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            release();
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
        session.stream().record(start);
        for (int call = 0; call < calls; call++) {
            enqueue();
        }
        session.stream().record(end);
        end.synchronize();
        session.await();
        return 1e6 * end.millisecondsSince(start) / calls;
    }

    @Override
    public void close() {
        release();
        start.close();
        end.close();
    }
}
