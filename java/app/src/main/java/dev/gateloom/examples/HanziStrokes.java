package dev.gateloom.examples;

import java.util.ArrayList;
import java.util.List;

/** 3,628 Chinese characters, stroke by stroke, in ten classes: their radical. Source and licence: the project's NOTICE. */
final class HanziStrokes {
    static final String RESOURCE = "hanzi-strokes.tsv.gz";
    private static final String HEADER = "char\tradical\tstrokes";
    private static final int FIRST_RADICAL = 0x2F00;        // Unicode has the 214 radicals in their order
    private static final double TOP = 900;                  // in the data y points up

    private HanziStrokes() {
    }

    /** From a line for each after the header; the label is the radical's sign. */
    static List<Sketch> parse(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new IllegalArgumentException("line 1: expected the header \"" + HEADER.replace("\t", "<tab>") + "\", got "
                    + (lines.isEmpty() ? "nothing" : lines.get(0)));
        }
        List<Sketch> sketches = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            sketches.add(character(line));
        }
        return sketches;
    }

    private static Sketch character(String line) {
        String[] fields = line.split("\t", -1);
        try {
            List<double[][]> strokes = new ArrayList<>();
            for (String stroke : fields[2].split("\\|")) {
                List<double[]> points = new ArrayList<>();
                for (String point : stroke.split(" ")) {
                    String[] place = point.split(",");
                    points.add(new double[] {Double.parseDouble(place[0]), TOP - Double.parseDouble(place[1])});
                }
                strokes.add(points.toArray(new double[0][]));
            }
            return new Sketch(Character.toString(FIRST_RADICAL + Integer.parseInt(fields[1]) - 1), strokes);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("expected a character, its radical's number and strokes \"x,y x,y|x,y\", got "
                    + line, e);
        }
    }
}
