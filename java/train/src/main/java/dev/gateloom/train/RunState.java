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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Moves everything a run consists of into a {@link Snapshot} and back. */
final class RunState {
    private static final String FORMAT = "gateloom-checkpoint-4";

    private final Layer model;
    private final Optimizer optimizer;
    private final List<Trainable> parameters;

    /**
     * What tells a run from another one.
     *
     * @param order how many samples come in which order
     * @param data their {@link Checksum}
     * @param loss its {@link dev.gateloom.nn.Loss#description}
     * @param settings of the optimizer, and clipping: these may be altered on the way
     */
    record Run(String order, String data, String loss, String settings) {
    }

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
        set(parameters, values);
    }

    private static void set(List<Trainable> trainables, List<float[]> values) {
        for (int k = 0; k < trainables.size(); k++) {
            Trainable t = trainables.get(k);
            System.arraycopy(values.get(k), 0, t.values(), t.offset(), t.size());
            t.changed().run();
        }
    }

    Snapshot save(Progress progress, Run run) {
        Snapshot s = new Snapshot().put("format", FORMAT).put("run", run.order).put("data", run.data).put("loss", run.loss)
                .put("settings", run.settings)
                .put("optimizer", optimizerName()).put("updates", String.valueOf(optimizer.updates()));
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
                s.put("optimizer." + optimizer.slotNames().get(slot) + "." + t.name(),
                        Arrays.copyOfRange(optimizer.slot(k, slot), t.offset(), t.end()), shape);
            }
        }
        for (Trainable t : model.frozen()) {
            s.put("model." + t.name(), Arrays.copyOfRange(t.values(), t.offset(), t.end()), shape(t));
        }
        List<Snapshot.Part> states = carried();
        for (int i = 0; i < states.size(); i++) {
            s.put("state." + i, states.get(i).values(), states.get(i).shape());
        }
        return s;
    }

    /** Copies of what a stateful model carries from batch to batch. */
    List<Snapshot.Part> carried() {
        List<Snapshot.Part> parts = new ArrayList<>();
        for (Tensor t : model.states()) {
            long[] shape = new long[t.rank()];
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = t.dim(axis);
            }
            parts.add(new Snapshot.Part(Arrays.copyOf(t.values(), t.size()), shape));
        }
        return parts;
    }

    /** Takes it back. */
    void carry(List<Snapshot.Part> parts) {
        model.resetStates();
        List<Tensor> states = model.states();
        for (int i = 0; i < states.size(); i++) {
            Snapshot.Part part = parts.get(i);
            states.get(i).shape(Arrays.stream(part.shape()).mapToInt(Math::toIntExact).toArray());
            System.arraycopy(part.values(), 0, states.get(i).values(), 0, part.values().length);
        }
    }

    private String optimizerName() {
        return optimizer.getClass().getSimpleName() + " " + optimizer.definition();
    }

    /** Where the run stood; refuses another one. Nothing is changed yet. */
    Progress progress(Snapshot s, Run run) {
        same("format", FORMAT, s.texts().get("format"));
        same("run", run.order, s.texts().get("run"));
        same("loss", run.loss, s.texts().get("loss"));
        Require.that(run.data.equals(s.texts().get("data")), "checkpoint: data", "those of the run that is resumed, checksum "
                + s.texts().get("data") + "; go on with these, or name another folder to begin anew", "other values, checksum " + run.data);
        same("optimizer", optimizerName(), s.texts().get("optimizer"));
        Map<String, String> texts = new HashMap<>();
        s.texts().forEach((name, text) -> texts.put(name.replaceFirst("^progress\\.", ""), text));
        return Progress.fromText(texts);
    }

    /** With which it was written. */
    String settings(Snapshot s) {
        return s.texts().get("settings");
    }

    /** Takes everything over, or nothing if a part is missing. */
    void restore(Snapshot s, Progress progress) {
        List<float[]> best = new ArrayList<>();
        List<float[]> values = new ArrayList<>();
        List<float[]> slots = new ArrayList<>();
        List<float[]> constants = new ArrayList<>();
        List<Snapshot.Part> carried = new ArrayList<>();
        Set<String> unknown = s.tensors().keySet().stream().filter(name -> name.startsWith("model."))
                .collect(Collectors.toCollection(TreeSet::new));
        for (int k = 0; k < parameters.size(); k++) {
            Trainable t = parameters.get(k);
            values.add(part(s, "model." + t.name(), t));
            unknown.remove("model." + t.name());
            if (s.tensors().containsKey("best." + t.name())) {
                best.add(part(s, "best." + t.name(), t));
            }
            for (String slot : optimizer.slotNames()) {
                slots.add(part(s, "optimizer." + slot + "." + t.name(), t));
            }
        }
        for (Trainable t : model.frozen()) {
            constants.add(part(s, "model." + t.name(), t));
            unknown.remove("model." + t.name());
        }
        Require.that(unknown.isEmpty(), "checkpoint", "tensors of this model only", unknown);
        for (int i = 0; i < model.states().size(); i++) {
            Snapshot.Part part = s.tensors().get("state." + i);
            Require.that(part != null, "checkpoint", "state." + i, "none");
            carried.add(part);
        }

        set(parameters, values);
        set(model.frozen(), constants);
        progress.bestValues = best;
        int slotsEach = optimizer.slotNames().size();
        for (int i = 0; i < slots.size(); i++) {
            System.arraycopy(slots.get(i), 0, optimizer.slot(i / slotsEach, i % slotsEach),
                    parameters.get(i / slotsEach).offset(), slots.get(i).length);
        }
        optimizer.resume(Long.parseLong(s.texts().get("updates")));
        carry(carried);
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
