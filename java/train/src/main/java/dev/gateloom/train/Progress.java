package dev.gateloom.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a training run stands: what a checkpoint holds beside the parameters. */
final class Progress {
    /** Rounds asked for. */
    int epochs;
    /** Rounds that are done, and batches of the round that is not. */
    int epoch;
    int batch;
    long update;
    /** Of the round that is not done. */
    double sum;
    long terms;
    /** Of early stopping. */
    double best = Double.POSITIVE_INFINITY;
    int bestEpoch;
    int worse;
    boolean stopped;
    List<float[]> bestValues = List.of();
    final List<Epoch> history = new ArrayList<>();

    /** As text; numbers come back exactly. */
    Map<String, String> toText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("epochs", String.valueOf(epochs));
        text.put("epoch", String.valueOf(epoch));
        text.put("batch", String.valueOf(batch));
        text.put("update", String.valueOf(update));
        text.put("sum", String.valueOf(sum));
        text.put("terms", String.valueOf(terms));
        text.put("best", String.valueOf(best));
        text.put("best_epoch", String.valueOf(bestEpoch));
        text.put("worse", String.valueOf(worse));
        text.put("stopped", String.valueOf(stopped));
        for (Epoch e : history) {
            StringBuilder s = new StringBuilder().append(e.loss()).append(' ').append(e.validationLoss());
            e.metrics().forEach((name, value) -> s.append(' ').append(name).append('=').append(value));
            text.put("history." + e.number(), s.toString());
        }
        return text;
    }

    static Progress fromText(Map<String, String> text) {
        Progress p = new Progress();
        p.epochs = Integer.parseInt(text.get("epochs"));
        p.epoch = Integer.parseInt(text.get("epoch"));
        p.batch = Integer.parseInt(text.get("batch"));
        p.update = Long.parseLong(text.get("update"));
        p.sum = Double.parseDouble(text.get("sum"));
        p.terms = Long.parseLong(text.get("terms"));
        p.best = Double.parseDouble(text.get("best"));
        p.bestEpoch = Integer.parseInt(text.get("best_epoch"));
        p.worse = Integer.parseInt(text.get("worse"));
        p.stopped = Boolean.parseBoolean(text.get("stopped"));
        for (int number = 1; number <= p.epoch; number++) {
            String[] parts = text.get("history." + number).split(" ");
            Map<String, Double> metrics = new LinkedHashMap<>();
            for (int i = 2; i < parts.length; i++) {
                int equals = parts[i].lastIndexOf('=');
                metrics.put(parts[i].substring(0, equals), Double.valueOf(parts[i].substring(equals + 1)));
            }
            p.history.add(new Epoch(number, Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), metrics));
        }
        return p;
    }
}
