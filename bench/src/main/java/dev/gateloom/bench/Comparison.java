package dev.gateloom.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gateloom.CellType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An older run's {@code jmh.json}, to compare with. */
public final class Comparison {
    private final Map<String, double[][]> old = new LinkedHashMap<>();

    private Comparison() {
    }

    /**
     * Reads an older run.
     *
     * @param file its {@code jmh.json}
     * @return the run
     * @throws IllegalArgumentException if the file is none of ours, saying why
     */
    public static Comparison read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("expected the jmh.json of an older run, but there is no file " + file);
        }
        Comparison comparison = new Comparison();
        try {
            for (JsonNode result : new ObjectMapper().readTree(file.toFile())) {
                JsonNode params = result.path("params");
                Case timed = new Case(CellType.valueOf(params.path("cell").asText().toUpperCase(Locale.ROOT)),
                        Dims.parse(params.path("shape").asText()),
                        Kind.valueOf(params.path("kind").asText().toUpperCase(Locale.ROOT)),
                        params.path("layers").asInt(1), Boolean.parseBoolean(params.path("ragged").asText()));
                double unit = unitNanos(result.path("primaryMetric").path("scoreUnit").asText());
                List<double[]> rounds = new ArrayList<>();
                for (JsonNode fork : result.path("primaryMetric").path("rawData")) {
                    double[] values = new double[fork.size()];
                    for (int k = 0; k < values.length; k++) {
                        values[k] = fork.get(k).asDouble() * unit;
                    }
                    rounds.add(values);
                }
                if (rounds.isEmpty()) {
                    throw new IllegalArgumentException("no measurements for " + timed.title());
                }
                comparison.old.put(key(params.path("contender").asText(), timed), rounds.toArray(double[][]::new));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("expected the jmh.json of an older run, got " + file + ": "
                    + firstLine(e.getMessage()), e);
        }
        if (comparison.old.isEmpty()) {
            throw new IllegalArgumentException("expected the jmh.json of an older run, but " + file + " has no results");
        }
        return comparison;
    }

    /**
     * Compares what both runs have measured.
     *
     * @param measurements the new run
     * @return one line for each contender and case that both have
     */
    public List<Change> with(List<Measurement> measurements) {
        List<Change> changes = new ArrayList<>();
        for (Measurement m : measurements) {
            double[][] before = m.ok() ? old.get(key(m.contender(), m.timed())) : null;
            if (before != null) {
                double scale = m.of().flops() / m.timed().flops();
                Measurement then = new Measurement(m.of(), m.contender(), "", m.of(), scaled(before, scale), "");
                changes.add(new Change(m.contender(), m.of().title(), then.nanos(), m.nanos(),
                        Math.hypot(then.spread() / then.nanos(), m.spread() / m.nanos())));
            }
        }
        return changes;
    }

    private static double[][] scaled(double[][] values, double factor) {
        double[][] result = new double[values.length][];
        for (int k = 0; k < values.length; k++) {
            result[k] = java.util.Arrays.stream(values[k]).map(v -> v * factor).toArray();
        }
        return result;
    }

    private static String key(String contender, Case timed) {
        return contender + " " + timed.cell() + " " + timed.dims() + " " + timed.kind() + " " + timed.layers() + " " + timed.ragged();
    }

    private static double unitNanos(String unit) {
        return switch (unit) {
            case "ns/op" -> 1;
            case "us/op" -> 1e3;
            case "ms/op" -> 1e6;
            case "s/op" -> 1e9;
            default -> throw new IllegalArgumentException("times per call expected, got the unit \"" + unit + "\"");
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
