package dev.gateloom.cuda.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.cuda.planner.ResidentLayout.Sharing;
import org.junit.jupiter.api.Test;

/** Layouts worked out by hand, on H100: 1.98 GHz, 104 of 255 registers for weights, 232448 bytes of shared memory. */
class ResidentLayoutTest {
    private static final double CLOCK = 1.98e9;
    private static final int WEIGHT_REGISTERS = 256 * 104 * 4;

    private final Gpu h100 = Problems.gpu("h100");

    /** 128 x 128 x 1024 in fp16, four copies of 32 blocks of 32 units, 32 rows each, all at a time. */
    @Test
    void aGridOfFourCopies() {
        Problem problem = Problems.lstm(128, 128, 1024, Mode.INFERENCE, Precision.FP16);
        ResidentLayout layout = new ResidentLayout(problem, h100, Strategy.C, Phase.FORWARD, Exchange.HIDDEN_STATE,
                new Sharing(32, 32, 4, 32, 1), 32, 1);
        assertEquals(0, layout.overflow());
        assertEquals(WEIGHT_REGISTERS + 232448, layout.room());
        PassPlan plan = layout.plan(0);
        Tiles tiles = plan.tiles();
        long weights = 4L * 32 * 1024 * 2;
        assertEquals(WEIGHT_REGISTERS, tiles.weightRegisterBytes());
        assertEquals(weights - WEIGHT_REGISTERS, tiles.weightSharedBytes());
        assertEquals(weights - WEIGHT_REGISTERS + 32 * 1024 * 2, tiles.sharedBytes(), "and h of 32 rows");
        assertEquals(255, tiles.registers());
        assertEquals(128, tiles.blocks());

        StepCost step = plan.step();
        clocks(3 * 291 + 2 * (2 * 21 + 6 * 4), step.latency(), 0.01);
        clocks(2.0 * 32 * 128 * 1024 / (0.63 * 989.4e12 / 132 / CLOCK), step.arithmetic(), 0.5);
        // Weights once; h written once and read by all 8 warps.
        clocks((weights - WEIGHT_REGISTERS + 9.0 * 32 * 1024 * 2) / 128, step.shared(), 0.01);
        // h of 32 rows; gates, h, c and y of 32 rows and 32 units.
        clocks((32 * 1024 * 2 + 32 * 32 * 7 * 4) / 34.6, step.exchange(), 0.01);
        clocks(128 * 1024 * 7 * 4 / (3350e9 / CLOCK), step.memory(), 0.01);
        assertEquals(step.latency() + step.shared(), step.seconds(), 1e-12, "shared memory is the slowest part");
        double start = 2 * 2.1e-6 + Math.max(weights / 34.6 / CLOCK, 8.0 * 1024 * 1024 / 3350e9);
        assertEquals(128 * step.seconds() + start, plan.seconds(), 1e-9);
    }

    /** Backward, gathered gradients are four times h; partial sums are twice h, being floats. */
    @Test
    void whatIsExchangedBackward() {
        Problem problem = Problems.lstm(128, 128, 1024, Mode.TRAINING, Precision.FP16);
        Sharing sharing = new Sharing(32, 32, 4, 32, 1);
        double own = 32 * 32 * (2 * 4 + 3) * 4;
        clocks((4.0 * 32 * 1024 * 2 + own) / 34.6, new ResidentLayout(problem, h100, Strategy.C, Phase.BACKWARD,
                Exchange.GATE_GRADIENTS, sharing, 8, 1).plan(0).step().exchange(), 0.01);
        clocks((32.0 * 1024 * 4 + own) / 34.6, new ResidentLayout(problem, h100, Strategy.C, Phase.BACKWARD,
                Exchange.PARTIAL_SUMS, sharing, 8, 1).plan(0).step().exchange(), 0.01);
    }

    /** One row, H = 256, a cluster of 8: nothing but latency and the product's chain, whose 16 steps 8 warps share. */
    @Test
    void aClusterForOneRow() {
        Problem problem = Problems.lstm(1, 1000, 256, Mode.INFERENCE, Precision.BF16);
        ResidentLayout layout = new ResidentLayout(problem, h100, Strategy.B, Phase.FORWARD, Exchange.HIDDEN_STATE,
                new Sharing(1, 32, 1, 8, 1), 8, 8);
        assertEquals(0, layout.overflow());
        StepCost step = layout.plan(0).step();
        clocks(2 * 180 + 132, step.latency(), 0.01);
        double operations = 2.0 * 8 * 128 * 256 / (0.63 * 989.4e12 / 132 / CLOCK);
        clocks(Math.max(operations, 2 * 33 + 2 * 29 + 30), step.arithmetic(), 0.5);
        // h of the one row, although eight are multiplied: seven eighths of it from the other blocks.
        clocks(256 * 2 * 7 / 8 / 16.0, step.exchange(), 0.01);
    }

    /** A in fp32: rows are not padded, weights beyond the registers are read again for each eight rows. */
    @Test
    void aBlockInSinglePrecision() {
        Problem problem = Problems.of(CellType.GRU, 20, 10, 100, Mode.INFERENCE, Precision.FP32);
        ResidentLayout layout = new ResidentLayout(problem, h100, Strategy.A, Phase.FORWARD, Exchange.HIDDEN_STATE,
                new Sharing(20, 100, 1, 1, 1), 8, 1);
        assertEquals(0, layout.overflow());
        PassPlan plan = layout.plan(0);
        assertEquals(20, plan.tiles().rows());
        long inShared = 300 * 100 * 4 - WEIGHT_REGISTERS;
        assertEquals(inShared, plan.tiles().weightSharedBytes());
        assertEquals(inShared + 2 * 20 * 100 * 4, plan.tiles().sharedBytes(), "and h twice");
        clocks(2.0 * 20 * 300 * 100 / (66.9e12 / 132 / CLOCK), plan.step().arithmetic(), 0.5);
        clocks(2 * 29 + 30 + 132, plan.step().latency(), 0.01);
    }

    @Test
    void whatDoesNotFitSaysByHowMuch() {
        Problem problem = Problems.lstm(1, 10, 1024, Mode.INFERENCE, Precision.FP16);
        ResidentLayout layout = new ResidentLayout(problem, h100, Strategy.A, Phase.FORWARD, Exchange.HIDDEN_STATE,
                new Sharing(1, 1024, 1, 1, 1), 8, 1);
        long sums = (8L * 4096 / 256 + 8 * 1024 / 256 - 96) * 256 * 4;
        long weights = 8L * 1024 * 1024;
        long buffers = 2 * 8 * 1024 * 2;
        assertEquals(weights + buffers - WEIGHT_REGISTERS - 232448 + sums, layout.overflow());
        Choice choice = Planner.plan(problem, h100, Implemented.everything()).of(Phase.FORWARD);
        assertTrue(choice.candidates().get(0).reason().startsWith("does not fit: "), choice::toString);
        assertTrue(choice.candidates().get(0).reason().endsWith(
                " bytes needed in a block, " + (WEIGHT_REGISTERS + 232448) + " there"), choice::toString);
    }

    private static void clocks(double expected, double seconds, double tolerance) {
        assertEquals(expected, seconds * CLOCK, tolerance);
    }
}
