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
    private static final double GIB = 1L << 30;

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
     * Refuses what cannot run anywhere, or not on a device with so much memory; what passes may still be too large.
     *
     * @param memory bytes of the device
     * @throws IllegalArgumentException if {@code x}, {@code y}, the state or the weights exceed an array, or if these, and in
     *     training the gates of all steps, exceed the memory
     */
    public void requireMemory(long memory) {
        RnnConfig stack = config();
        double rows = (double) batch * steps;
        double cells = (double) layers * stack.numDirections();
        double width = (double) stack.numDirections() * stack.outputSize();
        double gates = (double) cell.gates() * hiddenSize;
        double x = array("x", rows * inputSize);
        double y = array("y", rows * width);
        double state = array("state", cells * batch * hiddenSize);
        double weights = array("weights", gates * (cells * stack.outputSize()
                + stack.numDirections() * (inputSize + (layers - 1) * width)));
        double bytes = Float.BYTES * (x + y + state + weights + (mode == Mode.TRAINING ? cells * rows * gates : 0));
        if (bytes > memory) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "expected sizes that fit into the %.1f GiB of the GPU, got at least %.1f GiB", memory / GIB, bytes / GIB));
        }
    }

    private static double array(String name, double elements) {
        if (elements > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s: expected at most 2^31 elements in one array, got %.0f",
                    name, elements));
        }
        return elements;
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
