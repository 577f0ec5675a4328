package dev.gateloom.reference;

import dev.gateloom.Direction;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnMasks.Kind;
import dev.gateloom.RnnWeights;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * All layers and directions in double precision. Sequences are {@code [b][t][·]} with as many rows as the sequence is
 * long, states {@code [k][b][·]} with k = layer·D + direction. Used for one forward and its backward.
 */
final class Stack {
    private final RnnConfig config;
    private final RnnMasks masks;
    private final int directions;
    private final int outputSize;
    private final Parameters[] parameters;      // by k
    private final Cell[] cells;                 // by k
    private Scan[][] scans;                     // [k][b]

    /** {@code values} is laid out as {@code layout.data()}; {@code masks} is null where nothing is dropped. */
    Stack(RnnConfig config, RnnWeights layout, double[] values, RnnMasks masks, Activations activations) {
        this.config = config;
        this.masks = masks;
        directions = config.numDirections();
        outputSize = config.outputSize();
        int count = config.numLayers() * directions;
        parameters = new Parameters[count];
        cells = new Cell[count];
        for (int k = 0; k < count; k++) {
            parameters[k] = new Parameters(layout, values, k / directions, k % directions);
            Weight weightHh = parameters[k].take("weight_hh");
            if (masks != null && masks.get(Kind.WEIGHT_HH) != null) {
                weightHh.dropConnect(masks.get(Kind.WEIGHT_HH), k * weightHh.value.length);
            }
            cells[k] = Cell.of(config, parameters[k],
                    new RecurrentProduct(weightHh, config.cell().gates(), config.hiddenSize()), activations);
        }
    }

    /** Outputs {@code y [b][t][D·R]} and final states. */
    record Output(double[][][] y, double[][][] hN, double[][][] cN) {
    }

    /** {@code c0} is null unless the cell is an LSTM. {@code keep}: whether backward follows. */
    Output forward(double[][][] x, double[][][] h0, double[][][] c0, boolean keep) {
        int batch = x.length;
        scans = new Scan[cells.length][batch];
        double[][][] hN = new double[cells.length][batch][];
        double[][][] cN = c0 == null ? null : new double[cells.length][batch][];
        double[][][] in = x;
        for (int layer = 0; layer < config.numLayers(); layer++) {
            double[][][] out = new double[batch][][];
            for (int b = 0; b < batch; b++) {
                out[b] = new double[in[b].length][directions * outputSize];
                for (int d = 0; d < directions; d++) {
                    int k = layer * directions + d;
                    Scan scan = new Scan(cells[k], reverse(d), in[b], h0[k][b], c0 == null ? null : c0[k][b],
                            stepMasks(k, b), keep);
                    for (int t = 0; t < out[b].length; t++) {
                        System.arraycopy(scan.y[t], 0, out[b][t], d * outputSize, outputSize);
                    }
                    hN[k][b] = scan.h;
                    if (c0 != null) {
                        cN[k][b] = scan.c;
                    }
                    scans[k][b] = scan;
                }
                dropBetween(layer, b, out[b]);
            }
            in = out;
        }
        return new Output(in, hN, cN);
    }

    /** Gradients of {@code x [b][t][I]} and of the initial states. */
    record Gradients(double[][][] dx, double[][][] dh0, double[][][] dc0) {
    }

    /** {@code dcN} is null unless the cell is an LSTM. */
    Gradients backward(double[][][] dy, double[][][] dhN, double[][][] dcN) {
        int batch = dy.length;
        double[][][] dh0 = new double[cells.length][batch][];
        double[][][] dc0 = dcN == null ? null : new double[cells.length][batch][];
        double[][][] dOut = dy;
        for (int layer = config.numLayers() - 1; layer >= 0; layer--) {
            double[][][] dIn = new double[batch][][];
            for (int b = 0; b < batch; b++) {
                dIn[b] = new double[dOut[b].length][config.layerInputSize(layer)];
                for (int d = 0; d < directions; d++) {
                    int k = layer * directions + d;
                    Scan.Gradient g = scans[k][b].backward(half(dOut[b], d), dhN[k][b],
                            dcN == null ? null : dcN[k][b]);
                    add(g.dx(), dIn[b]);
                    dh0[k][b] = g.dh0();
                    if (dcN != null) {
                        dc0[k][b] = g.dc0();
                    }
                }
                dropBetween(layer - 1, b, dIn[b]);
            }
            dOut = dIn;
        }
        return new Gradients(dOut, dh0, dc0);
    }

    /** Gradients of the parameters, laid out as the weights' data. */
    double[] weightGradients(int size) {
        double[] all = new double[size];
        for (Parameters p : parameters) {
            p.collect(all);
        }
        return all;
    }

    /** All scans of the forward. */
    List<Scan> scans() {
        return Arrays.stream(scans).flatMap(Arrays::stream).toList();
    }

    private boolean reverse(int direction) {
        return direction == 1 || config.direction() == Direction.BACKWARD;
    }

    private IntFunction<StepMasks> stepMasks(int k, int b) {
        return t -> new StepMasks(config, masks, k, t, b);
    }

    /** Dropout between this layer and the next one, on values or on gradients: {@code [L-1, T, B, D·R]}. */
    private void dropBetween(int layer, int b, double[][] rows) {
        float[] mask = masks == null ? null : masks.get(Kind.INTERLAYER);
        if (mask == null || layer < 0 || layer == config.numLayers() - 1) {
            return;
        }
        int width = directions * outputSize;
        for (int t = 0; t < rows.length; t++) {
            int start = ((layer * masks.steps() + t) * masks.batch() + b) * width;
            for (int j = 0; j < width; j++) {
                rows[t][j] *= mask[start + j];
            }
        }
    }

    /** The columns that belong to one direction. */
    private double[][] half(double[][] rows, int direction) {
        double[][] half = new double[rows.length][];
        for (int t = 0; t < rows.length; t++) {
            half[t] = Arrays.copyOfRange(rows[t], direction * outputSize, (direction + 1) * outputSize);
        }
        return half;
    }

    private static void add(double[][] from, double[][] to) {
        for (int t = 0; t < to.length; t++) {
            for (int j = 0; j < to[t].length; j++) {
                to[t][j] += from[t][j];
            }
        }
    }
}
