package dev.gateloom.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Groups of horizontal bars with their values written at the end. */
public final class BarChart {
    private static final int WIDTH = 528;
    private static final int BAR = 15;
    private static final int GAP = 12;
    private static final int TOP = 48;
    private static final int BOTTOM = 48;
    private static final double CHARACTER = 7.2;        // more than the width of a letter at the size used
    private static final double BOLD_CHARACTER = 8.5;

    private final String title;
    private final String unit;
    private final DoubleFunction<String> format;
    private final List<Group> groups = new ArrayList<>();
    private double mark = Double.NaN;
    private String markLabel = "";

    /**
     * One bar.
     *
     * @param name what it is for
     * @param value its length
     * @param style its colour: {@code fill0} to {@code fill7}
     */
    public record Bar(String name, double value, String style) {
    }

    private record Group(String name, List<Bar> bars) {
    }

    /**
     * Without bars yet.
     *
     * @param title above the chart
     * @param unit below the axis
     * @param format writes a value
     */
    public BarChart(String title, String unit, DoubleFunction<String> format) {
        this.title = title;
        this.unit = unit;
        this.format = format;
    }

    /**
     * Adds bars that belong together.
     *
     * @param name of the group
     * @param bars from top to bottom
     */
    public void group(String name, List<Bar> bars) {
        groups.add(new Group(name, bars));
    }

    /** A vertical line that the bars are to be compared with. */
    void mark(double value, String label) {
        mark = value;
        markLabel = label;
    }

    /**
     * Draws it.
     *
     * @return an {@code <svg>} element
     */
    public String svg() {
        int count = groups.stream().mapToInt(g -> g.bars.size()).sum();
        int height = TOP + count * BAR + groups.size() * GAP + BOTTOM;
        double left = 28 + BOLD_CHARACTER * longest(groups.stream().map(Group::name).toList())
                + CHARACTER * longest(groups.stream().flatMap(g -> g.bars.stream()).map(Bar::name).toList());
        double right = WIDTH - 62;
        double largest = groups.stream().flatMap(g -> g.bars.stream()).mapToDouble(Bar::value).max().orElse(1);
        Axis axis = Axis.fromZero(Double.isNaN(mark) ? largest : Math.max(mark, largest));
        Svg svg = new Svg(WIDTH, height, title);
        svg.text(8, 18, "start", "title", title);
        double floor = height - BOTTOM;
        for (double tick : axis.ticks()) {
            double x = left + (right - left) * axis.at(tick);
            svg.line(x, TOP, x, floor, "grid").text(x, floor + 15, "middle", "tick", Text.tick(tick));
        }
        double y = TOP + GAP / 2.0;
        for (Group g : groups) {
            svg.text(8, y + g.bars.size() * BAR / 2.0 + 4, "start", "group", g.name);
            for (Bar bar : g.bars) {
                double w = (right - left) * axis.at(bar.value);
                svg.text(left - 6, y + BAR - 4, "end", "name", bar.name)
                        .bar(left, y + 1, w, BAR - 3, bar.style, g.name + ", " + bar.name + ": "
                                + format.apply(bar.value))
                        .text(left + w + 4, y + BAR - 4, "start", "value", format.apply(bar.value));
                y += BAR;
            }
            y += GAP;
        }
        if (!Double.isNaN(mark)) {
            double x = left + (right - left) * axis.at(mark);
            svg.line(x, TOP - 4, x, floor, "mark").text(Math.min(x, WIDTH - 8), TOP - 8,
                    x > WIDTH * 0.7 ? "end" : "middle", "marklabel", markLabel);
        }
        svg.line(left, TOP, left, floor, "axis").text((left + right) / 2, height - 12, "middle", "unit", unit);
        return svg.build();
    }

    private static int longest(List<String> names) {
        return names.stream().mapToInt(String::length).max().orElse(0);
    }
}
