package dev.gateloom.conformance;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.util.Arrays;

/**
 * One forward, and in training its backward, with all their inputs.
 *
 * @param name for messages: with a seed if it was drawn
 * @param config the stack
 * @param mode whether backward follows
 * @param steps T
 * @param batch B
 * @param lengths null if all are T
 * @param weights parameters
 * @param x as the configuration lays it out
 * @param h0 null for zeros; then {@code c0} is null too
 * @param c0 null unless the cell is an LSTM
 * @param dy gradient of y; null in inference
 * @param dhN gradient of hN; null for zeros
 * @param dcN null unless the cell is an LSTM
 * @param masks null if they are drawn from the plan's seed
 */
record Problem(String name, RnnConfig config, Mode mode, int steps, int batch, int[] lengths, RnnWeights weights,
        float[] x, float[] h0, float[] c0, float[] dy, float[] dhN, float[] dcN, RnnMasks masks) {
    /** Of drawn masks: every pass draws the same. */
    private static final long SEED = 17;

    /** Results of a plan made for just this problem, in the usual memory. */
    Results run(RnnEngine engine) {
        return run(engine, Memory.USUAL);
    }

    Results run(RnnEngine engine, Memory memory) {
        try (RnnPlan plan = engine.plan(config, Shape.of(steps, batch), mode)) {
            return run(plan, memory);
        }
    }

    /** Results of a plan that may have a larger capacity. */
    Results run(RnnPlan plan, Memory memory) {
        Pass pass = forward(plan, memory);
        return mode == Mode.TRAINING ? pass.backward() : pass.results();
    }

    /** Runs forward only. */
    Pass forward(RnnPlan plan, Memory memory) {
        return new Pass(plan, memory);
    }

    boolean lstm() {
        return config.cell() == CellType.LSTM;
    }

    int ySize() {
        return (config.returnSequences() ? steps : 1) * batch * config.numDirections() * config.outputSize();
    }

    int hSize() {
        return config.numLayers() * config.numDirections() * batch * config.outputSize();
    }

    int cSize() {
        return config.numLayers() * config.numDirections() * batch * config.hiddenSize();
    }

    /** The same with other weights. */
    Problem with(RnnWeights other) {
        return new Problem(name, config, mode, steps, batch, lengths, other, x, h0, c0, dy, dhN, dcN, masks);
    }

    /** The same for another layout or output of the same stack. */
    Problem with(RnnConfig other, RnnWeights otherWeights, float[] otherX, float[] otherDy) {
        return new Problem(name, other, mode, steps, batch, lengths, otherWeights, otherX, h0, c0, otherDy, dhN, dcN,
                masks);
    }

    @Override
    public String toString() {
        return name + ": " + config + " " + mode + " T=" + steps + " B=" + batch
                + (lengths == null ? "" : " lengths=" + Arrays.toString(lengths));
    }

    /** A forward that may wait for its backward. Outputs start as NaN, guards stand around all memory. */
    final class Pass {
        private final RnnPlan plan;
        private final Memory memory;
        private final float[] parametersBefore;
        private final Results results;

        private Pass(RnnPlan plan, Memory memory) {
            this.plan = plan;
            this.memory = memory;
            parametersBefore = weights.data().clone();
            results = new Results(Problem.this.toString());
            plan.shape(steps, batch);
            if (config.stochastic() && mode == Mode.TRAINING) {
                plan.masks(masks).seed(SEED);
            }
            Region in = memory.of(x);
            Region h = memory.of(h0);
            Region c = memory.of(c0);
            Region y = memory.region(ySize());
            Region hN = memory.region(hSize());
            Region cN = lstm() ? memory.region(cSize()) : null;
            if (y.isBuffer()) {
                plan.forward(weights, Region.buffer(in), state(h, c), lengths, y.buffer(), state(hN, cN));
            } else {
                plan.forward(weights, Region.array(in), state(h, c), lengths, y.array(), state(hN, cN));
            }
            inputs("x", in, "h0", h, "c0", c);
            results.put("y", y.checked("y"));
            results.put("hn", hN.checked("hn"));
            if (cN != null) {
                results.put("cn", cN.checked("cn"));
            }
        }

        Results results() {
            return results;
        }

        /** Runs backward and adds its results. */
        Results backward() {
            RnnWeights gradients = RnnWeights.zeros(config);
            Region up = memory.of(dy);
            Region dh = memory.of(dhN);
            Region dc = memory.of(dcN);
            Region dx = memory.region(x.length);
            Region dh0 = memory.region(hSize());
            Region dc0 = lstm() ? memory.region(cSize()) : null;
            if (dx.isBuffer()) {
                plan.backward(weights, Region.buffer(up), state(dh, dc), dx.buffer(), state(dh0, dc0), gradients);
            } else {
                plan.backward(weights, Region.array(up), state(dh, dc), dx.array(), state(dh0, dc0), gradients);
            }
            inputs("dy", up, "dhn", dh, "dcn", dc);
            results.put("grad.x", dx.checked("grad.x"));
            results.put("grad.h0", dh0.checked("grad.h0"));
            if (dc0 != null) {
                results.put("grad.c0", dc0.checked("grad.c0"));
            }
            for (String parameter : gradients.names()) {
                results.put("grad." + parameter, gradients.get(parameter));
            }
            return results;
        }

        private void inputs(Object... namesAndRegions) {
            for (int i = 0; i < namesAndRegions.length; i += 2) {
                if (namesAndRegions[i + 1] != null) {
                    ((Region) namesAndRegions[i + 1]).checked((String) namesAndRegions[i]);
                }
            }
            Results.assertSameBits("weights", parametersBefore, weights.data());
        }

        private static RnnState state(Region h, Region c) {
            if (h == null) {
                return null;
            }
            return h.isBuffer() ? RnnState.of(h.buffer(), Region.buffer(c))
                    : RnnState.of(h.array(), Region.array(c));
        }
    }
}
