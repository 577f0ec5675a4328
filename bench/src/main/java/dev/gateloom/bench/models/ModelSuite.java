package dev.gateloom.bench.models;

import dev.gateloom.bench.Forks;
import dev.gateloom.bench.Progress;
import dev.gateloom.bench.Rounds;
import dev.gateloom.bench.Settings;
import dev.gateloom.bench.WorkDir;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;

/** Runs the forks: model by model, round by round, contender by contender. */
final class ModelSuite {
    private final ModelSelection selection;
    private final Settings settings;
    private final WorkDir work;
    private final Forks forks;
    private final Progress progress;
    private final List<RunResult> jmh = new ArrayList<>();

    ModelSuite(ModelSelection selection, Settings settings, WorkDir work, Progress progress) {
        this.selection = selection;
        this.settings = settings;
        this.work = work;
        forks = new Forks(work, settings);
        this.progress = progress;
    }

    List<ModelMeasurement> run() throws Exception {
        List<ModelMeasurement> all = new ArrayList<>();
        for (ModelCase c : selection.cases()) {
            all.addAll(run(c));
        }
        return all;
    }

    /** Forks of one round, for the progress bar. */
    static int forks(ModelSelection selection) {
        return selection.cases().stream().mapToInt(c -> selection.contenders(c).size()).sum();
    }

    private List<ModelMeasurement> run(ModelCase c) throws Exception {
        List<String> contenders = selection.contenders(c);
        progress.show(c.title() + ", reference");
        try {
            ModelBenchmark.provide(work, c);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {        // costs this case, not the others
            progress.advance((double) settings.rounds() * contenders.size());
            return contenders.stream().map(name -> new ModelMeasurement(c, name, "", new Rounds(new double[0][]),
                    "the reference: " + e)).toList();
        }
        Map<String, List<double[]>> rounds = new LinkedHashMap<>();
        Map<String, String> descriptions = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            for (String contender : contenders) {
                if (failures.containsKey(contender)) {
                    continue;
                }
                progress.show(c.title() + ", " + contender + ", round " + round + " of " + settings.rounds());
                try {
                    Forks.Fork fork = forks.run(ModelBenchmark.class, contender, settings,
                            Map.of("model", c.kind().name().toLowerCase(Locale.ROOT), "shape", c.dims().toString()));
                    rounds.computeIfAbsent(contender, k -> new ArrayList<>()).add(fork.nanos());
                    descriptions.put(contender, fork.description());
                    jmh.addAll(fork.jmh());
                } catch (Forks.FailedException e) {
                    failures.put(contender, e.getMessage());
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    failures.put(contender, e.toString());
                }
                progress.advance(1);
            }
        }
        return contenders.stream().map(name -> new ModelMeasurement(c, name, descriptions.getOrDefault(name, ""),
                new Rounds(rounds.getOrDefault(name, List.of()).toArray(double[][]::new)),
                failures.getOrDefault(name, ""))).toList();
    }

    /** JMH's own records, one for each fork. */
    List<RunResult> jmh() {
        return jmh;
    }
}
