package dev.gateloom.cuda;

import static dev.gateloom.cuda.planner.Exchange.PARTIAL_SUMS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.KernelLayout;
import dev.gateloom.cuda.planner.PassPlan;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.GpuModel;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Strategy C whose blocks hand each other partial sums on the way back. {@link TensorSequenceTest} has its steps. */
class PartialSumsTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final long SCHEDULES = EXHAUSTIVE ? 20 : 2;
    private static final int STEPS = EXHAUSTIVE ? 300 : 5;
    /** Two tiles. */
    private static final int BATCH = 11;
    private static final EmulatorOptions EMULATOR = EmulatorOptions.defaults().multiprocessors(16);
    private static final SequenceOptions SUMS = SequenceOptions.of(Strategy.C).backward(PARTIAL_SUMS);

    static Stream<Arguments> kinds() {
        return Stream.of(CellType.LSTM, CellType.GRU).flatMap(cell -> Stream.of(Precision.BF16, Precision.FP16)
                .filter(precision -> EXHAUSTIVE || (cell == CellType.LSTM) == (precision == Precision.FP16))
                .map(precision -> Arguments.of(cell, precision)));
    }

    private static String name(CellType cell, Precision precision) {
        return cell.name().toLowerCase(Locale.ROOT) + "_sequence_backward_sums" + Programs.suffix(precision);
    }

    /** Both directions of a layer, ragged. */
    @ParameterizedTest
    @MethodSource("kinds")
    void trainingIsClose(CellType cell, Precision precision) {
        RnnConfig config = RnnConfig.of(cell, 3, 37).bidirectional(true).build();
        float[] expected;
        try (RnnEngine reference = Engines.get("reference")) {
            expected = TrainingRun.train(reference, config, STEPS, BATCH, true);
        }
        EmulatorDevice device = new EmulatorDevice(EMULATOR.seed(3).perturbed(true));
        try (CudaEngine engine = CudaEngine.owning(device, precision, SUMS)) {
            double error = TensorStrategyTest.error(expected, TrainingRun.train(engine, config, STEPS, BATCH, true));
            assertTrue(error <= TensorStrategyTest.BOUND, () -> "relative error " + error);
            assertEquals(List.of(name(cell, precision)), StrategyTest.launched(device).stream()
                    .filter(kernel -> kernel.contains("_sequence_backward")).toList());
            try (CudaPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
                assertTrue(plan.strategy().lines().toList().get(1).endsWith(" bytes of shared memory, by partial sums, as asked"),
                        plan::strategy);
            }
        }
    }

    /** No schedule changes a bit, nor whether both directions have a launch of their own, as those of so many blocks must. */
    @ParameterizedTest
    @MethodSource("kinds")
    void schedulesAndLaunchesGiveTheSameBits(CellType cell, Precision precision) {
        RnnConfig config = RnnConfig.of(cell, 3, 20).bidirectional(true).build();
        float[] first = null;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            for (int directions = 1; directions <= 2; directions++) {
                EmulatorDevice device = new EmulatorDevice(EMULATOR.seed(seed).quantum(seed % 2 == 0 ? 8 : 64)
                        .multiprocessors(3 * directions));
                try (CudaEngine engine = CudaEngine.owning(device, precision, SUMS.tiles(8, 8, 1))) {
                    float[] result = TrainingRun.train(engine, config, 4, BATCH, true);
                    first = first == null ? result : first;
                    assertArrayEquals(first, result, "schedule " + seed + ", " + directions + " directions");
                    assertEquals(List.of(directions), device.counters().stream().filter(c -> c.kernel().equals(name(cell, precision)))
                            .map(c -> c.launch().gridY()).distinct().toList());
                }
            }
        }
    }

    /** 4 blocks in each of 2 groups: W_hh comes once for each of them, each block's sums go and come once, and so does all else; as many products as are priced. */
    @ParameterizedTest
    @MethodSource("kinds")
    void memoryIsReadOnce(CellType cell, Precision precision) {
        int t = 100;
        int b = 16;
        int h = 32;
        RnnConfig config = RnnConfig.of(cell, 4, h).build();
        EmulatorDevice device = new EmulatorDevice(EMULATOR.checkRaces(false));
        device.countDistinct();
        try (CudaEngine engine = CudaEngine.owning(device, precision, SUMS.tiles(8, 8, 2))) {
            TrainingRun.train(engine, config, t, b, false);
        }
        KernelCounters pass = SequenceTrafficTest.counters(device, Phase.BACKWARD);
        assertEquals(8, pass.launch().gridX());
        long states = (long) t * b * h * Float.BYTES;
        long weights = 2L * cell.gates() * h * h * Short.BYTES;
        SequenceTrafficTest.readOnce(weights, pass.traffic("weights in 16 bits of " + config).read());
        SequenceTrafficTest.once("handed out", 4 * states, pass.traffic("what blocks hand over").written());
        SequenceTrafficTest.once("added", 4 * states, pass.traffic("what blocks hand over").read());
        SequenceTrafficTest.once("dy", states, pass.traffic("gradient of rows").read());
        SequenceTrafficTest.once("gates", cell.gates() * states, pass.traffic("gates [T, B, G·H]").read());
        SequenceTrafficTest.once("gradients", cell.gates() * states, pass.traffic("gates [T, B, G·H]").written());
        KernelLayout layout = SequenceKernel.of(Strategy.C, cell, precision, Phase.BACKWARD).get(1).layout(Strategy.C, h, b, 8, 8, 2);
        double products = layout.operations() * layout.blocks() * 2 * t;
        assertTrue(pass.flops() >= products && pass.flops() <= products + 150.0 * t * b * h,
                () -> pass.flops() + " operations, priced are " + products);
        SequenceTrafficTest.fewConflicts(pass);
    }

    /** Backward of 100 steps. GRUs hand out as many sums as LSTMs, of fewer gates; very many sums do not stay in L2. */
    @ParameterizedTest
    @CsvSource({
        "LSTM, h100,   1, 1024, FP16, C GATE_GRADIENTS",
        "LSTM, h100,  64,  512, BF16, C PARTIAL_SUMS",
        "LSTM, h100, 128, 1024, FP16, C PARTIAL_SUMS",
        "LSTM, h100, 256, 1024, FP16, D GATE_GRADIENTS",
        "LSTM, h100,  64,  512, FP32, C GATE_GRADIENTS",
        "LSTM, a100,  16, 1536, FP16, C PARTIAL_SUMS",
        "GRU,  h100,  16,  512, FP16, C GATE_GRADIENTS",
        "GRU,  h100, 128, 1024, BF16, C PARTIAL_SUMS",
        "GRU,  t4,     1,  512, FP16, C GATE_GRADIENTS"
    })
    void theCheaperWayIsTaken(CellType cell, String gpu, int batch, int hidden, Precision precision, String expected) {
        PassPlan plan = CudaEngine.explain(new Problem(RnnConfig.of(cell, hidden, hidden).build(), 100, batch, Mode.TRAINING, precision),
                Gpu.of(GpuModel.of(gpu))).of(Phase.BACKWARD).chosen().orElseThrow();
        assertEquals(expected, plan.strategy() + " " + plan.exchange());
    }

    /** Where there is but one block, all that was asked for is not there. */
    @Test
    void aBlockAloneHasNoParts() {
        try (CudaEngine engine = CudaEngine.owning(new EmulatorDevice(EMULATOR), Precision.FP16, SUMS);
                CudaPlan plan = engine.plan(RnnConfig.lstm(3, 8).build(), Shape.of(2, 2), Mode.TRAINING)) {
            assertEquals("backward: strategy D, not C: no two blocks: 16 multiprocessors, 8 units",
                    plan.strategy().lines().toList().get(1));
        }
    }
}
