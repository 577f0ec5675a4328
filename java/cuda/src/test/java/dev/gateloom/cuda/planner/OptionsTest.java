package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.Candidate.Verdict;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of options, held against stacks that use them. */
class OptionsTest {
    private static final Map<Options, RnnConfig> STACKS = Map.of(
            Options.PROJECTION, RnnConfig.lstm(8, 64).projSize(32).build(),
            Options.RESET_BEFORE, RnnConfig.gru(8, 64).resetAfter(false).build(),
            Options.LAYER_NORM, RnnConfig.lstm(8, 64).layerNorm(LayerNorm.STANDARD).build(),
            Options.PEEPHOLE, RnnConfig.lstm(8, 64).peephole(true).build(),
            Options.CELL_CLIP, RnnConfig.lstm(8, 64).cellClip(3).build(),
            Options.ZONEOUT, RnnConfig.lstm(8, 64).zoneout(0, 0.1f).build(),
            Options.RECURRENT_DROPOUT, RnnConfig.lstm(8, 64).recurrentDropout(0.1f).build(),
            Options.CANDIDATE_DROPOUT, RnnConfig.gru(8, 64).candidateDropout(0.1f).build(),
            Options.DROP_CONNECT, RnnConfig.gru(8, 64).dropConnect(0.1f).build(),
            Options.PLAIN_RNN, RnnConfig.of(CellType.RNN_TANH, 8, 64).build());
    private static final Set<Options> ONLY_IN_TRAINING =
            EnumSet.of(Options.RECURRENT_DROPOUT, Options.CANDIDATE_DROPOUT, Options.DROP_CONNECT);

    @ParameterizedTest
    @EnumSource(Options.class)
    void eachOptionRunsWhereTheTableSays(Options option) {
        RnnConfig config = STACKS.get(option);
        assertTrue(option.used(config, Mode.TRAINING));
        assertEquals(!ONLY_IN_TRAINING.contains(option), option.used(config, Mode.INFERENCE));
        Choice choice = Planner.plan(new Problem(config, 50, 16, Mode.TRAINING, Precision.FP32), Problems.gpu("h100"),
                Implemented.everything()).of(Phase.FORWARD);
        for (Candidate candidate : choice.candidates()) {
            if (!option.strategies().contains(candidate.strategy())) {
                assertEquals(Verdict.IMPOSSIBLE, candidate.verdict());
                assertTrue(candidate.reason().endsWith(": only on " + option.strategies().stream().map(Strategy::name)
                        .collect(Collectors.joining(", "))), candidate.reason());
            }
        }
        assertTrue(option.strategies().contains(choice.chosen().orElseThrow().strategy()));
    }

    /** What every strategy has: both directions, layers, dropout between them, no bias, batch first. */
    @ParameterizedTest
    @EnumSource(Strategy.class)
    void everythingElseRunsEverywhere(Strategy strategy) {
        RnnConfig config = RnnConfig.gru(8, 64).layers(2).dropout(0.5f).bidirectional(true).bias(false).batchFirst(true)
                .returnSequences(false).build();
        assertEquals(Optional.empty(), Options.obstacle(config, Mode.TRAINING, strategy));
    }
}
