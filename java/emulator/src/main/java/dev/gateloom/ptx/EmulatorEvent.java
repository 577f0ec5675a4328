package dev.gateloom.ptx;

import dev.gateloom.device.Event;
import dev.gateloom.ptx.race.Timeline;
import java.util.List;

/** A point of a stream. */
final class EmulatorEvent implements Event {
    private static final double NANOS_PER_MILLI = 1e6;

    /** One record: who waits for it waits for this one, even if the event is recorded again. */
    static final class Recording {
        final Timeline.Point point;
        boolean reached;
        long nanos;

        Recording(Timeline.Point point) {
            this.point = point;
        }
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

    Recording record(Timeline.Point point) {
        captured = null;
        last = new Recording(point);
        return last;
    }

    void record(Captured point) {
        captured = point;
    }

    @Override
    public void synchronize() {
        device.requireOpen("cuEventSynchronize", this);
        if (captured != null) {
            throw Errors.capturedEvent("cuEventSynchronize", "the event was recorded while capturing");
        }
        Recording wanted = last;
        if (wanted != null) {
            device.runUntil("cuEventSynchronize", () -> wanted.reached, wanted.point);
        }
    }

    @Override
    public double millisecondsSince(Event start) {
        String call = "cuEventElapsedTime";
        device.requireOpen(call, this);
        device.requireOpen(call, start);
        Recording from = ((EmulatorEvent) start).last;
        if (from == null || last == null) {
            throw Errors.invalidHandle(call, "an event was not recorded yet");
        }
        if (!from.reached || !last.reached) {
            throw Errors.notReady(call, "an event was not reached yet");
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
