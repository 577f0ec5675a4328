package dev.gateloom.examples;

import dev.gateloom.train.Samples;
import dev.gateloom.train.StandardScaler;
import java.util.Arrays;
import java.util.List;

/**
 * Drawings as samples of a classifier.
 *
 * @param sketches the drawings
 * @param labels what they show, each once
 * @param classes for each drawing the place of its label
 * @param split which are trained on and which are held out
 */
record SketchData(List<Sketch> sketches, List<String> labels, int[] classes, Split split) {

    static SketchData of(List<Sketch> sketches) {
        List<String> labels = sketches.stream().map(Sketch::label).distinct().sorted().toList();
        int[] classes = sketches.stream().mapToInt(s -> labels.indexOf(s.label())).toArray();
        if (labels.size() < 2) {
            throw new IllegalArgumentException("expected drawings of at least two classes, got " + sketches.size() + " of "
                    + labels);
        }
        return new SketchData(sketches, labels, classes, Split.everyFifthOfEachClass(classes));
    }

    /**
     * Points as {@link Sketch#offsets} gives them, the ways in units of their root mean square in training. A shorter drawing
     * stands at the end, so that its last point is read last; of a longer one only the last points are read.
     *
     * @param points steps of every sample
     */
    Samples samples(int points) {
        float[] x = new float[classes.length * points * Sketch.FEATURES];
        float[] target = new float[classes.length];
        for (int i = 0; i < classes.length; i++) {
            target[i] = classes[i];
            float[][] offsets = sketches.get(i).offsets();
            for (int p = Math.max(0, offsets.length - points); p < offsets.length; p++) {
                System.arraycopy(offsets[p], 0, x, ((i + 1) * points - offsets.length + p) * Sketch.FEATURES, Sketch.FEATURES);
            }
        }
        float scale = (float) (1 / rootMeanSquare());
        for (int k = 0; k < x.length; k++) {
            x[k] *= k % Sketch.FEATURES < 2 ? scale : 1;
        }
        return new Samples(classes.length).input(x, points, Sketch.FEATURES).target(target, 1);
    }

    private double rootMeanSquare() {
        double squares = 0;
        int count = 0;
        for (int i : split.train()) {
            for (float[] offset : sketches.get(i).offsets()) {
                squares += offset[0] * offset[0] + offset[1] * offset[1];
                count += 2;
            }
        }
        return squares > 0 ? Math.sqrt(squares / count) : 1;
    }

    /** {@link Sketch#measures} of every drawing, scaled by those in training: {@code [drawings, measures]}. */
    float[] measures() {
        int width = sketches.get(0).measures().length;
        float[] rows = new float[classes.length * width];
        for (int i = 0; i < classes.length; i++) {
            System.arraycopy(sketches.get(i).measures(), 0, rows, i * width, width);
        }
        float[] trained = new float[split.train().length * width];
        for (int k = 0; k < split.train().length; k++) {
            System.arraycopy(rows, split.train()[k] * width, trained, k * width, width);
        }
        StandardScaler.fit(trained, width, 0, split.train().length).transform(rows);
        return rows;
    }

    /**
     * Some held-out drawings in a grid, each over what it was taken for; wrong ones in red.
     *
     * @param answers for each held-out drawing a value for each class
     */
    Svg picture(float[][] answers) {
        int shown = Math.min(40, answers.length);
        int columns = 8;
        int side = 100;
        int height = side + 20;
        Svg picture = new Svg(columns * side, (shown + columns - 1) / columns * height);
        for (int k = 0; k < shown; k++) {
            int which = k * answers.length / shown;
            Sketch sketch = sketches.get(split.held()[which]);
            String guess = labels.get(Sampling.largest(answers[which]));
            boolean right = guess.equals(sketch.label());
            double left = k % columns * side;
            double top = k / columns * (double) height;
            sketch.draw(picture, left, top, side, right ? "black" : "firebrick");
            picture.text(left + side / 2.0, top + side + 10, "middle", right ? guess : guess + ", not " + sketch.label());
        }
        return picture;
    }
}
