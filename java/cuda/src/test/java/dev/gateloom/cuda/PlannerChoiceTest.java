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
import java.util.ArrayList;
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
    private static final int FIRST = 16;
    private static final int LAST = 2560;
    private static final int STEPS = 100;

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
        assertEquals(List.of("AA", "CC", "AA", "DD", "DD"), stacks().map(config -> choice(
                new Problem(config, 3, 5, Mode.TRAINING, Precision.FP32), gpu)).toList());
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

    // The largest H, of multiples of 16, of each choice of the engine: an inference, then a training step forward and backward.
    // 100 steps of 1 or 64 sequences, I = H.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "t4      | LSTM | FP32 |  1 | A 48, C 320, D | AA 48, CC 320, DD",
        "t4      | LSTM | FP32 | 64 | A 48, C 320, D | AA 48, CC 192, CD 320, DD",
        "t4      | LSTM | FP16 |  1 | A 96, C 832, D | AA 96, CC 832, DC 896, DD",
        "t4      | LSTM | FP16 | 64 | A 128, C 768, D | AA 128, CC 544, CD 768, DD",
        "t4      | GRU  | FP32 |  1 | A 64, C 416, D | AA 48, AC 64, CC 384, CD 416, DD",
        "t4      | GRU  | FP32 | 64 | A 64, C 320, D | AA 48, AC 64, CC 240, CD 320, DD",
        "t4      | GRU  | FP16 |  1 | A 128, C 768, D | AA 112, AC 128, CC 768, DC 896, DD",
        "t4      | GRU  | FP16 | 64 | A 144, C 768, D | AA 144, CA 160, CC 736, CD 768, DD",
        "a100    | LSTM | FP32 |  1 | A 48, C 864, D | AA 48, CC 864, DD",
        "a100    | LSTM | FP32 | 64 | A 32, C 640, D | AA 32, CC 480, CD 640, DD",
        "a100    | LSTM | FP16 |  1 | A 128, C 1728, D | AA 96, AC 128, CC 1728, DD",
        "a100    | LSTM | FP16 | 64 | A 128, C 1728, D | AA 80, CA 96, CC 1296, CD 1728, DD",
        "a100    | GRU  | FP32 |  1 | A 64, C 1088, D | AA 48, AC 64, CC 1024, CD 1088, DD",
        "a100    | GRU  | FP32 | 64 | A 48, C 640, D | AA 32, AC 48, CC 640, DD",
        "a100    | GRU  | FP16 |  1 | A 144, C 1728, D | AA 128, AC 144, CC 1728, DD",
        "a100    | GRU  | FP16 | 64 | A 144, C 1728, D | AA 128, CC 1408, CD 1728, DD",
        "rtx4090 | LSTM | FP32 |  1 | A 64, C 736, D | AA 64, CC 672, CD 736, DD",
        "rtx4090 | LSTM | FP32 | 64 | A 48, C 512, D | AA 48, CA 64, CC 352, CD 512, DD",
        "rtx4090 | LSTM | FP16 |  1 | A 80, C 1536, D | AA 80, CA 96, CC 1536, DC 1664, DD",
        "rtx4090 | LSTM | FP16 | 64 | A 80, C 1408, D | AA 48, CC 1024, CD 1408, DD",
        "rtx4090 | GRU  | FP32 |  1 | A 64, C 960, D | AA 64, CA 80, CC 896, CD 960, DD",
        "rtx4090 | GRU  | FP32 | 64 | A 64, C 576, D | AA 64, CC 512, CD 576, DD",
        "rtx4090 | GRU  | FP16 |  1 | A 96, C 1792, D | AA 96, CC 1664, CD 1792, DD",
        "rtx4090 | GRU  | FP16 | 64 | A 96, C 1280, D 1360, C 1792, D | AA 80, CC 1152, CD 1280, DD 1360, CD 1792, DD",
        "h100    | LSTM | FP32 |  1 | A 32, B 160, C 1152, D | AA 32, BB 160, CC 1088, CD 1152, DD",
        "h100    | LSTM | FP32 | 64 | A 32, B 288, C 800, D 816, C 832, D 848, C 864, D 880, C 896, D 912, C 928, D | AA 32, BB 256, BC 288, CC 704, CD 800, DD 816, CD 832, DD 848, CD 864, DD 880, CD 896, DD 912, CD 928, DD",
        "h100    | LSTM | FP16 |  1 | A 96, B 384, C 2112, D | AA 80, AB 96, BB 256, BC 384, CC 2112, DD",
        "h100    | LSTM | FP16 | 64 | A 96, B 336, C 2112, D | AA 48, BA 80, BB 176, BC 384, CC 1552, CD 2112, DD",
        "h100    | GRU  | FP32 |  1 | A 48, B 192, C 1536, D | AA 32, AB 48, BB 160, BC 192, CC 1440, CD 1536, DD",
        "h100    | GRU  | FP32 | 64 | A 32, B 288, C 992, D | AA 32, BB 288, CC 784, CD 992, DD",
        "h100    | GRU  | FP16 |  1 | A 128, B 384, C 2112, D | AA 96, AB 128, BB 304, BC 384, CC 2112, DD",
        "h100    | GRU  | FP16 | 64 | A 144, B 384, C 2112, D | AA 80, BA 112, BB 256, BC 384, CC 1552, CD 1584, CC 1792, CD 2112, DD",
        "b200    | LSTM | FP32 |  1 | A 32, B 160, C 1184, D | AA 32, BB 160, CC 1184, DD",
        "b200    | LSTM | FP32 | 64 | A 32, B 192, C 208, B 256, C 896, D 912, C 928, D 944, C 960, D | AA 32, BB 160, BC 176, BB 192, CC 208, BB 224, BC 240, BB 256, CC 704, CD 896, DD 912, CD 928, DD 944, CD 960, DD",
        "b200    | LSTM | FP16 |  1 | A 96, B 384, C 2368, D | AA 80, AB 96, BB 256, BC 384, CC 2368, DD",
        "b200    | LSTM | FP16 | 64 | A 96, B 352, C 2304, D | AA 48, BA 80, BB 176, BC 352, CC 1776, CD 2304, DD",
        "b200    | GRU  | FP32 |  1 | A 48, B 192, C 1536, D | AA 32, AB 48, BB 176, BC 192, CC 1440, CD 1536, DD",
        "b200    | GRU  | FP32 | 64 | A 32, B 192, C 208, B 256, C 992, D | AA 32, BB 192, CC 208, BB 224, BC 240, BB 256, CC 880, CD 992, DD",
        "b200    | GRU  | FP16 |  1 | A 128, B 384, C 2368, D | AA 96, AB 128, BB 304, BC 384, CC 2368, DD",
        "b200    | GRU  | FP16 | 64 | A 144, B 384, C 2368, D | AA 80, BA 112, BB 256, BC 384, CC 1792, CD 2368, DD",
    })
    void borders(String gpu, CellType cell, Precision precision, int batch, String inference, String training) {
        assertEquals(inference, borders(gpu, cell, precision, batch, Mode.INFERENCE));
        assertEquals(training, borders(gpu, cell, precision, batch, Mode.TRAINING));
    }

    private static String borders(String gpu, CellType cell, Precision precision, int batch, Mode mode) {
        List<String> borders = new ArrayList<>();
        String last = choice(gpu, cell, precision, batch, FIRST, mode);
        for (int hidden = 2 * FIRST; hidden <= LAST; hidden += FIRST) {
            String next = choice(gpu, cell, precision, batch, hidden, mode);
            if (!next.equals(last)) {
                borders.add(last + " " + (hidden - FIRST));
            }
            last = next;
        }
        borders.add(last);
        return String.join(", ", borders);
    }

    // Larger batches: inference and training, LSTM in fp32 and in fp16, then GRU.
    @ParameterizedTest
    @CsvSource({
        "t4     ,  128,   64, C CC, A AA, A AC, A AA",
        "t4     , 4096,   64, D DD, A AA, A AD, C CC",
        "t4     ,  128,  128, C CC, A AA, C CC, A AA",
        "t4     , 1024,  128, D DD, C CA, D DD, C CC",
        "t4     ,  128,  512, D DD, C CC, D DD, C CC",
        "t4     , 1024,  512, D DD, D DD, D DD, D DD",
        "t4     ,  128, 1024, D DD, D DD, D DD, D DD",
        "t4     ,  256, 1024, D DD, D DD, D DD, D DD",
        "t4     , 4096, 1024, D DD, D DD, D DD, D DD",
        "a100   ,  128,   64, C CC, A AA, C CC, A AA",
        "a100   , 4096,   64, A AA, C CC, A AA, C CC",
        "a100   ,  128,  128, C CC, A CC, C CC, A AA",
        "a100   , 1024,  128, C CC, C CC, C CC, C CC",
        "a100   ,  128,  512, D DD, C CC, C CD, C CC",
        "a100   , 1024,  512, D DD, D DD, D DD, D DC",
        "a100   ,  128, 1024, D DD, C CC, D DD, C CC",
        "a100   ,  256, 1024, D DD, D DD, D DD, D DD",
        "a100   , 4096, 1024, D DD, D DD, D DD, D DD",
        "rtx4090,  128,   64, A AA, A CA, A AA, A AA",
        "rtx4090, 4096,   64, A AA, C CC, A AA, C CC",
        "rtx4090,  128,  128, C CC, C CC, C CC, C CC",
        "rtx4090, 1024,  128, C CC, A AA, C CC, A AA",
        "rtx4090,  128,  512, D DD, C CC, D DD, C CC",
        "rtx4090, 1024,  512, D DD, D DD, D DD, C DC",
        "rtx4090,  128, 1024, D DD, C CD, D DD, C CC",
        "rtx4090,  256, 1024, D DD, C CD, D DD, C CC",
        "rtx4090, 4096, 1024, D DD, D DD, D DD, D DD",
        "h100   ,  128,   64, B BA, A BA, B BB, A AA",
        "h100   , 4096,   64, A AA, C CC, A AA, C CC",
        "h100   ,  128,  128, B BC, B BA, B BC, A BB",
        "h100   , 1024,  128, C CC, A AA, A AA, A AA",
        "h100   ,  128,  512, C CC, C CC, C CC, C CC",
        "h100   , 1024,  512, D DD, D CC, D DD, C CC",
        "h100   ,  128, 1024, D DD, C CC, D DD, C CC",
        "h100   ,  256, 1024, D DD, C CD, D DD, C CC",
        "h100   , 4096, 1024, D DD, D DD, D DD, D DD",
        "b200   ,  128,   64, B BA, A BA, B BB, A AA",
        "b200   , 4096,   64, A AA, A AA, A AA, A AA",
        "b200   ,  128,  128, B BC, B BB, B BC, A BB",
        "b200   , 1024,  128, C CC, A AA, A AA, A AA",
        "b200   ,  128,  512, C CC, C CC, C CC, C CC",
        "b200   , 1024,  512, D DD, D DC, D DD, C CC",
        "b200   ,  128, 1024, D DD, C CC, D DD, C CC",
        "b200   ,  256, 1024, D DD, C CC, D DD, C CC",
        "b200   , 4096, 1024, D DD, D DD, D DD, D DD",
    })
    void batches(String gpu, int batch, int hidden, String lstm, String lstmInHalf, String gru, String gruInHalf) {
        assertEquals(List.of(lstm, lstmInHalf, gru, gruInHalf), Stream.of(CellType.LSTM, CellType.GRU)
                .flatMap(cell -> Stream.of(Precision.FP32, Precision.FP16).map(precision -> both(gpu, cell, precision, batch, hidden))).toList());
        String half = both(gpu, CellType.LSTM, Precision.BF16, batch, hidden);
        assertEquals(gpu.equals("t4") ? "- --" : lstmInHalf, half, "one layer in bf16, which sm_75 has not");
    }

    private static String both(String gpu, CellType cell, Precision precision, int batch, int hidden) {
        return choice(gpu, cell, precision, batch, hidden, Mode.INFERENCE) + " " + choice(gpu, cell, precision, batch, hidden, Mode.TRAINING);
    }

    // Of several layers D may run some beside each other, but not backward in fp16, where the scale of a layer's gradients comes
    // from all of them. LSTM: fp16, bf16.
    @ParameterizedTest
    @CsvSource({
        "a100,    2,  128, 1024,  100, DC, DC",
        "rtx4090, 4,  256,  512,  100, DC, DD",
        "h100,    1,   64, 1536,  100, CC, CC",
        "h100,    4,   64, 1536,  100, CC, CC",
        "h100,    8,    8,  128, 1000, BB, BB",
        "b200,    8,  256,  128, 1000, DA, DD",
    })
    void layersInBothHalves(String gpu, int layers, int batch, int hidden, int steps, String fp16, String bf16) {
        RnnConfig config = RnnConfig.lstm(hidden, hidden).layers(layers).build();
        assertEquals(List.of(fp16, bf16), Stream.of(Precision.FP16, Precision.BF16)
                .map(precision -> choice(new Problem(config, steps, batch, Mode.TRAINING, precision), Gpu.of(GpuModel.of(gpu)))).toList());
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

    private static String choice(String gpu, CellType cell, Precision precision, int batch, int hidden, Mode mode) {
        return choice(new Problem(RnnConfig.of(cell, hidden, hidden).build(), STEPS, batch, mode, precision), Gpu.of(GpuModel.of(gpu)));
    }

    /** A letter for each pass. */
    private static String choice(Problem problem, Gpu gpu) {
        return CudaEngine.explain(problem, gpu).passes().stream()
                .map(choice -> choice.chosen().map(plan -> plan.strategy().name()).orElse("-")).collect(Collectors.joining());
    }
}
