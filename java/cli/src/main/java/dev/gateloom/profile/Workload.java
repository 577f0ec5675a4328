package dev.gateloom.profile;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is profiled: one pass of a stack over a batch of full length.
 *
 * @param cell the cell
 * @param batch sequences B
 * @param steps time steps T
 * @param inputSize input size I; may be 0
 * @param hiddenSize hidden size H
 * @param layers at least 1
 * @param bidirectional whether each layer runs both ways
 * @param mode forward alone, or forward and backward with all gradients
 * @param options other options of the stack, each {@code NAME=VALUE} with a name of {@link RnnConfig.Builder}
 */
public record Workload(CellType cell, int batch, int steps, int inputSize, int hiddenSize, int layers,
        boolean bidirectional, Mode mode, List<String> options) {

    /**
     * A stack without other options.
     *
     * @param cell the cell
     * @param batch sequences B
     * @param steps time steps T
     * @param inputSize input size I; may be 0
     * @param hiddenSize hidden size H
     * @param layers at least 1
     * @param bidirectional whether each layer runs both ways
     * @param mode forward alone, or forward and backward with all gradients
     */
    public Workload(CellType cell, int batch, int steps, int inputSize, int hiddenSize, int layers, boolean bidirectional,
            Mode mode) {
        this(cell, batch, steps, inputSize, hiddenSize, layers, bidirectional, mode, List.of());
    }

    /**
     * The options that there are.
     *
     * @return each as {@code NAME=VALUES}, the values being those of an enumeration, or what they mean
     */
    public static List<String> allOptions() {
        return StackOptions.all();
    }

    /**
     * The stack.
     *
     * @return its configuration
     * @throws IllegalArgumentException naming the option that is unknown, or does not fit the cell
     */
    public RnnConfig config() {
        RnnConfig.Builder builder = RnnConfig.of(cell, inputSize, hiddenSize).layers(layers).bidirectional(bidirectional);
        options.forEach(option -> StackOptions.set(builder, option));
        return builder.build();
    }

    /**
     * The sizes.
     *
     * @return {@code BxTxIxH}
     */
    public String shape() {
        return batch + "x" + steps + "x" + inputSize + "x" + hiddenSize;
    }

    /**
     * The pass as the command line names it.
     *
     * @return {@code forward} or {@code training}
     */
    public String pass() {
        return mode == Mode.TRAINING ? "training" : "forward";
    }

    /** In one line. */
    @Override
    public String toString() {
        return cell.name().toUpperCase(Locale.ROOT).replace('_', ' ') + " " + shape() + " (B x T x I x H), " + layers
                + (layers == 1 ? " layer, " : " layers, ") + (bidirectional ? "both directions, " : "")
                + options.stream().map(option -> option + ", ").collect(Collectors.joining()) + pass();
    }
}
