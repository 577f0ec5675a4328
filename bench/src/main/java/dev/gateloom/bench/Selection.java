package dev.gateloom.bench;

import java.util.List;

/**
 * What one run measures.
 *
 * @param cases in order
 * @param engines our engines, the one that is compared with rivals first
 * @param rivals rivals' names
 */
record Selection(List<Case> cases, List<String> engines, List<String> rivals) {

    /** How many forks a contender gets for a case: slow engines do not take part in every round. */
    int rounds(String contender, Settings settings) {
        return settings.slow(contender) ? 1 : settings.rounds();
    }

    /** Every contender, engines first. */
    List<String> contenders() {
        return java.util.stream.Stream.concat(engines.stream(), rivals.stream()).toList();
    }
}
