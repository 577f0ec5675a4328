package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnConfig.Builder;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of options in KERNELS.md: which kernels each of them runs on, products and sums of biases aside. */
class OptionKernelsTest {
    private static final Set<String> OF_ALL_STACKS = Set.of("sgemm_nt_thin", "sgemm_nn_thin", "sgemm_tn_thin", "add", "column_sums");
    private static final String[] LSTM = {"lstm_general_gates", "lstm_general_output", "zoneout_forward"};
    private static final String[] LSTM_BACK = {"lstm_general_gates_backward", "lstm_general_output_backward", "zoneout_backward"};
    private static final String[] GRU = {"gru_general_forward", "zoneout_forward"};
    private static final String[] GRU_BACK = {"gru_general_backward", "zoneout_backward"};
    private static final String[] RNN = {"rnn_general_forward", "zoneout_forward"};
    private static final String[] RNN_BACK = {"rnn_general_backward", "zoneout_backward"};
    private static final String[] RESET_BEFORE = {"gru_reset_forward", "gru_candidate_forward", "zoneout_forward"};
    private static final String[] RESET_BEFORE_BACK = {"gru_reset_backward", "gru_candidate_backward", "zoneout_backward"};
    private static final String[] NONE = {};

    static Stream<Arguments> table() {
        return Stream.of(
                line(lstm(), names("lstm_forward"), names("lstm_backward"), NONE),
                line(gru(), names("gru_forward"), names("gru_backward"), NONE),
                line(rnn(), names("rnn_forward"), names("rnn_backward"), NONE),
                line(lstm().projSize(2), LSTM, LSTM_BACK, NONE),
                line(gru().resetAfter(false), RESET_BEFORE, RESET_BEFORE_BACK, NONE),
                line(lstm().layerNorm(LayerNorm.CARRY_NORMALIZED), and(LSTM, "layer_norm_forward"),
                        and(LSTM_BACK, "layer_norm_backward"), names("column_products")),
                line(gru().layerNorm(LayerNorm.STANDARD), and(GRU, "layer_norm_forward"), and(GRU_BACK, "layer_norm_backward"),
                        names("column_products")),
                line(lstm().peephole(true), LSTM, LSTM_BACK, names("column_products")),
                line(lstm().cellClip(1), LSTM, LSTM_BACK, NONE),
                line(lstm().zoneout(0, 0.5f), LSTM, LSTM_BACK, NONE),
                line(rnn().zoneout(0.5f, 0), RNN, RNN_BACK, NONE));
    }

    /** Options that only drop units. */
    static Stream<Arguments> dropouts() {
        return Stream.of(
                line(lstm().recurrentDropout(0.5f), and(LSTM, "masked_rows"), and(LSTM_BACK, "masked_sums"), NONE),
                line(gru().candidateDropout(0.5f), GRU, GRU_BACK, NONE),
                line(rnn().dropConnect(0.5f), and(RNN, "multiply"), RNN_BACK, names("masked_sums")));
    }

    @ParameterizedTest
    @MethodSource({"table", "dropouts"})
    void training(RnnConfig config, String[] forward, String[] backward, String[] parameters) {
        assertEquals(set(forward, backward, parameters), launched(config, Mode.TRAINING));
    }

    @ParameterizedTest
    @MethodSource("table")
    void inference(RnnConfig config, String[] forward, String[] backward, String[] parameters) {
        assertEquals(set(forward), launched(config, Mode.INFERENCE));
    }

    @ParameterizedTest
    @MethodSource("dropouts")
    void inferenceDropsNothing(RnnConfig config, String[] forward, String[] backward, String[] parameters) {
        RnnConfig plain = RnnConfig.of(config.cell(), config.inputSize(), config.hiddenSize()).build();
        assertEquals(launched(plain, Mode.INFERENCE), launched(config, Mode.INFERENCE));
    }

    private static Set<String> launched(RnnConfig config, Mode mode) {
        MutantDevice device = new MutantDevice(EmulatorOptions.defaults(), null, null);
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        try (RnnEngine engine = CudaEngine.on(device, Strategy.D); RnnPlan plan = engine.plan(config, Shape.of(2, 1), mode)) {
            plan.forward(weights, new float[2 * 3], null, null, null, null);
            if (mode == Mode.TRAINING) {
                plan.backward(weights, new float[2 * 4], null, null, null, RnnWeights.zeros(config));
            }
            return device.launched().stream().filter(kernel -> !OF_ALL_STACKS.contains(kernel))
                    .collect(Collectors.toCollection(TreeSet::new));
        } finally {
            weights.close();
            device.close();
        }
    }

    private static Builder lstm() {
        return RnnConfig.lstm(3, 4);
    }

    private static Builder gru() {
        return RnnConfig.gru(3, 4);
    }

    private static Builder rnn() {
        return RnnConfig.of(CellType.RNN_TANH, 3, 4);
    }

    private static Arguments line(Builder stack, String[] forward, String[] backward, String[] parameters) {
        return Arguments.of(stack.build(), forward, backward, parameters);
    }

    private static String[] names(String... names) {
        return names;
    }

    private static String[] and(String[] some, String more) {
        String[] all = Arrays.copyOf(some, some.length + 1);
        all[some.length] = more;
        return all;
    }

    private static Set<String> set(String[]... names) {
        return Stream.of(names).flatMap(Stream::of).collect(Collectors.toCollection(TreeSet::new));
    }
}
