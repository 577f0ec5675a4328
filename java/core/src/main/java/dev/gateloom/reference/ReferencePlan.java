package dev.gateloom.reference;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.spi.Call;
import dev.gateloom.spi.Operand;

/** Reads a call's operands into doubles, runs the {@link Stack}, rounds the results to float. */
final class ReferencePlan extends RnnPlan {
    private final RnnConfig config;
    private final boolean lstm;
    private final Activations activations;
    private Stack stack;                        // of the forward that waits for its backward

    ReferencePlan(RnnConfig config, Shape shape, Mode mode, Activations activations) {
        super(config, shape, mode);
        this.activations = activations;
        this.config = config;
        this.lstm = config.cell() == CellType.LSTM;
    }

    /** The stack of the forward that waits for its backward; null if none does. */
    Stack pending() {
        return stack;
    }

    @Override
    protected void run(Call call) {
        boolean training = mode() == Mode.TRAINING;
        Stack s = new Stack(config, call.weights, values(call.weights), call.masks, activations);
        Stack.Output out = s.forward(readSequences(call, call.x, config.inputSize()),
                readState(call, call.h0, config.outputSize()),
                lstm ? readState(call, call.c0, config.hiddenSize()) : null, training);
        writeSequences(call, call.y, config.numDirections() * config.outputSize(), out.y());
        writeState(call.hN, out.hN());
        writeState(call.cN, out.cN());
        stack = training ? s : null;
    }

    @Override
    protected void runBackward(Call call) {
        Stack.Gradients g = stack.backward(
                readSequences(call, call.dy, config.numDirections() * config.outputSize()),
                readState(call, call.dhN, config.outputSize()),
                lstm ? readState(call, call.dcN, config.hiddenSize()) : null);
        writeSequences(call, call.dx, config.inputSize(), g.dx());
        writeState(call.dh0, g.dh0());
        writeState(call.dc0, g.dc0());
        if (call.gradients != null) {
            float[] sum = call.gradients.data();
            double[] added = stack.weightGradients(sum.length);
            for (int i = 0; i < sum.length; i++) {
                sum[i] = (float) (sum[i] + added[i]);
            }
        }
        stack = null;
    }

    @Override
    protected void free() {
        stack = null;
    }

    private static double[] values(RnnWeights weights) {
        float[] data = weights.data();
        double[] values = new double[data.length];
        for (int i = 0; i < data.length; i++) {
            values[i] = data[i];
        }
        return values;
    }

    /** {@code [b][t][width]}, valid steps only; zeros if absent. */
    private static double[][][] readSequences(Call call, Operand from, int width) {
        double[][][] to = new double[call.batch][][];
        for (int b = 0; b < call.batch; b++) {
            to[b] = new double[call.lengths[b]][width];
            for (int t = 0; from.isPresent() && t < to[b].length; t++) {
                for (int j = 0; j < width; j++) {
                    to[b][t][j] = from.get(call.row(t, b) * width + j);
                }
            }
        }
        return to;
    }

    /** All T steps: zeros past a sequence's length. */
    private static void writeSequences(Call call, Operand to, int width, double[][][] from) {
        for (int b = 0; to.isPresent() && b < call.batch; b++) {
            for (int t = 0; t < call.steps; t++) {
                for (int j = 0; j < width; j++) {
                    to.put(call.row(t, b) * width + j, t < from[b].length ? (float) from[b][t][j] : 0f);
                }
            }
        }
    }

    /** {@code [k][b][width]}; zeros if absent. */
    private double[][][] readState(Call call, Operand from, int width) {
        int layers = config.numLayers() * config.numDirections();
        double[][][] to = new double[layers][call.batch][width];
        for (int k = 0; from.isPresent() && k < layers; k++) {
            for (int b = 0; b < call.batch; b++) {
                for (int j = 0; j < width; j++) {
                    to[k][b][j] = from.get((k * call.batch + b) * width + j);
                }
            }
        }
        return to;
    }

    private static void writeState(Operand to, double[][][] from) {
        int i = 0;
        if (to.isPresent()) {
            for (double[][] layer : from) {
                for (double[] sequence : layer) {
                    for (double value : sequence) {
                        to.put(i++, (float) value);
                    }
                }
            }
        }
    }
}
