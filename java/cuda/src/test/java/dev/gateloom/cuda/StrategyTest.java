package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.conformance.Sample;
import dev.gateloom.cuda.planner.Candidate;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.Gpu;
import dev.gateloom.cuda.planner.Problem;
import dev.gateloom.cuda.planner.Tiles;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What strategies A, B and C are for, and what they do where they cannot. Their results in general are the suite's matter. */
class StrategyTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final long SCHEDULES = EXHAUSTIVE ? 20 : 2;
    static final int LONG = EXHAUSTIVE ? 300 : 100;
    private static final int STEPS_OF_SCHEDULES = EXHAUSTIVE ? 20 : 6;
    private static final EmulatorOptions SIXTEEN = EmulatorOptions.defaults().multiprocessors(16);

    /** To run a strategy on. Clusters of 8 need as many. */
    static int[] multiprocessors(Strategy strategy) {
        return EXHAUSTIVE ? strategy == Strategy.B ? new int[] {8, 16, 114, 132} : new int[] {1, 2, 16, 114, 132}
                : strategy == Strategy.B ? new int[] {16} : new int[] {1, 16, 132};
    }

    static List<String> launched(EmulatorDevice device) {
        return device.counters().stream().map(KernelCounters::kernel).distinct().toList();
    }

    static Stream<Arguments> cellsAndStrategies() {
        return Stream.concat(Stream.of(CellType.LSTM, CellType.GRU).flatMap(cell -> Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .map(strategy -> Arguments.of(cell, strategy))), Stream.of(CellType.RNN_TANH, CellType.RNN_RELU)
                .map(cell -> Arguments.of(cell, Strategy.A)));
    }

    /** Clusters need another architecture than the other tests have. */
    static EmulatorOptions options(Strategy strategy) {
        return strategy == Strategy.B ? SIXTEEN.architecture(90) : SIXTEEN;
    }

    /** A strategy, and on the way back gathered gradients: in 16 bits there are partial sums too, see {@link PartialSumsTest}. */
    static SequenceOptions gathering(Strategy strategy) {
        return SequenceOptions.of(strategy).backward(Exchange.GATE_GRADIENTS);
    }

    /** One multiprocessor holds all; of many, each has a block. */
    @ParameterizedTest
    @MethodSource("cellsAndStrategies")
    void anyNumberOfMultiprocessors(CellType cell, Strategy strategy) {
        RnnConfig config = RnnConfig.of(cell, 3, 18).bidirectional(true).layers(2).build();
        Sample sample = Sample.of(Precision.FP32, config, 4, 18, 7);
        for (int multiprocessors : multiprocessors(strategy)) {
            EmulatorDevice device = new EmulatorDevice(options(strategy).multiprocessors(multiprocessors));
            // In tiles of 4 rows a grid of few multiprocessors would have a block for each, and no exchange.
            try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(strategy).tiles(8, 0, 0))) {
                sample.assertSolvedBy(engine);
                assertEquals(strategy == Strategy.C && multiprocessors > 2,
                        device.counters().stream().anyMatch(c -> c.launch().cooperative()), "blocks wait for each other");
                assertFalse(launched(device).stream().anyMatch(name -> name.matches("(lstm|gru|rnn)_(forward|backward)")),
                        () -> launched(device).toString());
                // One launch for each layer, but where a grid of both directions would not be resident.
                int directions = strategy == Strategy.C && multiprocessors == 1 ? 1 : 2;
                assertEquals(List.of(directions), device.counters().stream().filter(c -> c.kernel().contains("_sequence_"))
                        .map(c -> c.launch().gridY()).distinct().toList());
            }
        }
    }

    /** Of D, whose graphs {@link EdgesTest} runs in several orders, only exhaustively. */
    static Stream<Arguments> cellsAndAllStrategies() {
        return Stream.concat(cellsAndStrategies(), Stream.of(CellType.LSTM, CellType.GRU).filter(cell -> EXHAUSTIVE)
                .map(cell -> Arguments.of(cell, Strategy.D)));
    }

    /** No schedule changes a bit, nor does a second run. Both directions, in one launch where there is one for all steps. */
    @ParameterizedTest
    @MethodSource("cellsAndAllStrategies")
    void everyScheduleGivesTheSameBits(CellType cell, Strategy strategy) {
        assertEveryScheduleGivesTheSameBits(cell, strategy, Precision.FP32, 14);
    }

    static void assertEveryScheduleGivesTheSameBits(CellType cell, Strategy strategy, Precision precision, int hidden) {
        RnnConfig config = RnnConfig.of(cell, 3, hidden).bidirectional(true).build();
        float[] first = null;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            EmulatorDevice device = new EmulatorDevice(options(strategy).seed(seed).quantum(seed % 2 == 0 ? 8 : 64).perturbed(true));
            try (CudaEngine engine = CudaEngine.owning(device, precision, gathering(strategy))) {
                for (int n = 0; n < (seed == 1 ? 2 : 1); n++) {
                    float[] result = TrainingRun.train(engine, config, STEPS_OF_SCHEDULES, 9, true);
                    first = first == null ? result : first;
                    assertArrayEquals(first, result, "schedule " + seed);
                }
            }
        }
    }

    /** Several groups, one of which has two tiles in a grid, for so many steps that a turn left out or taken twice would show. */
    @ParameterizedTest
    @CsvSource({"LSTM, A", "LSTM, B", "LSTM, C", "GRU, A", "GRU, B", "GRU, C"})
    void groupsStayInStepForLong(CellType cell, Strategy strategy) {
        Sample sample = Sample.of(Precision.FP32, RnnConfig.of(cell, 3, 14).build(), LONG, 18, 7);
        EmulatorDevice device = new EmulatorDevice(options(strategy).seed(3).perturbed(true));
        try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(strategy).tiles(8, 4, 2))) {
            sample.assertSolvedBy(engine);
            assertBlocks(device, strategy, 4);
        }
    }

    /** Of 14 units and 18 rows, in tiles of 8: a block for each tile, a cluster of 8, or two groups with so many units in each block. */
    static void assertBlocks(EmulatorDevice device, Strategy strategy, int units) {
        int blocks = strategy == Strategy.A ? 3 : strategy == Strategy.B ? 3 * 8 : 2 * SequenceKernel.ceil(14, units);
        assertEquals(List.of(blocks, blocks), device.counters().stream().filter(c -> c.kernel().contains("_sequence_"))
                .map(c -> c.launch().gridX()).toList(), "forward, backward");
    }

    /** Refused is one launch of both directions, forward or backward, or both: the steps take over where it would have started. */
    @ParameterizedTest
    @CsvSource({"LSTM, 0, forward backward", "LSTM, 1, backward", "GRU, 0, forward backward", "GRU, 1, backward"})
    void aRefusedGridRunsStepByStep(CellType cell, int accepted, String refused) {
        RnnConfig config = RnnConfig.of(cell, 3, 14).bidirectional(true).build();
        int[] grids = {0};
        EmulatorDevice emulator = new EmulatorDevice(SIXTEEN);
        Device device = HookedDevice.of(emulator, (call, arguments, behind) -> {
            if (call.equals("launch") && arguments[1] instanceof Launch launch && launch.cooperative() && grids[0]++ >= accepted) {
                throw new DeviceException("cuLaunchCooperativeKernel", 720, "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE", "");
            }
            return behind.get();
        });
        try (CudaEngine engine = CudaEngine.on(device, SequenceOptions.of(Strategy.C).tiles(8, 4, 2))) {
            Sample.of(Precision.FP32, config, 4, 18, 7).assertSolvedBy(engine);
            assertEquals(2, grids[0], "both directions in one launch, forward and backward");
            assertEquals(refused, Stream.of("forward", "backward")
                    .filter(pass -> launched(emulator).contains(cell.name().toLowerCase(Locale.ROOT) + "_" + pass))
                    .collect(Collectors.joining(" ")));
        }
        emulator.close();
    }

    /** What does not fit runs step by step, and says why. */
    @Test
    void fallsBackToStepsAndSaysWhy() {
        RnnConfig large = RnnConfig.lstm(2, 250).build();
        RnnConfig other = RnnConfig.of(CellType.RNN_TANH, 2, 5).build();
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(2));
        List<String> explanations = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            try (CudaEngine engine = CudaEngine.on(device, strategy)) {
                for (RnnConfig config : List.of(large, other)) {
                    try (CudaPlan plan = engine.plan(config, Shape.of(1, 1), Mode.INFERENCE);
                            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1))) {
                        plan.forward(weights, new float[2], null, null, new float[config.hiddenSize()], null);
                        explanations.add(plan.strategy());
                    }
                }
            }
        }
        device.close();
        assertEquals(List.of(
                "forward: strategy D, not A: does not fit: 1050412 bytes needed in a block, 166912 there",
                "forward: strategy A, 1 x 1 blocks of 5 units, tiles of 1 rows, 64 threads, "
                        + SequenceKernel.RNN_FORWARD.sharedBytes(5, 1, 5, 1) + " bytes of shared memory, as asked",
                "forward: strategy D, not B: sm_80 has no clusters",
                "forward: strategy D, not B: a plain RNN: only on A, D",
                "forward: strategy D, not C: does not fit: 533532 bytes needed in each of 2 blocks, 166912 there",
                "forward: strategy D, not C: a plain RNN: only on A, D",
                "forward: strategy D, as asked", "forward: strategy D, as asked"), explanations);
    }

    /** A cluster is there at once. */
    @Test
    void aClusterNeedsRoom() {
        EmulatorDevice device = new EmulatorDevice(options(Strategy.B).multiprocessors(1));
        RnnConfig config = RnnConfig.lstm(3, 18).build();
        try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(Strategy.B));
                CudaPlan plan = engine.plan(config, Shape.of(4, 18), Mode.TRAINING)) {
            String reason = ": strategy D, not B: no cluster of 8 blocks fits into 1 multiprocessors";
            assertEquals("forward" + reason + "\nbackward" + reason, plan.strategy());
        }
    }

    /** Each block is there at once, whatever the batch, and has at most one multiprocessor's memory. */
    @Test
    void divisionsFit() {
        for (int multiprocessors : new int[] {1, 2, 16, 114, 132}) {
            EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(multiprocessors));
            for (SequenceKernel kernel : SequenceKernel.values()) {
                for (int hidden : new int[] {1, 3, 32, 100, 257, 512, 1024, 3000}) {
                    for (int batch : new int[] {1, 3, 8, 64, 1000}) {
                        Candidate candidate = grid(kernel, device, hidden, batch);
                        if (candidate.runs()) {
                            Tiles tiles = candidate.plan().tiles();
                            Partition p = Partition.of(kernel, hidden, batch, tiles.chunk(), tiles.units(), tiles.groups());
                            assertEquals(p.sharedBytes(), tiles.sharedBytes());
                            assertEquals(p.parts() + " " + p.groups(), tiles.blocksPerGroup() + " " + tiles.groups());
                            assertTrue(p.parts() * p.groups() <= multiprocessors, p::toString);
                            assertTrue(p.parts() * p.units() >= hidden && (p.parts() - 1) * p.units() < hidden, p::toString);
                            assertTrue(IntStream.rangeClosed(1, batch).allMatch(b -> kernel.sharedBytes(hidden, p.rows(), p.units(),
                                    SequenceKernel.ceil(p.tiles(b), p.groups(b))) <= p.sharedBytes()), p::toString);
                            assertEquals(Optional.empty(), p.obstacle(device, kernel.load(device, p.rows())));
                        }
                    }
                }
            }
            device.close();
        }
    }

    /** What the planner says of C. */
    private static Candidate grid(SequenceKernel kernel, Device device, int hidden, int batch) {
        Problem problem = new Problem(RnnConfig.of(kernel.cell(), 1, hidden).build(), 10, batch, Mode.TRAINING, Precision.FP32);
        return CudaEngine.explain(problem, Gpu.of(device.name(), device.properties())).of(kernel.phase()).of(Strategy.C);
    }
}
