package dev.gateloom.bench.gpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was not run, and why: one line for each reason, however many cases it concerns. */
final class Skipped {
    /** How a reason begins where memory ran out, which is nobody's failure. */
    static final String DID_NOT_FIT = "did not fit: ";
    private static final int NAMED = 3;                 // more cases are counted

    private final Map<String, Set<String>> cases = new LinkedHashMap<>();

    void add(String who, String why, GpuCase c) {
        add(who, why, c.title());
    }

    /** For a case in all precisions, or another that has a title. */
    void add(String who, String why, String title) {
        cases.computeIfAbsent(who + ": " + why, k -> new LinkedHashSet<>()).add(title);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        cases.forEach((what, titles) -> lines.add(what + " ("
                + (titles.size() > NAMED ? titles.size() + " cases" : String.join("; ", titles)) + ")."));
        return lines;
    }
}
