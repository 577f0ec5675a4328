package dev.gateloom.ptx;

import dev.gateloom.device.Event;
import java.util.List;

/** A point of a stream. */
final class EmulatorEvent implements Event {
    private static final double NANOS_PER_MILLI = 1e6;

    /** One record: who waits for it waits for this one, even if the event is recorded again. */
    static final class Recording {
        boolean reached;
        long nanos;
    }

    /** A record inside of a capture. */
    record Captured(Capture capture, List<Capture.Node> after) {
    }

    private final EmulatorDevice device;
    private Recording last;
    private Captured captured;

    EmulatorEvent(EmulatorDevice device) {
        this.device = device;
    }

    Recording last() {
        return last;
    }

    Captured captured() {
        return captured;
    }

    Recording record() {
        captured = null;
        last = new Recording();
        return last;
    }

    void record(Captured point) {
        captured = point;
    }

    @Override
    public void synchronize() {
        if (captured != null) {
            throw Errors.capturedEvent("cuEventSynchronize", "the event was recorded while capturing");
        }
        Recording wanted = last;
        if (wanted != null) {
            device.runUntil("cuEventSynchronize", () -> wanted.reached);
        }
    }

    @Override
    public double millisecondsSince(Event start) {
        Recording from = ((EmulatorEvent) start).last;
        if (from == null || last == null) {
            throw Errors.invalidHandle("cuEventElapsedTime", "an event was not recorded yet");
        }
        if (!from.reached || !last.reached) {
            throw Errors.notReady("cuEventElapsedTime", "an event was not reached yet");
        }
        return (last.nanos - from.nanos) / NANOS_PER_MILLI;
    }

    @Override
    public void close() {
        device.forget(this);
    }

    @Override
    public String toString() {
        return "an event";
    }
}
