package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import org.junit.jupiter.api.Test;

/** What strategy D costs in a stack, on H100: 132 multiprocessors at 1.98 GHz, 1.3 µs from launch to launch in a graph. */
class StepKernelsTest {
    private static final double STREAM_LAUNCH = 2.1e-6;
    private static final double GRAPH_LAUNCH = 1.3e-6;
    private static final int STEPS = 100;

    private final Gpu h100 = Problems.gpu("h100");

    private static RnnConfig.Builder stack(int hidden, int layers) {
        return RnnConfig.lstm(hidden, hidden).layers(layers);
    }

    private PassPlan plan(RnnConfig.Builder config, int batch, Precision precision, Phase phase) {
        return StepKernels.assess(new Problem(config.build(), STEPS, batch, Mode.TRAINING, precision), h100, phase).plan();
    }

    private PassPlan forward(RnnConfig.Builder config, int batch) {
        return plan(config, batch, Precision.FP32, Phase.FORWARD);
    }

    /** All but the products over all steps, and the first launch. */
    private static double steps(PassPlan plan) {
        return plan.seconds() - plan.productSeconds() - STREAM_LAUNCH;
    }

    /** 8 blocks in each layer: there is room for all of them, and a layer waits for 13 steps of the one below. */
    @Test
    void layersRunAsAWavefront() {
        PassPlan one = forward(stack(64, 1), 1);
        assertEquals(STEPS * one.step().seconds(), steps(one), 1e-12);
        for (int layers : new int[] {2, 3, 16}) {
            PassPlan all = forward(stack(64, layers), 1);
            assertEquals(one.step(), all.step());
            assertEquals((STEPS + (layers - 1) * 13) * one.step().seconds() + 7 * GRAPH_LAUNCH, steps(all), 1e-12);
        }
    }

    /** One layer fills them: three take three times as long, but for what a step waits. */
    @Test
    void layersShareTheMultiprocessors() {
        PassPlan one = forward(stack(1024, 1), 1024);
        PassPlan three = forward(stack(1024, 3), 1024);
        double whatIsShared = one.step().seconds() - one.step().latency();
        assertTrue(steps(three) >= 2.9 * STEPS * whatIsShared, () -> three + " against " + one);
        assertTrue(steps(three) <= 3 * steps(one), () -> three + " against " + one);
    }

    @Test
    void directionsRunBesideEachOther() {
        PassPlan one = forward(stack(64, 1), 1);
        PassPlan both = forward(stack(64, 1).bidirectional(true), 1);
        assertEquals(one.step(), both.step());
        assertEquals(steps(one), steps(both), 1e-12);
        assertEquals(2 * one.launchesPerLayer(), both.launchesPerLayer());
        PassPlan layers = forward(stack(64, 3).bidirectional(true), 1);
        assertEquals(3 * steps(both), steps(layers), 1e-12, "a layer needs both directions of the one below");
        PassPlan large = forward(stack(1024, 1), 1024);
        PassPlan largeBoth = forward(stack(1024, 1).bidirectional(true), 1024);
        assertTrue(largeBoth.step().arithmetic() >= 1.9 * large.step().arithmetic(), () -> largeBoth + " against " + large);
        assertEquals(large.step().latency(), largeBoth.step().latency());
    }

    /** A call of more than 2^15 steps of cells is not captured: its launches take longer, and follow each other. */
    @Test
    void withoutAGraphEverythingFollowsEachOther() {
        int most = 1 << 15;
        PassPlan graph = longForward(stack(64, 1), most);
        PassPlan none = longForward(stack(64, 1), most + 1);
        assertEquals(2 * (STREAM_LAUNCH - GRAPH_LAUNCH), none.step().latency() - graph.step().latency(), 1e-12);
        double one = (most + 1) * none.step().seconds();
        assertEquals(one, steps(none), 1e-9 * one);
        assertEquals(2 * one, steps(longForward(stack(64, 1).bidirectional(true), most + 1)), 1e-9 * one);
        assertEquals(3 * one, steps(longForward(stack(64, 3), most + 1)), 1e-9 * one);
    }

    private PassPlan longForward(RnnConfig.Builder config, int steps) {
        return StepKernels.assess(new Problem(config.build(), steps, 1, Mode.TRAINING, Precision.FP32), h100, Phase.FORWARD).plan();
    }

    /** The scale of fp16 comes from all gradients of a layer; cells with rare options have no chunks. */
    @Test
    void whatHasNoChunksFollowsEachOther() {
        PassPlan one = plan(stack(64, 1), 1, Precision.FP16, Phase.BACKWARD);
        assertEquals(3 * steps(one), steps(plan(stack(64, 3), 1, Precision.FP16, Phase.BACKWARD)), 1e-12);
        assertTrue(steps(plan(stack(64, 3), 1, Precision.FP16, Phase.FORWARD)) < 1.5 * STEPS * one.step().seconds());
        PassPlan half = plan(stack(1024, 1), 1, Precision.FP16, Phase.BACKWARD);
        assertEquals(8 * steps(half), steps(plan(stack(1024, 8), 1, Precision.FP16, Phase.BACKWARD)), 1e-12, "L2 holds W_hh of each, not of all");
        PassPlan rare = forward(stack(64, 1).layerNorm(LayerNorm.STANDARD), 1);
        assertEquals(3 * steps(rare), steps(forward(stack(64, 3).layerNorm(LayerNorm.STANDARD), 1)), 1e-12);
    }
}
