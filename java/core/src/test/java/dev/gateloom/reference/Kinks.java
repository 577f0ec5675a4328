package dev.gateloom.reference;

import dev.gateloom.CellType;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import java.util.stream.DoubleStream;

/**
 * How close a forward came to a point without derivative: a rectifier at 0, a cell state at its clip. There two correct
 * programs may disagree about the gradient.
 */
public final class Kinks {

    private Kinks() {
    }

    /**
     * Smallest distance in the last training forward of a plan of the reference engine. A rectifier at exactly 0 does
     * not count: nothing was added up there (no input, no bias, all dropped), so that every program finds that 0.
     */
    public static double margin(RnnPlan plan) {
        return distances(plan.config(), ((ReferencePlan) plan).pending()).filter(distance -> distance > 0).min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** Smallest distance, with those at exactly 0. */
    static double margin(RnnConfig config, Stack stack) {
        return distances(config, stack).min().orElse(Double.POSITIVE_INFINITY);
    }

    private static DoubleStream distances(RnnConfig config, Stack stack) {
        return stack.scans().stream().flatMap(scan -> scan.steps().stream())
                .flatMapToDouble(step -> distances(config, step));
    }

    private static DoubleStream distances(RnnConfig config, Step step) {
        if (step instanceof Zoneout.ZoneoutStep zoneout) {
            return distances(config, zoneout.inner);
        }
        if (step instanceof LstmCell.LstmStep lstm && config.cellClip() > 0) {
            return DoubleStream.of(lstm.unlimited()).map(c -> Math.abs(Math.abs(c) - config.cellClip()));
        }
        if (step instanceof PlainCell.PlainStep plain && config.cell() == CellType.RNN_RELU) {
            return DoubleStream.of(plain.a).map(Math::abs);
        }
        return DoubleStream.empty();
    }
}
