package dev.gateloom.cuda.jcuda;

import static dev.gateloom.cuda.jcuda.Refusal.unless;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jcuda.driver.CUresult;

/** What the played driver has given out handles for. */
final class FakeHandles {
    private final Map<Long, Handle> live = new TreeMap<>();
    private final Set<Long> dead = new HashSet<>();
    private long next = 0x1000;

    /** What a handle stands for, and the context that it lives in; a context lives in itself. */
    private record Handle(String kind, FakeContext context, Object object) {
    }

    long enter(String kind, FakeContext context, Object object) {
        live.put(next, new Handle(kind, context, object));
        return next++;
    }

    /** The object, which must be of the current context. */
    <T> T get(long handle, String kind, Class<T> type, FakeContext current) {
        Handle found = live.get(handle);
        unless(found != null, CUresult.CUDA_ERROR_INVALID_HANDLE,
                kind + " " + handle + (dead.contains(handle) ? " was destroyed" : " does not exist"));
        unless(found.kind.equals(kind), CUresult.CUDA_ERROR_INVALID_HANDLE, handle + " is no " + kind + ", but " + found.kind);
        unless(found.context == current, CUresult.CUDA_ERROR_INVALID_CONTEXT, kind + " " + handle + " is of another context");
        return type.cast(found.object);
    }

    FakeContext context(long handle) {
        Handle found = live.get(handle);
        unless(found != null && found.kind.equals("context"), CUresult.CUDA_ERROR_INVALID_CONTEXT, "no context " + handle);
        return found.context;
    }

    void leave(long handle) {
        live.remove(handle);
        dead.add(handle);
    }

    /** With a context that is lost ends all that is in it. To others nothing is forgiven: what they hold at their end is a leak. */
    void destroy(long context) {
        FakeContext ended = context(context);
        leave(context);
        if (ended.isLost()) {
            live.values().removeIf(handle -> handle.context == ended);
            ended.memory.forget();
        }
    }

    boolean isLive(long handle) {
        return live.containsKey(handle);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        live.forEach((handle, what) -> lines.add(what.kind + " " + handle));
        return lines;
    }
}
