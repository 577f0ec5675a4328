package dev.gateloom.cudnn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Parameters that lie in a row both in {@code RnnWeights.data()} and in cuDNN's weight space.
 *
 * @param place index of the first in {@code RnnWeights.data()}
 * @param offset of the first in the weight space, in numbers
 * @param count how many
 */
record Run(long place, long offset, long count) {

    /** As few as possible, for each is a copy: neighbours in both become one. */
    static List<Run> merged(List<Run> runs) {
        List<Run> merged = new ArrayList<>();
        for (Run run : runs.stream().sorted(Comparator.comparingLong(Run::place)).toList()) {
            Run last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && last.place + last.count == run.place && last.offset + last.count == run.offset) {
                merged.set(merged.size() - 1, new Run(last.place, last.offset, last.count + run.count));
            } else {
                merged.add(run);
            }
        }
        return List.copyOf(merged);
    }
}
