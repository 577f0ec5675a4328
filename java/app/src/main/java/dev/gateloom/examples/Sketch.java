package dev.gateloom.examples;

import java.util.ArrayList;
import java.util.List;

/**
 * A drawing as a hand made it.
 *
 * @param label what it shows
 * @param strokes in the order of drawing; each {@code [points][2]}, x to the right and y down
 */
record Sketch(String label, List<double[][]> strokes) {
    /** Values of a point in {@link #offsets}. */
    static final int FEATURES = 3;

    Sketch {
        if (strokes.isEmpty() || strokes.stream().anyMatch(s -> s.length == 0)) {
            throw new IllegalArgumentException("strokes of " + label + ": expected at least one, each with a point, got "
                    + strokes.stream().map(s -> s.length).toList() + " points");
        }
        for (double[][] stroke : strokes) {
            for (double[] point : stroke) {
                if (!Double.isFinite(point[0]) || !Double.isFinite(point[1])) {
                    throw new IllegalArgumentException("strokes of " + label + ": expected finite numbers, got " + point[0]
                            + ", " + point[1]);
                }
            }
        }
    }

    /** From the form of {@link #offsets}, unscaled: {@code [points][3]}. */
    static Sketch ofOffsets(String label, int[][] offsets) {
        List<double[][]> strokes = new ArrayList<>();
        List<double[]> stroke = new ArrayList<>();
        double x = 0;
        double y = 0;
        for (int[] offset : offsets) {
            x += offset[0];
            y += offset[1];
            stroke.add(new double[] {x, y});
            if (offset[2] != 0) {
                strokes.add(stroke.toArray(new double[0][]));
                stroke.clear();
            }
        }
        if (!stroke.isEmpty()) {
            strokes.add(stroke.toArray(new double[0][]));
        }
        return new Sketch(label, strokes);
    }

    /** Left, upper, right and lower end. */
    double[] box() {
        double[] box = {Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE};
        for (double[][] stroke : strokes) {
            for (double[] point : stroke) {
                for (int axis = 0; axis < 2; axis++) {
                    box[axis] = Math.min(box[axis], point[axis]);
                    box[axis + 2] = Math.max(box[axis + 2], point[axis]);
                }
            }
        }
        return box;
    }

    /** The larger side of the box; 1 for a single point. */
    double size() {
        double[] box = box();
        double size = Math.max(box[2] - box[0], box[3] - box[1]);
        return size > 0 ? size : 1;
    }

    /**
     * What a network reads, as in SketchRNN (Ha and Eck 2017): for each point the way from the one before, in sizes of the
     * drawing, and whether the pen is lifted after it. {@code [points][3]}
     */
    float[][] offsets() {
        double size = size();
        double[] before = strokes.get(0)[0];
        List<float[]> offsets = new ArrayList<>();
        for (double[][] stroke : strokes) {
            for (int p = 0; p < stroke.length; p++) {
                offsets.add(new float[] {(float) ((stroke[p][0] - before[0]) / size),
                    (float) ((stroke[p][1] - before[1]) / size), p == stroke.length - 1 ? 1 : 0});
                before = stroke[p];
            }
        }
        return offsets.toArray(new float[0][]);
    }

    /** What can be said without looking at the drawing: strokes, points, length of the line, and the box. */
    float[] measures() {
        double length = 0;
        int points = 0;
        for (double[][] stroke : strokes) {
            points += stroke.length;
            for (int p = 1; p < stroke.length; p++) {
                length += Math.hypot(stroke[p][0] - stroke[p - 1][0], stroke[p][1] - stroke[p - 1][1]);
            }
        }
        double[] box = box();
        return new float[] {strokes.size(), points, (float) length, (float) box[0], (float) box[1],
            (float) (box[2] - box[0]), (float) (box[3] - box[1])};
    }

    /** By itself. */
    Svg picture() {
        int side = 400;
        Svg picture = new Svg(side, side);
        draw(picture, 0, 0, side, "black");
        return picture;
    }

    /** Draws it into the square of the picture whose upper left corner is given, with a margin. */
    void draw(Svg picture, double left, double top, double side, String colour) {
        double[] box = box();
        double margin = side / 10;
        double scale = (side - 2 * margin) / size();
        double x = left + side / 2 - scale * (box[0] + box[2]) / 2;
        double y = top + side / 2 - scale * (box[1] + box[3]) / 2;
        for (double[][] stroke : strokes) {
            double[] placed = new double[2 * stroke.length];
            for (int p = 0; p < stroke.length; p++) {
                placed[2 * p] = x + scale * stroke[p][0];
                placed[2 * p + 1] = y + scale * stroke[p][1];
            }
            picture.path(placed, colour, side / 40);
        }
    }
}
