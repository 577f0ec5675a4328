package dev.gateloom.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Curves over one pair of axes. Points that are not finite, and on a logarithmic axis those that are not positive, are left
 * out.
 */
final class LinePlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 60;
    private static final int BOTTOM = 50;
    private static final int TICKS = 6;                 // about
    /** Told apart also by those who see few colours (Okabe and Ito 2008). */
    private static final String[] COLOURS = {"#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"};

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private boolean logarithmic;
    private final List<Curve> curves = new ArrayList<>();

    private record Curve(String name, double[] x, double[] y) {
    }

    LinePlot(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /** Makes the y axis logarithmic. */
    LinePlot logarithmic() {
        logarithmic = true;
        return this;
    }

    /** Adds a curve through the points x[0], y[0]; x[1], y[1]; … */
    LinePlot curve(String name, double[] x, double[] y) {
        double[] heights = y.clone();
        for (int i = 0; i < heights.length; i++) {
            heights[i] = logarithmic ? Math.log10(y[i]) : y[i];
        }
        curves.add(new Curve(name, x.clone(), heights));
        return this;
    }

    Svg draw() {
        double[] xRange = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        double[] yRange = xRange.clone();
        for (Curve curve : curves) {
            for (int i = 0; i < curve.x.length; i++) {
                if (Double.isFinite(curve.y[i])) {
                    widen(xRange, curve.x[i]);
                    widen(yRange, curve.y[i]);
                }
            }
        }
        Svg svg = new Svg(WIDTH, HEIGHT).text(LEFT, 20, "start", title);
        grid(svg, xRange, yRange);
        for (int k = 0; k < curves.size(); k++) {
            String colour = COLOURS[k % COLOURS.length];
            double x = LEFT + k * (double) (WIDTH - LEFT - RIGHT) / curves.size();
            svg.rectangle(x, 36, 18, 3, colour).text(x + 24, 42, "start", curves.get(k).name);
            draw(svg, curves.get(k), xRange, yRange, colour);
        }
        return svg;
    }

    private static void widen(double[] range, double value) {
        range[0] = Math.min(range[0], value);
        range[1] = Math.max(range[1], value);
    }

    private static void draw(Svg svg, Curve curve, double[] xRange, double[] yRange, String colour) {
        double[] points = new double[2 * curve.x.length];
        int count = 0;
        for (int i = 0; i < curve.x.length; i++) {
            if (Double.isFinite(curve.y[i])) {
                points[2 * count] = across(curve.x[i], xRange);
                points[2 * count + 1] = down(curve.y[i], yRange);
                count++;
            }
        }
        svg.path(Arrays.copyOf(points, 2 * count), colour, 1.5);
    }

    private void grid(Svg svg, double[] xRange, double[] yRange) {
        String grey = "#dddddd";
        for (double x : ticks(xRange)) {
            svg.rectangle(across(x, xRange), TOP, 1, HEIGHT - TOP - BOTTOM, grey)
                    .text(across(x, xRange), HEIGHT - BOTTOM + 16, "middle", number(x));
        }
        for (double y : ticks(yRange)) {
            if (logarithmic && y != Math.rint(y)) {
                continue;                               // powers of ten only
            }
            svg.rectangle(LEFT, down(y, yRange), WIDTH - LEFT - RIGHT, 1, grey)
                    .text(LEFT - 6, down(y, yRange) + 4, "end", logarithmic ? "1e" + number(y) : number(y));
        }
        svg.text(WIDTH / 2.0, HEIGHT - 12, "middle", xLabel).text(8, TOP - 8, "start", yLabel);
    }

    private static double across(double x, double[] range) {
        return LEFT + (x - range[0]) / Math.max(range[1] - range[0], Double.MIN_NORMAL) * (WIDTH - LEFT - RIGHT);
    }

    private static double down(double y, double[] range) {
        return HEIGHT - BOTTOM - (y - range[0]) / Math.max(range[1] - range[0], Double.MIN_NORMAL) * (HEIGHT - TOP - BOTTOM);
    }

    /** Multiples of 1, 2 or 5 times a power of ten inside the range. */
    static List<Double> ticks(double[] range) {
        List<Double> ticks = new ArrayList<>();
        double raw = (range[1] - range[0]) / TICKS;
        if (!(raw > 0) || !Double.isFinite(raw)) {
            return ticks;
        }
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
        for (double k = Math.ceil(range[0] / step); k * step <= range[1]; k++) {
            ticks.add(k * step + 0.0);          // never -0
        }
        return ticks;
    }

    private static String number(double value) {
        return Math.abs(value - Math.rint(value)) < 1e-9 ? String.valueOf(Math.round(value))
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
