package dev.gateloom.bench.gpu;

import dev.gateloom.bench.Case;
import dev.gateloom.bench.Dims;
import dev.gateloom.bench.report.Figure;
import dev.gateloom.bench.report.HeatMap;
import dev.gateloom.bench.report.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Maps of a sweep over sizes: who wins where, and which way the planner takes where. One for each cell, kind of call and
 * precision whose cases differ in a size; of three sizes or more, one for each value of those beyond two.
 */
final class WinMaps {
    private static final String NEUTRAL = "not timed";
    private static final Pattern STRATEGY = Pattern.compile("strategy \\S+\\b");

    private WinMaps() {
    }

    /** A size of a case. */
    private enum Size {
        HIDDEN("hidden size H", Dims::hiddenSize),
        BATCH("batch size B", Dims::batch),
        STEPS("time steps T", Dims::steps),
        INPUT("input size I", Dims::inputSize);

        private final String text;
        private final ToIntFunction<Dims> value;

        Size(String text, ToIntFunction<Dims> value) {
            this.text = text;
            this.value = value;
        }

        int of(GpuCase c) {
            return value.applyAsInt(c.of().dims());
        }

        String letter() {
            return text.substring(text.length() - 1);
        }
    }

    static List<Figure> of(GpuResults r) {
        Map<String, List<GpuCase>> groups = new LinkedHashMap<>();
        for (GpuCase c : r.cases()) {
            Case of = c.of();
            String group = of.cell() + ", " + of.kind().text() + (of.layers() > 1 ? ", " + of.layers() + " layers" : "")
                    + (of.ragged() ? ", ragged" : "") + ", " + GpuCase.name(c.precision());
            groups.computeIfAbsent(group, k -> new ArrayList<>()).add(c);
        }
        List<Figure> figures = new ArrayList<>();
        groups.forEach((name, cases) -> figures.addAll(of(r, name, cases)));
        return figures;
    }

    /** If they are no grid, those of one number of steps may be. */
    private static List<Figure> of(GpuResults r, String name, List<GpuCase> cases) {
        List<Size> varying = varying(cases);
        if (!isNoGrid(cases, varying)) {
            return of(r, name, cases, varying);
        }
        Map<String, List<GpuCase>> ofSteps = new LinkedHashMap<>();
        cases.forEach(c -> ofSteps.computeIfAbsent(", T=" + Size.STEPS.of(c), k -> new ArrayList<>()).add(c));
        List<Figure> figures = new ArrayList<>();
        ofSteps.forEach((steps, of) -> {
            if (!isNoGrid(of, varying(of))) {
                figures.addAll(of(r, name + steps, of, varying(of)));
            }
        });
        return figures;
    }

    /** Where the input size is the hidden size everywhere, it is no size of its own. */
    private static List<Size> varying(List<GpuCase> cases) {
        boolean tied = cases.stream().allMatch(c -> Size.INPUT.of(c) == Size.HIDDEN.of(c));
        return Arrays.stream(Size.values()).filter(size -> !(tied && size == Size.INPUT)
                && cases.stream().mapToInt(size::of).distinct().count() > 1).toList();
    }

    private static List<Figure> of(GpuResults r, String name, List<GpuCase> cases, List<Size> varying) {
        Map<String, List<GpuCase>> maps = new LinkedHashMap<>();
        List<Size> others = varying.subList(Math.min(2, varying.size()), varying.size());
        for (GpuCase c : cases) {
            StringBuilder fixed = new StringBuilder();
            others.forEach(size -> fixed.append(", ").append(size.letter()).append('=').append(size.of(c)));
            maps.computeIfAbsent(fixed.toString(), k -> new ArrayList<>()).add(c);
        }
        List<Figure> figures = new ArrayList<>();
        Size rows = varying.size() > 1 ? varying.get(1) : null;
        maps.forEach((fixed, of) -> {
            if (r.settings().timed()) {
                figures.add(winners(r, name + fixed, of, varying.get(0), rows));
            }
            strategies(r, name + fixed, of, varying.get(0), rows).ifPresent(figures::add);
        });
        return figures;
    }

    /** Shapes that were picked one by one leave most of a grid empty; a single one has no sizes that differ. */
    private static boolean isNoGrid(List<GpuCase> cases, List<Size> varying) {
        long places = 1;
        for (Size size : varying) {
            places *= cases.stream().mapToInt(size::of).distinct().count();
        }
        return varying.isEmpty() || cases.size() < places;
    }

    private static Figure winners(GpuResults r, String name, List<GpuCase> cases, Size columns, Size rows) {
        Grid grid = new Grid(name + ": who wins where", cases, columns, rows);
        for (GpuCase c : cases) {
            Optional<GpuMeasurement> best = r.best(c);
            grid.fill(c, best.map(GpuMeasurement::label).orElse(NEUTRAL), best.flatMap(b -> r.of(c).stream()
                    .filter(m -> m.timed() && !Entrant.family(m.contender()).equals(Entrant.family(b.contender())))
                    .min(Comparator.comparingDouble(GpuMeasurement::median))
                    .map(second -> Text.ratio(second.median() / b.median()))).orElse(""));
        }
        return new Figure(grid.map.svg(), "The number: times faster than the best of the other engines.");
    }

    private static Optional<Figure> strategies(GpuResults r, String name, List<GpuCase> cases, Size columns, Size rows) {
        Grid grid = new Grid(name + ": how engine " + Entrants.FUSED + " runs it", cases, columns, rows);
        boolean any = false;
        for (GpuCase c : cases) {
            Optional<GpuMeasurement> own = r.of(c).stream().filter(m -> m.ok() && m.contender().equals(Entrants.FUSED)).findFirst();
            own.ifPresent(m -> grid.fill(c, brief(m.run().strategy()), ""));
            any |= own.isPresent();
        }
        return any ? Optional.of(new Figure(grid.map.svg(), "The strategies that the engine's plan names; its reasons are in a "
                + "table below.")) : Optional.empty();
    }

    /** The strategies that a plan's lines name, without the reasons; of a line that names none, what it says first. */
    static String brief(String how) {
        return how.lines().map(line -> {
            Matcher named = STRATEGY.matcher(line);
            return named.find() ? named.group() : line.split(",", 2)[0];
        }).distinct().collect(Collectors.joining(", "));
    }

    /** A map and where a case is in it. */
    private static final class Grid {
        private final HeatMap map;
        private final Size columns;
        private final Size rows;
        private final List<Integer> columnValues;
        private final List<Integer> rowValues;

        Grid(String title, List<GpuCase> cases, Size columns, Size rows) {
            this.columns = columns;
            this.rows = rows;
            columnValues = values(cases, columns);
            rowValues = rows == null ? List.of() : values(cases, rows);
            map = new HeatMap(title, columns.text, columnValues.stream().map(String::valueOf).toList(),
                    rows == null ? "" : rows.text, rows == null ? List.of("") : rowValues.stream().map(String::valueOf).toList());
        }

        void fill(GpuCase c, String category, String label) {
            map.cell(rows == null ? 0 : rowValues.indexOf(rows.of(c)), columnValues.indexOf(columns.of(c)), category, label);
        }

        private static List<Integer> values(List<GpuCase> cases, Size size) {
            return cases.stream().map(size::of).distinct().sorted().toList();
        }
    }
}
