package dev.gateloom.cuda.planner;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.Strategy;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** The option × strategy table: where each option of the contract runs. What is not in it runs everywhere. */
enum Options {
    /** Its product into h needs all units at every step. */
    PROJECTION("projection", (c, training) -> c.projSize() > 0, Strategy.D),
    /** Its second product, of r⊙h, needs an exchange of its own. */
    RESET_BEFORE("the reset-before GRU", (c, training) -> !c.resetAfter(), Strategy.D),
    /** Mean and variance need all units at every step. */
    LAYER_NORM("layer normalisation", (c, training) -> c.layerNorm() != LayerNorm.NONE, Strategy.D),
    PEEPHOLE("peepholes", (c, training) -> c.peephole(), Strategy.D),
    CELL_CLIP("the cell clip", (c, training) -> c.cellClip() > 0, Strategy.D),
    ZONEOUT("zoneout", (c, training) -> c.zoneoutHidden() > 0 || c.zoneoutCell() > 0, Strategy.D),
    RECURRENT_DROPOUT("recurrent dropout", (c, training) -> training && c.recurrentDropout() > 0, Strategy.D),
    CANDIDATE_DROPOUT("candidate dropout", (c, training) -> training && c.candidateDropout() > 0, Strategy.D),
    DROP_CONNECT("DropConnect", (c, training) -> training && c.dropConnect() > 0, Strategy.D),
    /** Its kernels are for a block that holds all of W_hh. */
    PLAIN_RNN("a plain RNN", (c, training) -> c.cell() == CellType.RNN_TANH || c.cell() == CellType.RNN_RELU,
            Strategy.A, Strategy.D);

    private final String text;
    private final BiPredicate<RnnConfig, Boolean> used;
    private final Set<Strategy> strategies;

    Options(String text, BiPredicate<RnnConfig, Boolean> used, Strategy first, Strategy... more) {
        this.text = text;
        this.used = used;
        strategies = EnumSet.of(first, more);
    }

    boolean used(RnnConfig config, Mode mode) {
        return used.test(config, mode == Mode.TRAINING);
    }

    Set<Strategy> strategies() {
        return EnumSet.copyOf(strategies);
    }

    /** The first option of the stack that does not run on the strategy. */
    static Optional<String> obstacle(RnnConfig config, Mode mode, Strategy strategy) {
        for (Options option : values()) {
            if (option.used(config, mode) && !option.strategies.contains(strategy)) {
                return Optional.of(option.text + ": only on " + option.strategies.stream().map(Strategy::name)
                        .collect(Collectors.joining(", ")));
            }
        }
        return Optional.empty();
    }
}
