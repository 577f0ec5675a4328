package dev.gateloom.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Sizes written with ranges. Each of the four numbers of {@code BxTxIxH} is a number {@code 64}, a doubling range
 * {@code 1..64} (1, 2, 4, … 64; the end is always included) or a range with a step {@code 100..400:100}. Several
 * ranges give every combination. An input size of {@code =} is the hidden size, whatever that is. A named shape {@code S1} … {@code S5} is accepted too.
 */
public final class DimsRange {
    /** More cases than anybody waits for: almost surely a slip. */
    static final int MOST = 500;
    private static final int INPUT = 2;
    /** In its place: as large as the hidden size. */
    private static final String HIDDEN = "=";

    private DimsRange() {
    }

    /**
     * Reads one {@code --shape}.
     *
     * @param text four numbers or ranges, or a name
     * @return every combination, in the order written
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static List<Dims> parse(String text) {
        for (NamedShape named : NamedShape.values()) {
            if (named.name().equalsIgnoreCase(text)) {
                return List.of(named.dims());
            }
        }
        String[] parts = text.split("x", -1);
        if (parts.length != 4) {
            throw wrong(text, "four numbers or ranges");
        }
        List<List<Integer>> values = new ArrayList<>();
        long combinations = 1;
        boolean tied = parts[INPUT].equals(HIDDEN);
        for (int k = 0; k < parts.length; k++) {
            values.add(tied && k == INPUT ? List.of(0) : range(text, parts[k]));
            combinations *= values.get(values.size() - 1).size();
        }
        if (combinations > MOST) {
            throw wrong(text, "at most " + MOST + " combinations");
        }
        List<Dims> all = new ArrayList<>();
        for (int b : values.get(0)) {
            for (int t : values.get(1)) {
                for (int i : values.get(2)) {
                    for (int h : values.get(3)) {
                        all.add(new Dims(b, t, tied ? h : i, h));
                    }
                }
            }
        }
        return all;
    }

    private static List<Integer> range(String text, String part) {
        if (part.equals(HIDDEN)) {
            throw wrong(text, "= in place of the input size only");
        }
        int dots = part.indexOf("..");
        if (dots < 0) {
            return List.of(number(text, part));
        }
        int colon = part.indexOf(':', dots);
        int first = number(text, part.substring(0, dots));
        int last = number(text, part.substring(dots + 2, colon < 0 ? part.length() : colon));
        int step = colon < 0 ? 0 : number(text, part.substring(colon + 1));
        if (last < first) {
            throw wrong(text, "a range whose end is not below its start");
        }
        List<Integer> values = new ArrayList<>();
        for (long v = first; v < last && values.size() <= MOST; v = step == 0 ? 2 * v : v + step) {
            values.add((int) v);
        }
        values.add(last);
        return values;
    }

    private static int number(String text, String part) {
        try {
            int n = Integer.parseInt(part);
            if (n >= 1) {
                return n;
            }
        } catch (NumberFormatException e) {
            // reported below, together with zero and negative numbers
        }
        throw wrong(text, "whole numbers of at least 1");
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException("expected " + expected + " as BxTxIxH (32x50x128x256, 1..64x100x256x256,"
                + " 32x100..400:100x128x256, 64x256x=x128..1024 for I = H) or S1 to S5, got \"" + text + "\"");
    }
}
