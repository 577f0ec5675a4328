package dev.gateloom.train;

import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.train.internal.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Moves everything a run consists of into a {@link Snapshot} and back. */
final class RunState {
    private static final String FORMAT = "gateloom-checkpoint-1";

    private final Layer model;
    private final Optimizer optimizer;
    private final List<Trainable> parameters;

    RunState(Layer model, Optimizer optimizer) {
        this.model = model;
        this.optimizer = optimizer;
        this.parameters = model.parameters();
    }

    /** Copies of all values. */
    List<float[]> values() {
        List<float[]> values = new ArrayList<>();
        for (Trainable t : parameters) {
            values.add(Arrays.copyOfRange(t.values(), t.offset(), t.end()));
        }
        return values;
    }

    void set(List<float[]> values) {
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            System.arraycopy(values.get(k), 0, t.values(), t.offset(), t.size());
            t.changed().run();
        }
    }

    Snapshot save(Progress progress, String run) {
        Snapshot s = new Snapshot().put("format", FORMAT).put("run", run)
                .put("optimizer", optimizer.getClass().getSimpleName());
        progress.toText().forEach((name, text) -> s.put("progress." + name, text));
        List<float[]> values = values();
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            long[] shape = shape(t);
            s.put("model." + t.name(), values.get(k), shape);
            if (!progress.bestValues.isEmpty()) {
                s.put("best." + t.name(), progress.bestValues.get(k), shape);
            }
            for (int slot = 0; slot < optimizer.slotNames().size(); slot++) {
                s.put("optimizer." + optimizer.slotNames().get(slot) + "." + t.name(), optimizer.slot(k, slot), shape);
            }
        }
        List<Tensor> states = model.states();
        for (int i = 0; i < states.size(); i++) {
            Tensor t = states.get(i);
            long[] shape = new long[t.rank()];
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = t.dim(axis);
            }
            s.put("state." + i, Arrays.copyOf(t.values(), t.size()), shape);
        }
        return s;
    }

    Progress restore(Snapshot s, String run) {
        same("format", FORMAT, s.texts().get("format"));
        same("run", run, s.texts().get("run"));
        same("optimizer", optimizer.getClass().getSimpleName(), s.texts().get("optimizer"));
        Map<String, String> texts = new HashMap<>();
        s.texts().forEach((name, text) -> texts.put(name.replaceFirst("^progress\\.", ""), text));
        Progress progress = Progress.fromText(texts);
        List<float[]> best = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            values.add(part(s, "model." + t.name(), t));
            if (s.tensors().containsKey("best." + t.name())) {
                best.add(part(s, "best." + t.name(), t));
            }
            for (int slot = 0; slot < optimizer.slotNames().size(); slot++) {
                float[] kept = part(s, "optimizer." + optimizer.slotNames().get(slot) + "." + t.name(), t);
                System.arraycopy(kept, 0, optimizer.slot(k, slot), 0, kept.length);
            }
        }
        set(values);
        progress.bestValues = best;
        optimizer.resume(progress.update);
        model.resetStates();
        List<Tensor> states = model.states();
        for (int i = 0; i < states.size(); i++) {
            Snapshot.Part part = s.tensors().get("state." + i);
            Require.that(part != null, "checkpoint", "state." + i, "none");
            states.get(i).shape(Arrays.stream(part.shape()).mapToInt(Math::toIntExact).toArray());
            System.arraycopy(part.values(), 0, states.get(i).values(), 0, part.values().length);
        }
        return progress;
    }

    private static long[] shape(Trainable t) {
        return t.shape().stream().mapToLong(Integer::longValue).toArray();
    }

    private static float[] part(Snapshot s, String name, Trainable t) {
        Snapshot.Part part = s.tensors().get(name);
        Require.that(part != null && Arrays.equals(part.shape(), shape(t)), "checkpoint: " + name, "shape " + t.shape(),
                part == null ? "no such tensor: it is of another model" : Arrays.toString(part.shape()));
        return part.values();
    }

    private static void same(String name, String expected, String came) {
        Require.that(expected.equals(came), "checkpoint: " + name, expected, came);
    }
}
