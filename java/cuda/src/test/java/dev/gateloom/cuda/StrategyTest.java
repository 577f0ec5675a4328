package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Graph;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import dev.gateloom.ptx.mutation.Mutant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What strategies A, B and C are for, and what they do where they cannot. Their results in general are the suite's matter. */
class StrategyTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final long SCHEDULES = EXHAUSTIVE ? 20 : 2;
    private static final int[] MULTIPROCESSORS = EXHAUSTIVE ? new int[] {1, 2, 16, 114, 132} : new int[] {1, 16, 132};
    private static final EmulatorOptions SIXTEEN = EmulatorOptions.defaults().multiprocessors(16);

    /** Everything that a training step gives, one after the other. */
    static float[] train(RnnEngine engine, RnnConfig config, int steps, int batch, boolean ragged) {
        int width = config.numDirections() * config.hiddenSize();
        Random random = new Random(7);
        float[] x = floats(random, steps * batch * config.inputSize());
        float[] dy = floats(random, steps * batch * width);
        float[] y = new float[dy.length];
        float[] dx = new float[x.length];
        int[] lengths = random.ints(batch, 0, steps + 1).toArray();
        try (RnnPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                RnnWeights gradients = RnnWeights.zeros(config)) {
            RnnState initial = state(random, config, batch);
            RnnState last = RnnState.zeros(config, batch);
            RnnState dLast = state(random, config, batch);
            RnnState dInitial = RnnState.zeros(config, batch);
            plan.forward(weights, x, initial, ragged ? lengths : null, y, last);
            plan.backward(weights, dy, dLast, dx, dInitial, gradients);
            return concatenated(y, dx, gradients.data(), last.h(), dInitial.h());
        }
    }

    private static RnnState state(Random random, RnnConfig config, int batch) {
        RnnState state = RnnState.zeros(config, batch);
        float[] h = state.h();
        for (int i = 0; i < h.length; i++) {
            h[i] = 2 * random.nextFloat() - 1;
        }
        return state;
    }

    private static float[] floats(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static float[] concatenated(float[]... parts) {
        float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    static List<String> launched(EmulatorDevice device) {
        return device.counters().stream().map(KernelCounters::kernel).distinct().toList();
    }

    static Stream<Arguments> cellsAndStrategies() {
        return Stream.of(CellType.LSTM, CellType.GRU).flatMap(cell -> Stream.of(Strategy.A, Strategy.B, Strategy.C)
                .map(strategy -> Arguments.of(cell, strategy)));
    }

    /** Clusters need another architecture than the other tests have. */
    static EmulatorOptions options(Strategy strategy) {
        return strategy == Strategy.B ? SIXTEEN.architecture(90) : SIXTEEN;
    }

    /** One multiprocessor holds all; of many, each has a block. */
    @ParameterizedTest
    @MethodSource("cellsAndStrategies")
    void anyNumberOfMultiprocessors(CellType cell, Strategy strategy) {
        RnnConfig config = RnnConfig.of(cell, 3, 18).bidirectional(true).layers(2).build();
        float[] expected;
        try (CudaEngine steps = CudaEngine.owning(Emulator.open())) {
            expected = train(steps, config, 4, 18, true);
        }
        for (int multiprocessors : strategy == Strategy.B ? new int[] {16} : MULTIPROCESSORS) {
            EmulatorDevice device = new EmulatorDevice(options(strategy).multiprocessors(multiprocessors));
            try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(strategy))) {
                float[] actual = train(engine, config, 4, 18, true);
                assertArrayEquals(expected, actual, 2e-5f, () -> multiprocessors + " multiprocessors");
                assertFalse(launched(device).stream().anyMatch(name -> name.endsWith("m_forward") || name.endsWith("m_backward")
                        || name.equals("gru_forward") || name.equals("gru_backward")), () -> launched(device).toString());
            }
        }
    }

    /** No schedule changes a bit, nor does a second run; nor, forward, how the layer is divided. */
    @ParameterizedTest
    @MethodSource("cellsAndStrategies")
    void everyScheduleGivesTheSameBits(CellType cell, Strategy strategy) {
        RnnConfig config = RnnConfig.of(cell, 3, 14).build();
        float[] first = null;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            try (CudaEngine engine = CudaEngine.owning(new EmulatorDevice(options(strategy).seed(seed).quantum(seed % 2 == 0 ? 8 : 64)),
                    SequenceOptions.of(strategy))) {
                for (int n = 0; n < 2; n++) {
                    float[] result = train(engine, config, 6, 9, true);
                    first = first == null ? result : first;
                    assertArrayEquals(first, result, "schedule " + seed);
                }
            }
        }
    }

    /**
     * At least 4 blocks in each of 2 groups, 100 steps: W_hh comes once, the exchange reads what it must, and all else comes
     * and goes once.
     */
    @ParameterizedTest
    @EnumSource(value = CellType.class, names = {"LSTM", "GRU"})
    void memoryIsReadOnce(CellType cell) {
        int t = 100;
        int b = 16;
        int h = 32;
        int gates = cell.gates();
        RnnConfig config = RnnConfig.of(cell, 4, h).build();
        EmulatorDevice device = new EmulatorDevice(SIXTEEN.checkRaces(false));
        device.countDistinct();
        try (CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(Strategy.C).tiles(8, 8, 2))) {
            train(engine, config, t, b, false);
        }
        long states = (long) t * b * h * Float.BYTES;
        KernelCounters forward = counters(device, "_sequence_forward_8");
        KernelCounters backward = counters(device, "_sequence_backward_8");
        for (KernelCounters pass : List.of(forward, backward)) {
            assertEquals(8, pass.launch().gridX(), "4 blocks in each of 2 groups");
            long parameters = pass.traffic("weights of " + config).read();
            long weights = 2L * gates * h * h * Float.BYTES;                         // once for each group
            assertTrue(parameters >= weights && parameters <= 1.05 * weights, () -> "W_hh: " + parameters + " of " + weights);
            assertTrue(pass.sharedConflicts() <= 0.1 * pass.sharedPasses(),
                    () -> pass.sharedConflicts() + " conflicts in " + pass.sharedPasses() + " passes");
        }
        once("gates", gates * states, forward.traffic("gates [T, B, G·H]").read());
        once("kept gates", gates * states, forward.traffic("gates [T, B, G·H]").written());
        // 4 blocks gather the h of their group's rows, the first time from the initial state; each block also takes its own part of that.
        once("h gathered", 4 * states, forward.traffic("h [T+1, B, R]").read());
        once("h", states, forward.traffic("h [T+1, B, R]").written());
        once("y", states, forward.traffic("output of a layer [T, B, D·R]").written());
        once("dy", states, backward.traffic("gradient of rows").read());
        if (cell == CellType.LSTM) {
            once("c", states, forward.traffic("c [T+1, B, H]").written());
            assertTrue(forward.traffic("c [T+1, B, H]").read() <= 0.1 * states);
            once("c back", states, backward.traffic("c [T+1, B, H]").read());
            once("gates and gathered dz", (1 + 4) * gates * states, backward.traffic("gates [T, B, G·H]").read());
            once("dz", gates * states, backward.traffic("gates [T, B, G·H]").written());
        } else {
            once("s_n", states, forward.traffic("W_hh h [T, B, 3H]").written());
            once("gates back", gates * states, backward.traffic("gates [T, B, G·H]").read());
            once("s_n and gathered gradients", (1 + 4 * gates) * states, backward.traffic("W_hh h [T, B, 3H]").read());
            once("gradients", gates * states, backward.traffic("W_hh h [T, B, 3H]").written());
            once("h back", states, backward.traffic("h [T+1, B, R]").read());
        }
    }

    static void once(String what, long expected, long actual) {
        assertTrue(actual >= expected && actual <= 1.1 * expected, () -> what + ": " + actual + " of " + expected + " bytes");
    }

    static KernelCounters counters(EmulatorDevice device, String suffix) {
        List<KernelCounters> found = device.counters().stream().filter(c -> c.kernel().endsWith(suffix)).toList();
        assertEquals(1, found.size(), suffix);
        assertEquals(1, found.get(0).launches());
        return found.get(0);
    }

    /** Blocks that no peer will ever tell anything give up; the plan says so and works again afterwards. */
    @ParameterizedTest
    @EnumSource(value = CellType.class, names = {"LSTM", "GRU"})
    void aWaitInVainEndsInAnException(CellType cell) {
        String name = (cell == CellType.LSTM ? "lstm" : "gru") + "_sequence_forward";
        String ptx = new String(Kernels.program(name).ptx(SIXTEEN.architecture()), StandardCharsets.UTF_8);
        String arrival = "red.release.gpu.global.add.u32";
        assertTrue(ptx.contains(arrival));
        Mutant silent = new Mutant(name + "_8", "", "", ptx.replaceAll(arrival + "[^;]*;", ""));
        MutantDevice device = new MutantDevice(SIXTEEN.checkInitialised(false), name, silent);    // results that nobody wrote
        RnnConfig config = RnnConfig.of(cell, 3, 14).build();
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        try (CudaEngine engine = CudaEngine.on(device, SequenceOptions.of(Strategy.C).polls(500));
                CudaPlan plan = engine.plan(config, Shape.of(4, 9), Mode.TRAINING)) {
            float[] x = new float[4 * 9 * 3];
            float[] y = new float[4 * 9 * 14];
            for (int n = 0; n < 2; n++) {
                DeviceException e = assertThrows(DeviceException.class, () -> plan.forward(weights, x, null, null, y, null));
                assertEquals(702, e.code(), e::getMessage);
                assertTrue(e.getMessage().contains("invalid"), e.getMessage());
            }
            plan.forward(weights, x, null, new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, y, null);        // nobody waits
        } finally {
            weights.close();
            device.close();
        }
    }

    /** With device memory it is the next wait that tells. */
    @Test
    void aWaitInVainIsToldByTheNextWait() {
        EmulatorDevice device = new EmulatorDevice(SIXTEEN.checkInitialised(false));
        RnnConfig config = RnnConfig.lstm(3, 14).build();
        try (CudaEngine engine = CudaEngine.on(device, SequenceOptions.of(Strategy.C).polls(1));
                Workspace workspace = new Workspace(device)) {
            CudaPlan plan = engine.plan(config, Shape.of(20, 9), Mode.INFERENCE);
            DeviceCall call = new DeviceCall();
            int words = RnnWeights.zeros(config).data().length;
            call.set(Tensor.WEIGHTS, filled(workspace, device, words)).set(Tensor.X, filled(workspace, device, 20 * 9 * 3))
                    .set(Tensor.Y, filled(workspace, device, 20 * 9 * 14));
            plan.forward(call);
            assertEquals(702, assertThrows(DeviceException.class, plan::synchronize).code());
            plan.synchronize();
            plan.forward(call);
            assertEquals(702, assertThrows(DeviceException.class, plan::close).code());
        }
        assertEquals(List.of(), device.live());
        device.close();
    }

    /** A replay runs no code of ours on the host: what it leaves in the status is there at each wait. */
    @Test
    void aReplayInVainIsToldEachTime() {
        EmulatorDevice device = new EmulatorDevice(SIXTEEN.checkInitialised(false));
        RnnConfig config = RnnConfig.lstm(3, 14).build();
        try (CudaEngine engine = CudaEngine.on(device, SequenceOptions.of(Strategy.C).polls(1));
                Workspace workspace = new Workspace(device); dev.gateloom.device.Stream stream = device.stream();
                CudaPlan plan = engine.plan(config, Shape.of(20, 9), Mode.INFERENCE, stream.handle())) {
            int words = RnnWeights.zeros(config).data().length;
            DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, filled(workspace, device, words))
                    .set(Tensor.X, filled(workspace, device, 20 * 9 * 3)).set(Tensor.Y, filled(workspace, device, 20 * 9 * 14));
            plan.synchronize();
            stream.beginCapture();
            plan.forward(call);
            try (Graph graph = stream.endCapture()) {
                plan.synchronize();                         // nothing has run yet
                for (int n = 0; n < 2; n++) {
                    stream.launch(graph);
                    assertEquals(702, assertThrows(DeviceException.class, plan::synchronize).code());
                    plan.synchronize();
                }
            }
        }
        device.close();
    }

    private static long filled(Workspace workspace, Device device, int words) {
        long address = workspace.words(words, "test");
        try (dev.gateloom.device.Stream stream = device.stream()) {
            stream.fill(address, 0, words);
            stream.synchronize();
        }
        return address;
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
                "lstm_sequence_forward: strategy D, because a block needs 1050412 bytes of shared memory, the device has 166912",
                "strategy D: no sequence kernel for such a stack",
                "lstm_sequence_forward: strategy D, because the device has no clusters of blocks, "
                        + "as those of compute capability 9.0 or later have",
                "strategy D: no sequence kernel for such a stack",
                "lstm_sequence_forward: strategy D, because a block needs 533532 bytes of shared memory, the device has 166912",
                "strategy D: no sequence kernel for such a stack", "strategy D", "strategy D"), explanations);
    }

    /** Each block is there at once, whatever the batch, and has at most one multiprocessor's memory. */
    @Test
    void divisionsFit() {
        for (int multiprocessors : new int[] {1, 2, 16, 114, 132}) {
            EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(multiprocessors));
            for (SequenceKernel kernel : SequenceKernel.values()) {
                for (int hidden : new int[] {1, 3, 32, 100, 257, 512, 1024, 3000}) {
                    for (int batch : new int[] {1, 3, 8, 64, 1000}) {
                        SequenceChoice choice = SequenceChoice.of(device, kernel, SequenceOptions.of(Strategy.C), hidden, batch);
                        if (choice.kernel() != null) {
                            Partition p = choice.partition();
                            assertTrue(p.parts() * p.groups() <= multiprocessors, p::toString);
                            assertTrue(p.parts() * p.units() >= hidden && (p.parts() - 1) * p.units() < hidden, p::toString);
                            assertTrue(IntStream.rangeClosed(1, batch).allMatch(b -> kernel.sharedBytes(hidden, p.rows(), p.units(),
                                    SequenceKernel.ceil(p.tiles(b), p.groups(b))) <= p.sharedBytes()), p::toString);
                        }
                    }
                }
            }
            device.close();
        }
    }
}
