package dev.gateloom.conformance;

import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What an engine lacks, as its subclass of the suite declares it. {@link UnsupportedTests} holds the table against the
 * engine; the other tests leave out what it covers.
 */
public final class Unsupported {
    /** For engines that lack nothing. */
    public static final Unsupported NOTHING = new Unsupported(List.of());

    private final List<Gap> gaps;

    private Unsupported(List<Gap> gaps) {
        this.gaps = gaps;
    }

    /**
     * One line of the table.
     *
     * @param option a word of the engine's reason
     * @param covers whether a stack in a mode falls under it
     */
    public record Gap(String option, BiPredicate<RnnConfig, Mode> covers) {
    }

    /** The table with these lines. */
    public static Unsupported of(Gap... gaps) {
        return new Unsupported(List.of(gaps));
    }

    boolean covers(RnnConfig config, Mode mode) {
        return gaps.stream().anyMatch(gap -> gap.covers.test(config, mode));
    }

    boolean covers(Problem problem) {
        return covers(problem.config(), problem.mode());
    }

    List<Gap> gaps() {
        return gaps;
    }
}
