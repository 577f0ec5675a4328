package dev.gateloom.examples;

import java.util.Arrays;
import java.util.List;

/**
 * Handwritten digits of 8 x 8 pixels. Source and licence: the project's NOTICE.
 *
 * @param pixels for each digit 64 values row by row, 0 for paper to 1 for ink
 * @param labels which digit it is
 * @param split which are trained on and which are held out
 */
record Digits(float[][] pixels, int[] labels, Split split) {
    /** Rows, and pixels of a row. */
    static final int SIZE = 8;
    /** Different digits. */
    static final int CLASSES = 10;
    private static final int DARKEST = 16;
    static final String RESOURCE = "digits.csv.gz";

    /** From lines of 64 pixels from 0 to 16 and the digit. */
    static Digits parse(List<String> lines) {
        float[][] pixels = new float[lines.size()][SIZE * SIZE];
        int[] labels = new int[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",", -1);
            Lines.check(fields.length == SIZE * SIZE + 1 && fields[SIZE * SIZE].matches("[0-9]"), i + 1,
                    SIZE * SIZE + " pixels and a digit", lines.get(i));
            for (int p = 0; p < SIZE * SIZE; p++) {
                pixels[i][p] = Lines.number(fields[p], i + 1) / DARKEST;
            }
            labels[i] = Integer.parseInt(fields[SIZE * SIZE]);
        }
        Split split = Split.everyFifthOfEachClass(labels);
        if (Arrays.stream(split.held()).map(i -> labels[i]).distinct().count() < CLASSES) {
            throw new IllegalArgumentException("expected at least five of each digit, got too few of some");
        }
        return new Digits(pixels, labels, split);
    }

    /** Black and white: 1 where a pixel is at least half inked. */
    float[][] inked() {
        float[][] inked = new float[pixels.length][SIZE * SIZE];
        for (int i = 0; i < inked.length; i++) {
            for (int p = 0; p < inked[i].length; p++) {
                inked[i][p] = pixels[i][p] >= 0.5f ? 1 : 0;
            }
        }
        return inked;
    }

    /** Drawings in a grid, row by row. */
    static Svg picture(float[][] drawings, int columns) {
        int pixel = 6;
        int side = (SIZE + 2) * pixel;
        Svg picture = new Svg(columns * side, (drawings.length + columns - 1) / columns * side);
        for (int i = 0; i < drawings.length; i++) {
            for (int p = 0; p < drawings[i].length; p++) {
                if (drawings[i][p] > 0) {
                    picture.pixel(i % columns * side + (1 + p % SIZE) * pixel, i / columns * side + (1 + p / SIZE) * pixel,
                            pixel, drawings[i][p]);
                }
            }
        }
        return picture;
    }
}
