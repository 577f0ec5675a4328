package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Candidate;
import dev.gateloom.cuda.planner.Choice;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.PassPlan;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.device.GpuModel;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine does what the planner says, and says so in the planner's words. */
class PlannerChoiceTest {

    /** For each strategy but B one that it is best for, on 16 multiprocessors, and one with a rare option. */
    static Stream<RnnConfig> stacks() {
        return Stream.of(RnnConfig.lstm(3, 18).layers(2).bidirectional(true).build(), RnnConfig.gru(3, 100).build(),
                RnnConfig.of(CellType.RNN_TANH, 3, 5).build(), RnnConfig.of(CellType.RNN_RELU, 3, 250).build(),
                RnnConfig.lstm(3, 18).layerNorm(LayerNorm.STANDARD).build());
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void whatIsExplainedIsLaunched(RnnConfig config) {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16));
        Problem problem = new Problem(config, 3, 5, Mode.TRAINING, Precision.FP32);
        List<Choice> passes = CudaEngine.explain(problem, Gpu.of(device.name(), device.properties())).passes();
        try (CudaEngine engine = CudaEngine.on(device)) {
            float[] result = TrainingRun.train(engine, config, 3, 5, true);
            List<String> launched = device.counters().stream().map(KernelCounters::kernel).toList();
            for (Choice choice : passes) {
                String pass = choice.phase().name().toLowerCase(Locale.ROOT);
                boolean steps = choice.chosen().orElseThrow().strategy() == Strategy.D;
                assertEquals(!steps, launched.stream().anyMatch(kernel -> kernel.contains("_sequence_" + pass)), launched::toString);
            }
            try (CudaPlan plan = engine.plan(config, Shape.of(3, 5), Mode.TRAINING)) {
                assertEquals(passes.stream().map(PlannerChoiceTest::described).toList(), plan.strategy().lines()
                        .map(line -> line.replaceFirst(", \\d+ x \\d+ blocks.*shared memory", "")).toList());
            }
            assertArrayEquals(result, TrainingRun.train(engine, config, 3, 5, true), "the same bits again");
        }
        device.close();
    }

    /** Without the partition, which is not the planner's to name. */
    private static String described(Choice choice) {
        Candidate chosen = choice.of(choice.chosen().orElseThrow().strategy());
        return choice.phase().name().toLowerCase(Locale.ROOT) + ": strategy " + chosen.strategy() + ", " + chosen.reason()
                + choice.candidates().stream().filter(c -> c != chosen).map(c -> "; not " + c.strategy() + ": " + c.reason())
                .collect(Collectors.joining());
    }

    @Test
    void thereIsAStackForEachStrategy() {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16));
        Gpu gpu = Gpu.of(device.name(), device.properties());
        assertEquals(List.of("AA", "CC", "AA", "DD", "DD"), stacks().map(config -> choice(config, 3, 5, gpu)).toList());
        device.close();
    }

    /** What fits in every other way but not in precision or option is left to the steps, and the reason is the planner's. */
    @Test
    void reasonsAreThePlanners() {
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults());
        RnnConfig config = RnnConfig.lstm(3, 18).peephole(true).build();
        try (CudaEngine engine = CudaEngine.on(device); CudaPlan plan = engine.plan(config, Shape.of(3, 5), Mode.INFERENCE)) {
            assertEquals("forward: strategy D, the cheapest; not A: peepholes: only on D; not B: peepholes: only on D; not C: "
                    + "peepholes: only on D", plan.strategy());
        }
        try (CudaEngine engine = CudaEngine.on(device, Strategy.A);
                CudaPlan plan = engine.plan(RnnConfig.lstm(3, 18).build(), Shape.of(3, 5), Mode.INFERENCE)) {
            assertTrue(plan.strategy().matches("forward: strategy A, 1 x 2 blocks of 18 units, tiles of [48] rows, .*, as asked"),
                    plan::strategy);
            assertTrue(engine.description().endsWith(", fp32, strategy A"), engine::description);
        }
        try (CudaEngine engine = CudaEngine.on(device)) {
            assertFalse(engine.description().contains("strategy"), engine::description);
        }
        device.close();
    }

    // What the engine chooses for a training step, LSTM in fp32, 100 steps: forward and backward.
    @ParameterizedTest
    @CsvSource({
        "t4,         1,   48, AA",
        "t4,         1,  200, CC",
        "t4,        64,  512, DD",
        "a100,       1,   48, AA",
        "a100,       1,   64, CC",
        "a100,       1,  512, CC",
        "a100,      64,  512, CD",
        "a100,     128, 1024, DD",
        "a100,    4096, 1024, DD",
        "rtx4090,    1,   64, AA",
        "rtx4090,    1,  512, CC",
        "rtx4090,   64,  512, CD",
        "rtx4090, 4096, 1024, DD",
        "h100,       1,   64, BB",
        "h100,       1,  512, CC",
        "h100,      64,  512, CC",
        "h100,     128, 1024, DD",
        "h100,    1024, 1024, DD",
        "b200,       1,   64, BB",
        "b200,      64,  512, CC",
        "b200,     128, 1024, DD",
        "b200,    4096, 1024, DD",
    })
    void choices(String gpu, int batch, int hidden, String expected) {
        assertEquals(expected, choice(RnnConfig.lstm(hidden, hidden).build(), 100, batch, Gpu.of(GpuModel.of(gpu))));
    }

    /** One launch for both directions where half of the chip holds W_hh and is not too slow, else one for each. LSTM in fp32, 100 steps. */
    @ParameterizedTest
    @CsvSource({"h100, 1, 512, C, 2", "h100, 1, 1024, C, 1", "a100, 64, 512, C, 1", "a100, 1, 48, A, 2", "h100, 1, 64, B, 2"})
    void directionsOfALaunch(String gpu, int batch, int hidden, Strategy strategy, int expected) {
        Problem problem = new Problem(RnnConfig.lstm(hidden, hidden).bidirectional(true).build(), 100, batch, Mode.INFERENCE,
                Precision.FP32);
        PassPlan plan = CudaEngine.explain(problem, Gpu.of(GpuModel.of(gpu))).of(Phase.FORWARD).of(strategy).plan();
        assertEquals(expected, plan.tiles().directions());
        assertEquals((strategy == Strategy.C ? 2 : 1) * 2 / expected, plan.launchesPerLayer());
    }

    /** A plain RNN's directions, like all others of a block alone, share a launch and its time. */
    @Test
    void directionsOfAPlainRnnShareALaunch() {
        RnnConfig one = RnnConfig.of(CellType.RNN_TANH, 48, 48).build();
        Gpu a100 = Gpu.of(GpuModel.of("a100"));
        List<PassPlan> plans = Stream.of(one, one.toBuilder().bidirectional(true).build())
                .map(config -> CudaEngine.explain(new Problem(config, 100, 16, Mode.INFERENCE, Precision.FP32), a100)
                        .of(Phase.FORWARD).of(Strategy.A).plan()).toList();
        assertEquals(List.of(1, 2), plans.stream().map(plan -> plan.tiles().directions()).toList());
        assertEquals(List.of(1L, 1L), plans.stream().map(PassPlan::launchesPerLayer).toList());
        assertEquals(plans.get(0).step().seconds(), plans.get(1).step().seconds());
    }

    private static String choice(RnnConfig config, int steps, int batch, Gpu gpu) {
        return CudaEngine.explain(new Problem(config, steps, batch, Mode.TRAINING, Precision.FP32), gpu).passes().stream()
                .map(Choice::chosen).map(chosen -> chosen.map(PassPlan::strategy).orElseThrow().name())
                .collect(Collectors.joining());
    }
}
