package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.Strategy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is built, worked out by hand on H100: 1.98 GHz, 34.6 bytes of L2 a clock, whose latency is 291. */
class KernelLayoutTest {
    private static final double CLOCK = 1.98e9;
    private static final double WAITS = 3 * 30 + 29 + 132 + 16384 / 34.6;

    private final Gpu h100 = Problems.gpu("h100");

    /** 16 blocks of 32 units in each group, tiles of 8 rows, H = 512. */
    private static KernelLayout grid(int groups, int tiles, long sharedBytes) {
        return new KernelLayout(Strategy.C, Exchange.HIDDEN_STATE, 8, 32, groups, 1, 16, tiles, 1, 256, 0, 128 * 512 * 4,
                sharedBytes, 8 * 512 * 4, 0, 2.0 * 8 * 128 * 512, 16384, 786432, 3);
    }

    private Assessment assess(Problem problem, KernelLayout... layouts) {
        return KernelLayout.cheapest(problem, h100, Phase.FORWARD, List.of(layouts));
    }

    /** A second tile's turn is longer than the first one's values travel. */
    @Test
    void theTilesOfAGroupTakeTurns() {
        Problem problem = Problems.lstm(64, 100, 512, Mode.INFERENCE, Precision.FP32);
        StepCost two = assess(problem, grid(4, 2, 200_000)).plan().step();
        clocks(2 * WAITS, two.latency(), 0.01);
        clocks(2 * 16384, two.arithmetic(), 0.01);
        clocks(2 * 786432 / 128, two.shared(), 0.01);
        clocks(2 * 8 * 32 * 7 * 4 / 34.6, two.exchange(), 0.01);
        PassPlan one = assess(problem, grid(8, 1, 200_000)).plan();
        clocks(3 * 291 + WAITS, one.step().latency(), 0.01);
        clocks(16384, one.step().arithmetic(), 0.01);
        double start = 2 * 2.1e-6 + Math.max(262144 / 34.6 / CLOCK, 8 * 16 * 262144 / 3350e9);
        assertEquals(100 * one.step().seconds() + start + one.productSeconds(), one.seconds(), 1e-9);
        assertEquals(8, one.tiles().rows());
        assertEquals(16, assess(problem, grid(4, 2, 200_000)).plan().tiles().rows());
    }

    @Test
    void theCheapestThatFitsIsTaken() {
        Problem problem = Problems.lstm(64, 100, 512, Mode.INFERENCE, Precision.FP32);
        assertEquals(8, assess(problem, grid(4, 2, 200_000), grid(8, 1, 200_000)).plan().tiles().groups());
        assertEquals(4, assess(problem, grid(4, 2, 200_000), grid(8, 1, 300_000)).plan().tiles().groups());
        String nearest = "does not fit: 240000 bytes needed in each of 16 blocks, 232448 there";
        assertEquals(nearest, assess(problem, grid(8, 1, 300_000), grid(4, 2, 240_000)).obstacle());
        assertEquals(nearest, assess(problem, grid(8, 1, 240_000), grid(4, 2, 300_000)).obstacle());
    }

    /**
     * What is handed out goes beside the products, and is added block by block; what two turns of all blocks hand out, if L2 does not
     * hold it, goes to device memory and comes back.
     */
    @Test
    void partialSumsAreWrittenAndAdded() {
        Problem problem = Problems.lstm(64, 100, 512, Mode.TRAINING, Precision.FP16);
        double streams = 64 * 512 * 11 * 4 / (3350e9 / CLOCK);
        for (int written : new int[] {16_384, 1 << 18}) {
            KernelLayout sums = new KernelLayout(Strategy.C, Exchange.PARTIAL_SUMS, 8, 32, 4, 1, 16, 2, 1, 256, 128 * 512 * 2, 0,
                    10_000, 8 * 512 * 4, written, 2.0 * 8 * 128 * 512, 1056, 65_536, 3);
            StepCost step = KernelLayout.cheapest(problem, h100, Phase.BACKWARD, List.of(sums)).plan().step();
            clocks(2 * (WAITS + 16 * 4), step.latency(), 0.01);
            clocks(2 * (8 * 32 * 11 * 4 + written) / 34.6, step.exchange(), 0.01);
            double handed = 2.0 * 4 * 16 * 2 * written;
            clocks(streams + (handed > 50 << 20 ? handed / (3350e9 / CLOCK) : 0), step.memory(), 0.01);
        }
        assertEquals("no two blocks: 132 multiprocessors, 512 units", assess(problem).obstacle());
    }

    /** Each with launches of its own. */
    @Test
    void directionsFollowEachOther() {
        PassPlan one = assess(Problems.lstm(64, 100, 512, Mode.INFERENCE, Precision.FP32), grid(8, 1, 200_000)).plan();
        Problem both = new Problem(RnnConfig.lstm(512, 512).bidirectional(true).layers(3).build(), 100, 64, Mode.INFERENCE,
                Precision.FP32);
        PassPlan six = assess(both, grid(8, 1, 200_000)).plan();
        assertEquals(2 * one.launchesPerLayer(), six.launchesPerLayer());
        assertEquals(2 * one.step().seconds(), six.step().seconds(), 1e-12);
        assertEquals(6 * (one.seconds() - one.productSeconds()), six.seconds() - six.productSeconds(), 1e-9);
    }

    /** In one launch each has half of the chip; only device memory is shared, and one launch and one memset are saved. */
    @Test
    void directionsOfALaunchRunTogether() {
        RnnConfig config = RnnConfig.lstm(512, 512).build();
        RnnConfig both = RnnConfig.lstm(512, 512).bidirectional(true).build();
        PassPlan one = assess(new Problem(config, 1000, 64, Mode.INFERENCE, Precision.FP32), grid(4, 2, 200_000)).plan();
        PassPlan two = assess(new Problem(both, 1000, 64, Mode.INFERENCE, Precision.FP32), grid(4, 2, 200_000).directions(2)).plan();
        assertEquals(one.launchesPerLayer(), two.launchesPerLayer());
        assertEquals(one.step().seconds(), two.step().seconds(), 1e-12);
        assertEquals(2 * one.step().memory(), two.step().memory(), 1e-12);
        assertEquals(2, two.tiles().directions());
        assertEquals(8, two.tiles().groups());
        assertEquals(1, two.tiles().waves());
    }

    private static void clocks(double expected, double seconds, double tolerance) {
        assertEquals(expected, seconds * CLOCK, tolerance);
    }
}
