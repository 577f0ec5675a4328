package dev.gateloom.nn;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The table that {@link Model#summary()} gives. */
final class Summary {
    private static final int NAME = 29;
    private static final int SHAPE = 26;
    private static final int COUNT = 11;
    private static final int SOURCES = 30;

    private Summary() {
    }

    static String of(String model, List<Model.Step> steps, boolean graph) {
        int width = NAME + SHAPE + COUNT + (graph ? SOURCES : 0);
        StringBuilder s = new StringBuilder("Model: \"").append(model).append("\"\n");
        s.append("_".repeat(width)).append('\n');
        row(s, "Layer (type)", "Output Shape", "Param #", graph ? "Connected to" : "");
        s.append("=".repeat(width)).append('\n');
        long total = 0;
        for (Model.Step step : steps) {
            long count = step.layer.parameters().stream().mapToLong(Trainable::size).sum();
            total += count;
            row(s, step.name + " (" + step.layer.kind() + ")", shape(step.outputShape()), String.valueOf(count),
                    graph ? String.join(", ", step.sources()) : "");
        }
        s.append("=".repeat(width)).append('\n');
        s.append(String.format(Locale.ROOT, "Total params: %,d%n", total));
        s.append("_".repeat(width)).append('\n');
        return s.toString().replace(System.lineSeparator(), "\n");
    }

    private static void row(StringBuilder s, String name, String shape, String count, String sources) {
        String row = String.format(Locale.ROOT, " %-" + (NAME - 2) + "s %-" + (SHAPE - 1) + "s %-" + (COUNT - 1) + "s %s",
                name, shape, count, sources);
        s.append(row.stripTrailing()).append('\n');
    }

    /** {@code (None, 10, 64)}: the batch and other sizes that may vary are None. */
    private static String shape(int[] sample) {
        StringJoiner s = new StringJoiner(", ", "(None, ", ")");
        for (int size : sample) {
            s.add(size < 0 ? "None" : String.valueOf(size));
        }
        return s.toString();
    }
}
