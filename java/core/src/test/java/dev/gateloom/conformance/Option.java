package dev.gateloom.conformance;

import static dev.gateloom.CellType.GRU;
import static dev.gateloom.CellType.LSTM;
import static dev.gateloom.CellType.RNN_RELU;
import static dev.gateloom.CellType.RNN_TANH;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.LayerNorm;
import dev.gateloom.RnnConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** The options of a stack, one by one, so that a new one is tested everywhere once it stands here. */
public enum Option {
    LAYERS(b -> b.layers(2)),
    THREE_LAYERS(b -> b.layers(3)),
    BACKWARD(b -> b.direction(Direction.BACKWARD)),
    BIDIRECTIONAL(b -> b.bidirectional(true)),
    TWO_BIDIRECTIONAL_LAYERS(b -> b.layers(2).bidirectional(true)),
    NO_BIAS(b -> b.bias(false)),
    BATCH_FIRST(b -> b.batchFirst(true)),
    LAST_OUTPUT(b -> b.returnSequences(false)),
    PROJECTION(b -> b.projSize(2), LSTM),
    RESET_BEFORE(b -> b.resetAfter(false), GRU),
    LAYER_NORM(b -> b.layerNorm(LayerNorm.STANDARD).layerNormEps(1e-3f), LSTM, GRU),
    CARRY_NORMALIZED(b -> b.layerNorm(LayerNorm.CARRY_NORMALIZED).layerNormEps(1e-3f), LSTM),
    PEEPHOLE(b -> b.peephole(true), LSTM),
    CELL_CLIP(b -> b.cellClip(0.3f), LSTM),
    DROPOUT(b -> b.layers(2).dropout(0.3f)),
    ZONEOUT_HIDDEN(b -> b.zoneout(0.3f, 0)),
    ZONEOUT(b -> b.zoneout(0.1f, 0.4f), LSTM),
    ZONEOUT_CELL(b -> b.zoneout(0, 0.4f), LSTM),
    RECURRENT_DROPOUT(b -> b.recurrentDropout(0.25f)),
    RECURRENT_DROPOUT_PER_GATE(b -> b.recurrentDropout(0.25f, true)),
    CANDIDATE_DROPOUT(b -> b.candidateDropout(0.3f), LSTM, GRU),
    DROP_CONNECT(b -> b.dropConnect(0.4f));

    private final UnaryOperator<RnnConfig.Builder> set;
    private final Set<CellType> cells;

    Option(UnaryOperator<RnnConfig.Builder> set, CellType... cells) {
        this.set = set;
        this.cells = cells.length == 0 ? Set.of(LSTM, GRU, RNN_TANH, RNN_RELU) : Set.of(cells);
    }

    /** Every cell as it is, then every cell with each of its options. */
    public static List<RnnConfig> each(int inputSize, int hiddenSize) {
        List<RnnConfig> configs = new ArrayList<>();
        for (CellType cell : CellType.values()) {
            configs.add(RnnConfig.of(cell, inputSize, hiddenSize).build());
            for (Option option : values()) {
                if (option.cells.contains(cell)) {
                    configs.add(option.set.apply(RnnConfig.of(cell, inputSize, hiddenSize)).build());
                }
            }
        }
        return configs;
    }

    /** A cell with each option at the given chance. Where options exclude each other the first one stays. */
    public static RnnConfig random(RandomGenerator random, int inputSize, int hiddenSize, double chance) {
        CellType cell = CellType.values()[random.nextInt(CellType.values().length)];
        RnnConfig config = RnnConfig.of(cell, inputSize, hiddenSize).build();
        for (Option option : values()) {
            boolean fits = option.cells.contains(cell) && (option != PROJECTION || hiddenSize > 2)
                    && !(option == CARRY_NORMALIZED && config.layerNorm() != LayerNorm.NONE)
                    && !(option == LAYER_NORM && !config.resetAfter());
            if (random.nextDouble() < chance && fits) {
                config = option.set.apply(config.toBuilder()).build();
            }
        }
        return config;
    }
}
