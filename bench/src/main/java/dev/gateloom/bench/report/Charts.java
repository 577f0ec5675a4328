package dev.gateloom.bench.report;

import dev.gateloom.CellType;
import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.Kind;
import dev.gateloom.bench.Measurement;
import dev.gateloom.bench.NamedShape;
import dev.gateloom.bench.Results;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** Chooses the charts that a set of results deserves. */
final class Charts {
    private static final int COLOURS = 8;
    private static final int NARROW = 528;              // two charts beside each other
    private static final int WIDE = 1088;
    private final Results results;
    private final List<String> contenders;

    Charts(Results results) {
        this.results = results;
        contenders = results.measurements().stream().map(Measurement::contender).distinct().toList();
    }

    List<Figure> all() {
        List<Figure> figures = new ArrayList<>();
        if (!results.rivals().isEmpty()) {
            for (Kind kind : Kind.values()) {
                for (CellType cell : CellType.values()) {
                    againstRivals(cell, kind).ifPresent(figures::add);
                }
            }
        }
        for (Kind kind : List.of(Kind.FORWARD, Kind.TRAINING)) {
            for (CellType cell : CellType.values()) {
                List<Case> cases = cases(cell, kind);
                Sweep sweep = Sweep.of(cases);
                if (sweep != null) {
                    figures.add(sweep(cell, kind, cases, sweep));
                } else if (!cases.isEmpty()) {
                    figures.add(throughput(cell, kind, cases));
                }
            }
        }
        for (CellType cell : CellType.values()) {
            List<Case> cases = cases(cell, Kind.STEP);
            if (!cases.isEmpty()) {
                figures.add(latency(cell, cases));
            }
        }
        results.forecast().ifPresent(f -> figures.add(forecast(f)));
        return figures;
    }

    /** Cases of a cell and kind that somebody has a result for. */
    private List<Case> cases(CellType cell, Kind kind) {
        return results.cases().stream().filter(c -> c.cell() == cell && c.kind() == kind)
                .filter(c -> contenders.stream().anyMatch(name -> results.find(c, name).isPresent())).toList();
    }

    /** How many times faster than each rival; empty if none has a result. */
    private Optional<Figure> againstRivals(CellType cell, Kind kind) {
        String engine = results.engines().get(0);
        BarChart chart = new BarChart(cell + ", " + words(kind) + ": " + engine + " against rivals",
                "times as fast as the rival (longer is better)", Text::ratio);
        boolean any = false;
        for (Case c : cases(cell, kind)) {
            List<BarChart.Bar> bars = new ArrayList<>();
            for (String rival : results.rivals()) {
                results.ratio(c, engine, rival).ifPresent(ratio -> bars.add(new BarChart.Bar(rival, ratio,
                        "fill" + colour(rival))));
            }
            if (!bars.isEmpty()) {
                chart.group(c.shapeName(), bars);
                any = true;
            }
        }
        chart.mark(1, "equally fast");
        return any ? Optional.of(new Figure(chart.svg(), "Median of the ratios of " + results.settings().rounds()
                + " rounds in which all took turns; from 0.95 on it counts as a tie.")) : Optional.empty();
    }

    private Figure throughput(CellType cell, Kind kind, List<Case> cases) {
        BarChart chart = new BarChart(cell + ", " + words(kind), "GFLOP/s of the matrix products (longer is better)",
                Text::digits);
        for (Case c : cases) {
            List<BarChart.Bar> bars = new ArrayList<>();
            for (String name : contenders) {
                results.find(c, name).ifPresent(m -> bars.add(new BarChart.Bar(name, m.gflops(), "fill" + colour(name))));
            }
            chart.group(c.shapeName(), bars);
        }
        chart.mark(results.limits().peakAll(), "peak of this machine: " + Text.digits(results.limits().peakAll()));
        return new Figure(chart.svg(), "Batch × steps × input × hidden: " + legend(cases) + ".");
    }

    private Figure latency(CellType cell, List<Case> cases) {
        BarChart chart = new BarChart(cell + ", " + words(Kind.STEP), "microseconds per step (shorter is better)",
                Text::digits);
        for (Case c : cases) {
            List<BarChart.Bar> bars = new ArrayList<>();
            for (String name : contenders) {
                results.find(c, name).ifPresent(m -> bars.add(new BarChart.Bar(name, m.nanos() / 1e3,
                        "fill" + colour(name))));
            }
            chart.group(c.shapeName(), bars);
        }
        return new Figure(chart.svg(), "One sequence, input size = hidden size H where only H is given; the state is "
                + "carried from step to step.");
    }

    private Figure sweep(CellType cell, Kind kind, List<Case> cases, Sweep sweep) {
        LineChart chart = new LineChart(cell + ", " + words(kind) + ", " + sweep.fixed, sweep.name,
                "GFLOP/s of the matrix products (higher is better)", true, true, NARROW);
        for (String name : contenders) {
            Map<Integer, Double> points = new TreeMap<>();
            for (Case c : cases) {
                results.find(c, name).ifPresent(m -> points.put(sweep.value.applyAsInt(c.dims()), m.gflops()));
            }
            if (!points.isEmpty()) {
                chart.line(name, points.keySet().stream().mapToDouble(v -> v).toArray(),
                        points.values().stream().mapToDouble(v -> v).toArray(), String.valueOf(colour(name)));
            }
        }
        List<Integer> ticks = cases.stream().map(c -> sweep.value.applyAsInt(c.dims())).sorted().toList();
        int every = (ticks.size() + 11) / 12;
        for (int k = 0; k < ticks.size(); k += every) {
            chart.tick(ticks.get(k), String.valueOf(ticks.get(k)));
        }
        return new Figure(chart.svg(), "Both scales are logarithmic. The peak of this machine is "
                + Text.digits(results.limits().peakAll()) + " GFLOP/s.");
    }

    private Figure forecast(ForecastSection f) {
        LineChart chart = new LineChart(f.title(), "first day of each month", "°C", false, false, WIDE);
        double[] days = new double[f.days().size()];
        for (int k = 0; k < days.length; k++) {
            days[k] = k;
            if (f.days().get(k).endsWith("-01")) {
                chart.tick(k, LocalDate.parse(f.days().get(k)).format(DateTimeFormatter.ofPattern("MMM", Locale.ROOT)));
            }
        }
        int colour = 0;
        for (Map.Entry<String, double[]> curve : f.curves().entrySet()) {
            chart.line(curve.getKey(), days, curve.getValue(), String.valueOf(colour++));
        }
        return new Figure(chart.svg(), f.explanation());
    }

    private int colour(String contender) {
        return contenders.indexOf(contender) % COLOURS;
    }

    private static String words(Kind kind) {
        return switch (kind) {
            case FORWARD -> "forward";
            case TRAINING -> "training step";
            case STEP -> "single step";
        };
    }

    private static String legend(List<Case> cases) {
        return String.join(", ", cases.stream().map(c -> NamedShape.of(c.dims())
                .map(s -> s + " = " + c.dims().toString().replace("x", "×")).orElse(c.dims().toString().replace("x", "×")))
                .distinct().toList());
    }

    /** The one dimension in which at least three cases differ. */
    private record Sweep(String name, String fixed, ToIntFunction<Dims> value) {

        static Sweep of(List<Case> cases) {
            Map<String, ToIntFunction<Dims>> dimensions = Map.of("batch size B", Dims::batch, "time steps T", Dims::steps,
                    "input size I", Dims::inputSize, "hidden size H", Dims::hiddenSize);
            List<String> varying = dimensions.keySet().stream().filter(name -> cases.stream()
                    .mapToInt(c -> dimensions.get(name).applyAsInt(c.dims())).distinct().count() > 1).toList();
            if (varying.size() != 1 || cases.size() < 3) {
                return null;
            }
            Dims d = cases.get(0).dims();
            String fixed = String.join(", ", List.of("B=" + d.batch(), "T=" + d.steps(), "I=" + d.inputSize(),
                    "H=" + d.hiddenSize()).stream().filter(s -> !varying.get(0).endsWith(" " + s.charAt(0))).toList());
            return new Sweep(varying.get(0), fixed, dimensions.get(varying.get(0)));
        }
    }
}
