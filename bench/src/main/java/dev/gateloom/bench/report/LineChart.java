package dev.gateloom.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** Lines over a common horizontal axis, named at their right ends. */
final class LineChart {
    private static final int HEIGHT = 330;
    private static final int LEFT = 62;
    private static final int TOP = 48;
    private static final int BOTTOM = 52;
    private static final int LABEL = 15;                // height of a label
    private static final double CHARACTER = 7.2;        // more than the width of a letter at the size used

    private final String title;
    private final String unitX;
    private final String unitY;
    private final boolean log;
    private final boolean dots;
    private final int width;
    private final Map<Double, String> ticksX = new LinkedHashMap<>();
    private final List<Line> lines = new ArrayList<>();

    private record Line(String name, double[] x, double[] y, String style) {
    }

    /** {@code log}: both axes are logarithmic. {@code dots}: the points are measurements, mark each. */
    LineChart(String title, String unitX, String unitY, boolean log, boolean dots, int width) {
        this.title = title;
        this.unitX = unitX;
        this.unitY = unitY;
        this.log = log;
        this.dots = dots;
        this.width = width;
    }

    /** The style is a number: the colour. */
    void line(String name, double[] x, double[] y, String style) {
        lines.add(new Line(name, x, y, style));
    }

    void tick(double x, String label) {
        ticksX.put(x, label);
    }

    String svg() {
        double right = width - 14 - CHARACTER * lines.stream().mapToInt(l -> l.name.length()).max().orElse(0);
        double floor = HEIGHT - BOTTOM;
        Axis horizontal = log ? around(l -> l.x, true) : exact();
        Axis vertical = around(l -> l.y, log);
        Svg svg = new Svg(width, HEIGHT, title);
        svg.text(8, 18, "start", "title", title);
        DoubleFunction<Double> px = x -> LEFT + (right - LEFT) * horizontal.at(x);
        DoubleFunction<Double> py = y -> floor - (floor - TOP) * vertical.at(y);
        for (double tick : vertical.ticks()) {
            svg.line(LEFT, py.apply(tick), right, py.apply(tick), "grid")
                    .text(LEFT - 6, py.apply(tick) + 4, "end", "tick", Text.tick(tick));
        }
        ticksX.forEach((x, label) -> svg.line(px.apply(x), floor, px.apply(x), floor + 4, "axis")
                .text(px.apply(x), floor + 17, "middle", "tick", label));
        svg.line(LEFT, floor, right, floor, "axis").text((LEFT + right) / 2, HEIGHT - 12, "middle", "unit", unitX)
                .text(8, TOP - 12, "start", "unit", unitY);
        for (Line l : lines) {
            double[] points = new double[2 * l.x.length];
            for (int k = 0; k < l.x.length; k++) {
                points[2 * k] = px.apply(l.x[k]);
                points[2 * k + 1] = py.apply(l.y[k]);
            }
            svg.path(points, "line stroke" + l.style);
            for (int k = 0; dots && k < l.x.length; k++) {
                svg.dot(points[2 * k], points[2 * k + 1], "fill" + l.style, l.name + ": " + Text.digits(l.y[k]));
            }
        }
        labels(svg, right, py);
        return svg.build();
    }

    /** Names at the right ends, pushed apart so that they do not cover each other. */
    private void labels(Svg svg, double right, DoubleFunction<Double> py) {
        List<Line> byHeight = new ArrayList<>(lines);
        byHeight.sort(Comparator.comparingDouble(l -> py.apply(l.y[l.y.length - 1])));
        double next = TOP;
        double room = byHeight.size() * LABEL;
        for (Line l : byHeight) {
            double y = Math.max(next, Math.min(py.apply(l.y[l.y.length - 1]), HEIGHT - BOTTOM - room + LABEL));
            svg.text(right + 6, y + 4, "start", "name fill" + l.style, l.name);
            next = y + LABEL;
            room -= LABEL;
        }
    }

    private Axis exact() {
        Axis wide = around(l -> l.x, false);
        double margin = (wide.high() - wide.low()) / 22;
        return new Axis(wide.low() + margin, wide.high() - margin, false);
    }

    private Axis around(Function<Line, double[]> values, boolean logarithmic) {
        double[] all = lines.stream().map(values).flatMapToDouble(Arrays::stream).toArray();
        return Axis.around(Arrays.stream(all).min().orElse(1), Arrays.stream(all).max().orElse(2),
                logarithmic);
    }
}
