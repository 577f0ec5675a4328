package dev.gateloom.examples;

import java.util.List;

/** The least number of insertions, deletions and replacements that make one sequence of the other (Levenshtein 1966). */
final class EditDistance {

    private EditDistance() {
    }

    static int between(List<?> a, List<?> b) {
        int[] row = new int[b.size() + 1];                  // distances of a's first i from b's first j
        for (int j = 0; j <= b.size(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.size(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.size(); j++) {
                int replaced = diagonal + (a.get(i - 1).equals(b.get(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.size()];
    }
}
