package dev.gateloom.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;

/** Runs the forks: case by case, round by round, contender by contender. */
final class Suite {
    private final Selection selection;
    private final Settings settings;
    private final Progress progress;
    private final Forks forks;
    private final Set<String> skipped = new LinkedHashSet<>();
    private final List<RunResult> jmh = new ArrayList<>();

    Suite(Selection selection, Settings settings, WorkDir work, Progress progress) {
        this.selection = selection;
        this.settings = settings;
        this.progress = progress;
        forks = new Forks(work, settings, selection.rivals().contains(PythonRival.NAME) ? PythonRival.find()
                : Optional.empty());
    }

    /** Seconds that all forks will take, roughly; for the progress bar. */
    static double estimate(Selection selection, Settings settings) {
        double seconds = 0;
        for (Case c : selection.cases()) {
            for (String contender : selection.contenders()) {
                seconds += selection.rounds(contender, settings) * estimate(contender, c, settings);
            }
        }
        return seconds;
    }

    /** Start-up and verification, then warm-up and measurement, some whole calls at least, at some 200 GFLOP/s. */
    private static double estimate(String contender, Case c, Settings settings) {
        double call = Math.min(c.flops(), settings.budget(contender)) / (settings.slow(contender) ? 1e9 : 2e11);
        Settings s = settings.of(contender);
        return 1 + 3 * call + Math.max(2 * s.warmup(), 6 * call)
                + Math.max(s.seconds(), call * Settings.ITERATIONS);
    }

    List<Measurement> run() {
        List<Measurement> all = new ArrayList<>();
        for (Case c : selection.cases()) {
            all.addAll(run(c));
        }
        return all;
    }

    private List<Measurement> run(Case c) {
        Map<String, List<double[]>> rounds = new LinkedHashMap<>();
        Map<String, String> descriptions = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (int round = 0; round < settings.rounds(); round++) {
            for (String contender : selection.contenders()) {
                if (round >= selection.rounds(contender, settings) || failures.containsKey(contender)) {
                    continue;
                }
                Optional<String> obstacle = contender.equals(PythonRival.NAME) ? Optional.empty()
                        : Contenders.get(contender).obstacle(c);
                if (obstacle.isPresent()) {
                    skipped.add(contender + ": " + obstacle.get() + ".");
                } else {
                    progress.show(c.title() + ", " + contender
                            + (settings.rounds() > 1 ? ", round " + (round + 1) + " of " + settings.rounds() : ""));
                    try {
                        Case timed = settings.slice(contender, c);
                        Forks.Fork fork = forks.run(contender, timed);
                        double scale = c.flops() / timed.flops();
                        rounds.computeIfAbsent(contender, k -> new ArrayList<>())
                                .add(java.util.Arrays.stream(fork.nanos()).map(v -> v * scale).toArray());
                        descriptions.put(contender, fork.description());
                        jmh.addAll(fork.jmh());
                    } catch (Forks.FailedException e) {
                        failures.put(contender, e.getMessage());
                    } catch (IOException | RuntimeException | OutOfMemoryError e) {     // the other cases still have results
                        failures.put(contender, e.toString());
                    }
                }
                progress.advance(estimate(contender, c, settings));
            }
        }
        List<Measurement> measured = new ArrayList<>();
        for (String contender : selection.contenders()) {
            if (failures.containsKey(contender)) {
                measured.add(Measurement.failed(c, contender, failures.get(contender)));
            } else if (rounds.containsKey(contender)) {
                measured.add(new Measurement(c, contender, descriptions.get(contender), settings.slice(contender, c),
                        rounds.get(contender).toArray(double[][]::new), ""));
            }
        }
        return measured;
    }

    /** What was left out and why. */
    List<String> skipped() {
        return List.copyOf(skipped);
    }

    /** JMH's own records, one for each fork. */
    List<RunResult> jmh() {
        return jmh;
    }
}
