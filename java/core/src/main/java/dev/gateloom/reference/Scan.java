package dev.gateloom.reference;

import java.util.List;
import java.util.function.IntFunction;

/** One sequence through one layer and direction. */
final class Scan {
    private final boolean reverse;
    private final Step[] steps;         // by time step, not by order of computation
    private final boolean keep;
    /** The hidden state after each time step. */
    final double[][] y;
    /** State after the last step of the scan. */
    double[] h;
    /** State after the last step of the scan; null unless the cell is an LSTM. */
    double[] c;

    /** Runs forward. {@code x} has one row for each valid step; {@code masks} gives those of a time step. */
    Scan(Cell cell, boolean reverse, double[][] x, double[] h0, double[] c0, IntFunction<StepMasks> masks,
            boolean keep) {
        this.reverse = reverse;
        this.keep = keep;
        int length = x.length;
        steps = new Step[length];
        y = new double[length][];
        h = h0;
        c = c0;
        for (int n = 0; n < length; n++) {
            int t = reverse ? length - 1 - n : n;
            Step step = cell.forward(x[t], h, c, masks.apply(t));
            h = step.h;
            c = step.c;
            y[t] = step.h;
            steps[t] = keep ? step : null;
        }
    }

    /** The steps by time, if they are kept. */
    List<Step> steps() {
        return List.of(steps);
    }

    /** Gradients of x, row by row, and of the initial state. */
    record Gradient(double[][] dx, double[] dh0, double[] dc0) {
    }

    /** Runs backward; {@code dc} is null unless the cell is an LSTM. */
    Gradient backward(double[][] dy, double[] dhN, double[] dcN) {
        if (!keep) {
            throw new IllegalStateException("this scan kept no steps");
        }
        int length = steps.length;
        double[][] dx = new double[length][];
        double[] dh = dhN;
        double[] dc = dcN;
        for (int n = length - 1; n >= 0; n--) {
            int t = reverse ? length - 1 - n : n;
            double[] sum = dh.clone();
            for (int j = 0; j < sum.length; j++) {
                sum[j] += dy[t][j];
            }
            Step.Gradient g = steps[t].backward(sum, dc);
            dx[t] = g.dx();
            dh = g.dh();
            dc = g.dc();
        }
        return new Gradient(dx, dh, dc);
    }
}
