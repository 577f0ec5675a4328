package dev.gateloom.bench.models;

import dev.gateloom.bench.Settings;
import dev.gateloom.bench.report.Document;
import dev.gateloom.bench.report.Table;
import dev.gateloom.bench.report.Text;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tables and sentences of one run.
 *
 * @param selection what was asked for
 * @param settings how it was measured
 * @param measurements model by model
 */
record ModelReport(ModelSelection selection, Settings settings, List<ModelMeasurement> measurements) {

    boolean failed() {
        return measurements.stream().anyMatch(m -> !m.ok());
    }

    private Optional<ModelMeasurement> find(ModelCase c, String contender) {
        return measurements.stream().filter(m -> m.of().equals(c) && m.contender().equals(contender) && m.ok()).findFirst();
    }

    private List<ModelCase> cases(boolean layers) {
        return selection.cases().stream().filter(c -> c.kind() == ModelKind.LAYER == layers).toList();
    }

    /** A training step of each model: ours and the rivals'. */
    Table models() {
        List<String> header = new ArrayList<>(List.of("model BxTxIxH", "contender", "training step"));
        selection.rivals().forEach(r -> header.add("× " + r));
        List<List<String>> rows = new ArrayList<>();
        for (ModelMeasurement m : of(cases(false))) {
            List<String> row = row(m);
            for (String rival : selection.rivals()) {
                row.add(find(m.of(), rival).filter(r -> m.ok() && !r.equals(m))
                        .map(r -> Text.ratio(m.rounds().timesFasterThan(r.rounds()))).orElse("–"));
            }
            rows.add(row);
        }
        return new Table(header, rows);
    }

    /** What the trainer costs beside the bare engine. */
    Table overhead() {
        List<List<String>> rows = new ArrayList<>();
        for (ModelMeasurement m : of(cases(true))) {
            List<String> row = row(m);
            row.add(m.contender().startsWith(OurContender.ENGINE) ? "–" : overhead(m).map(ModelReport::percent).orElse("–"));
            rows.add(row);
        }
        return new Table(List.of("LSTM alone", "contender", "training step", "more than the engine"), rows);
    }

    private List<ModelMeasurement> of(List<ModelCase> cases) {
        return measurements.stream().filter(m -> cases.contains(m.of())).toList();
    }

    private static List<String> row(ModelMeasurement m) {
        return new ArrayList<>(List.of(m.of().title(), m.contender(),
                m.ok() ? Text.time(m.rounds().nanos(), m.rounds().spread()) : "failed"));
    }

    /** What a step takes more than the engine's, as a share. */
    private Optional<Double> overhead(ModelMeasurement m) {
        return find(m.of(), OurContender.ENGINE + selection.engine()).filter(e -> m.ok())
                .map(e -> e.rounds().timesFasterThan(m.rounds()) - 1);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** What the tables say, in sentences. */
    List<String> findings() {
        List<String> found = new ArrayList<>();
        String engine = selection.engine();
        for (ModelCase c : cases(false)) {
            String best = null;
            double least = Double.POSITIVE_INFINITY;
            for (String rival : selection.rivals()) {
                double ratio = find(c, engine).flatMap(m -> find(c, rival).map(r -> m.rounds().timesFasterThan(r.rounds())))
                        .orElse(Double.POSITIVE_INFINITY);
                best = ratio < least ? rival : best;
                least = Math.min(least, ratio);
            }
            if (best != null) {
                found.add(c.title() + ": the trainer on " + engine + " is " + Text.ratio(least) + " as fast as the best rival, "
                        + best + " (" + Text.verdict(least) + ").");
            }
        }
        for (ModelCase c : cases(true)) {
            Optional<Double> step = find(c, OurContender.STEP + engine).flatMap(this::overhead);
            Optional<Double> all = find(c, engine).flatMap(this::overhead);
            if (step.isPresent() && all.isPresent()) {
                found.add(c.title() + ": a step of the trainer takes " + percent(step.get()) + " longer than the bare engine, "
                        + percent(all.get()) + " with Adam.");
            }
        }
        measurements.stream().filter(m -> !m.ok())
                .forEach(m -> found.add("FAILED " + m.contender() + ", " + m.of().title() + ": " + m.failure()));
        return found;
    }

    /** How it was measured: what a reader needs to judge the numbers. */
    private List<String> method() {
        List<String> lines = new ArrayList<>();
        lines.add("Training step: forward, loss, backward and Adam's update on one batch, the same for everybody, in float32. "
                + "Character model: embedding, LSTM, dense layer, cross-entropy of the next letter at each of the T steps; "
                + ModelKind.CHARACTERS.outputs() + " letters. Forecaster: two LSTM layers, the last step, dense layer, mean squared "
                + "error of " + ModelKind.FORECASTER.outputs() + " values. One bias for each gate, no dropout, no clipping.");
        lines.add("Before it is timed, every fork takes " + ExpectedLosses.STEPS + " steps from the same weights. Their losses are "
                + "within " + ExpectedLosses.TOLERANCE + " of those on the double-precision reference engine. Where the optimizer "
                + "is not timed, Adam's update is made between these steps all the same, so gradients are verified too: up to a "
                + "factor common to all, which Adam takes out.");
        lines.add("LSTM alone: mean squared error of all its outputs. \"" + OurContender.ENGINE + "…\" is the engine's forward and "
                + "backward alone, with what changed weights cost (packing them, clearing gradients). \"" + OurContender.STEP
                + "…\" is all that the trainer does except the optimizer's arithmetic: gathering the batch, forward, loss, backward, "
                + "the norm of the gradients, bookkeeping. The third is the whole step, with Adam.");
        lines.add(String.format(Locale.ROOT, "Contenders take turns in %d rounds, each in a JVM of its own (JMH fork) that warms up "
                + "until it has not become faster for %s s and measures %s s. Time: median of the forks' medians ± half the distance "
                + "between the quartiles; ratios: median of the ratios round by round.", settings.rounds(),
                Text.digits(settings.warmup()), Text.digits(settings.seconds())));
        Set<String> who = new LinkedHashSet<>();
        measurements.stream().filter(ModelMeasurement::ok).forEach(m -> who.add(m.contender() + " – " + m.description()));
        lines.addAll(who);
        return lines;
    }

    /** Both tables that have rows. */
    List<Table> tables() {
        return Stream.of(models(), overhead()).filter(t -> !t.rows().isEmpty()).toList();
    }

    /** The report of a run. */
    Document document(ZonedDateTime started, String command, Map<String, String> machine, List<String> notes) {
        Document document = new Document("Gateloom benchmark: training steps", started, command).findings(findings())
                .heading("Machine").facts(machine).heading("All results");
        tables().forEach(document::table);
        document.heading("How it was measured").notes(method());
        return notes.isEmpty() ? document : document.heading("Notes").notes(notes);
    }
}
