package dev.gateloom.reference;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;

/**
 * How close a forward came to a point without derivative: a rectifier at 0, a cell state at its clip. There two correct
 * programs may disagree about the gradient.
 */
public final class Kinks {

    private Kinks() {
    }

    /** Smallest distance in the last training forward of a plan of the reference engine. */
    public static double margin(RnnPlan plan) {
        return margin(plan.config(), ((ReferencePlan) plan).pending());
    }

    static double margin(RnnConfig config, Stack stack) {
        return stack.scans().stream().flatMap(scan -> scan.steps().stream())
                .mapToDouble(step -> margin(config, step)).min().orElse(Double.POSITIVE_INFINITY);
    }

    private static double margin(RnnConfig config, Step step) {
        double margin = Double.POSITIVE_INFINITY;
        if (step instanceof Zoneout.ZoneoutStep zoneout) {
            margin = margin(config, zoneout.inner);
        } else if (step instanceof LstmCell.LstmStep lstm && config.cellClip() > 0) {
            for (double c : lstm.unlimited()) {
                margin = Math.min(margin, Math.abs(Math.abs(c) - config.cellClip()));
            }
        } else if (step instanceof PlainCell.PlainStep plain && config.cell() == CellType.RNN_RELU) {
            for (double a : plain.a) {
                margin = Math.min(margin, Math.abs(a));
            }
        }
        return margin;
    }
}
