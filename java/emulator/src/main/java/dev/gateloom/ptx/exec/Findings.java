package dev.gateloom.ptx.exec;

import java.util.ArrayList;
import java.util.List;

/** What the checks found wrong in a launch that could go on. The same place in the code is reported once. */
public final class Findings {
    private static final int KEPT = 100;

    private final List<String> texts = new ArrayList<>();
    private final java.util.Set<String> places = new java.util.HashSet<>();

    /** None yet. */
    public Findings() {
    }

    void add(String what, Op op, String text) {
        if (texts.size() < KEPT && places.add(what + op.where())) {
            texts.add(text);
        }
    }

    /**
     * What was found.
     *
     * @return one text for each kind and place, in the order in which they happened
     */
    public List<String> texts() {
        return List.copyOf(texts);
    }
}
