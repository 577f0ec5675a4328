package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Direction;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Graph;
import dev.gateloom.device.Launch;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.KernelCounters;
import dev.gateloom.spi.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a call is captured, when its graph runs again, and that no bit shows it. */
class GraphsTest {
    private static final RnnConfig CONFIG = RnnConfig.lstm(3, 5).layers(2).build();

    static Stream<Arguments> stacks() {
        return Stream.of(
                Arguments.of(RnnConfig.lstm(3, 5).layers(3).dropout(0.3f).build(), Precision.FP32, Strategy.D),
                Arguments.of(RnnConfig.gru(3, 5).layers(3).direction(Direction.BACKWARD).batchFirst(true).build(), Precision.FP32, Strategy.D),
                Arguments.of(RnnConfig.gru(3, 5).layers(2).bidirectional(true).dropout(0.3f).build(), Precision.FP32, Strategy.D),
                Arguments.of(RnnConfig.of(CellType.RNN_TANH, 3, 5).layers(2).build(), Precision.BF16, Strategy.D),
                Arguments.of(RnnConfig.lstm(3, 5).layers(2).build(), Precision.FP16, Strategy.D),
                Arguments.of(RnnConfig.lstm(3, 5).layers(2).bidirectional(true).build(), Precision.FP16, Strategy.D),
                Arguments.of(RnnConfig.lstm(3, 5).layers(2).layerNorm(LayerNorm.STANDARD).recurrentDropout(0.2f).dropConnect(0.2f)
                        .build(), Precision.BF16, Strategy.D),
                Arguments.of(RnnConfig.lstm(3, 5).layers(2).bidirectional(true).build(), Precision.FP32, Strategy.A),
                Arguments.of(RnnConfig.of(CellType.RNN_TANH, 3, 5).layers(2).bidirectional(true).build(), Precision.BF16, Strategy.A),
                Arguments.of(RnnConfig.gru(3, 13).layers(2).dropout(0.3f).build(), Precision.FP32, Strategy.B));
    }

    /** Calls of two kinds, and the first one again: a replay. Ragged, and with other values each time. */
    @ParameterizedTest
    @MethodSource("stacks")
    void sameBitsWithAndWithout(RnnConfig config, Precision precision, Strategy strategy) {
        List<float[]> with = training(config, precision, strategy, true);
        List<float[]> without = training(config, precision, strategy, false);
        for (int n = 0; n < with.size(); n++) {
            assertArrayEquals(without.get(n), with.get(n), "result " + n);
        }
    }

    private static List<float[]> training(RnnConfig config, Precision precision, Strategy strategy, boolean inGraphs) {
        List<float[]> results = new ArrayList<>();
        Random random = new Random(7);
        try (Device device = new EmulatorDevice(EmulatorOptions.defaults().architecture(90).multiprocessors(16));
                CudaEngine engine = CudaEngine.on(device, strategy, precision).inGraphs(inGraphs);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                RnnWeights gradients = RnnWeights.zeros(config);
                CudaPlan plan = engine.plan(config, Shape.of(9, 3), Mode.TRAINING);
                CudaPlan inference = engine.plan(config, Shape.of(9, 3), Mode.INFERENCE)) {
            for (int steps : new int[] {9, 2, 9}) {
                float[] x = floats(random, steps * 3 * 3);
                float[] y = new float[steps * 3 * config.hiddenSize() * config.numDirections()];
                float[] served = y.clone();
                float[] dx = new float[x.length];
                int[] lengths = {steps, random.nextInt(steps + 1), 0};
                RnnState last = RnnState.zeros(config, 3);
                plan.shape(steps, 3).forward(weights, x, null, lengths, y, last);
                plan.backward(weights, floats(random, y.length), null, dx, null, gradients);
                inference.shape(steps, 3).forward(weights, x, null, lengths, served, null);
                results.addAll(List.of(y, dx, served, last.h(), gradients.data().clone()));
            }
            assertEquals(inGraphs ? 4 : 0, plan.graphs(), "two passes of two shapes");
            assertTrue(plan.strategy().lines().allMatch(line -> line.contains(": strategy " + strategy + ", ")), plan::strategy);
        }
        return results;
    }

    /** Other tensors, at other places, run the same graph; an absent one or other weights do not. */
    @Test
    void graphsOutliveTheCallersTensors() {
        try (Device device = Emulator.open(); CudaEngine engine = CudaEngine.on(device, Strategy.D);
                Workspace workspace = new Workspace(device);
                RnnWeights weights = RnnWeights.init(CONFIG, Initializer.pytorch(1))) {
            Caller caller = new Caller(workspace);
            CudaPlan plan = engine.plan(CONFIG, Shape.of(4, 2), Mode.INFERENCE, caller.stream.handle());
            DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, caller.of(weights.data()));
            for (int n = 0; n < 3; n++) {
                float[] x = floats(new Random(n), 4 * 2 * 3);
                long y = caller.of(new float[4 * 2 * 5]);
                plan.forward(call.set(Tensor.X, caller.of(x)).set(Tensor.Y, y));
                float[] expected = new float[4 * 2 * 5];
                try (RnnPlan host = engine.plan(CONFIG, Shape.of(4, 2), Mode.INFERENCE)) {
                    host.forward(weights, x, null, null, expected, null);
                }
                assertArrayEquals(expected, caller.read(y, expected.length));
                assertEquals(1, plan.graphs());
            }
            plan.forward(call.set(Tensor.Y, 0));
            assertEquals(2, plan.graphs());
            plan.forward(call.set(Tensor.WEIGHTS, caller.of(new float[weights.data().length])));
            assertEquals(3, plan.graphs());
            caller.stream.beginCapture();
            plan.forward(call.set(Tensor.H0, caller.place(2 * 2 * 5)));
            caller.stream.endCapture().close();
            assertEquals(3, plan.graphs(), "the caller's capture is enough");
            plan.close();
        }
    }

    /** Ever new shapes do not fill the device, and what was freed is captured again. */
    @Test
    void graphsAreBounded() {
        try (Device device = Emulator.open(); CudaEngine engine = CudaEngine.on(device, Strategy.D); CudaEngine plain = CudaEngine.on(device, Strategy.D);
                RnnWeights weights = RnnWeights.init(CONFIG, Initializer.pytorch(1));
                CudaPlan plan = engine.plan(CONFIG, Shape.of(18, 1), Mode.INFERENCE);
                CudaPlan other = plain.inGraphs(false).plan(CONFIG, Shape.of(18, 1), Mode.INFERENCE)) {
            for (int n = 0; n < 20; n++) {
                int steps = 1 + n % 18;
                float[] x = floats(new Random(n), steps * 3);
                float[] y = new float[steps * 5];
                float[] expected = new float[steps * 5];
                plan.shape(steps, 1).forward(weights, x, null, null, y, null);
                other.shape(steps, 1).forward(weights, x, null, null, expected, null);
                assertArrayEquals(expected, y);
                assertEquals(Math.min(n + 1, Graphs.MOST_STEPS / Graphs.LEAST_STEPS), plan.graphs());
                assertEquals(plan.graphs(), device.live().stream().filter(line -> line.contains("graph")).count());
            }
        }
    }

    /** Two long ones do not fit together, and one that is too long is not captured. */
    @Test
    void longCallsTakeMoreRoom() {
        int most = Graphs.MOST_STEPS / 2;       // two layers
        try (CudaEngine engine = CudaEngine.on(ModelDevice.idle(), Strategy.D);
                RnnWeights weights = RnnWeights.init(CONFIG, Initializer.pytorch(1));
                CudaPlan plan = engine.plan(CONFIG, Shape.of(most + 1, 1), Mode.INFERENCE)) {
            int[] steps = {1, most / 2, 1, most / 2 + 1, most / 2 - 1, most, most + 1};
            int[] kept = {1, 2, 2, 2, 2, 1, 1};
            for (int n = 0; n < steps.length; n++) {
                plan.shape(steps[n], 1).forward(weights, new float[steps[n] * 3], null, null, new float[steps[n] * 5], null);
                assertEquals(kept[n], plan.graphs(), "after " + steps[n] + " steps");
            }
        }
    }

    @Test
    void aDeviceMayRefuse() {
        float[] x = floats(new Random(1), 2 * 3);
        float[] y = new float[2 * 5];
        try (CudaEngine engine = CudaEngine.on(new ModelDevice(), Strategy.D); RnnWeights weights = RnnWeights.init(CONFIG, Initializer.pytorch(1));
                CudaPlan plan = engine.plan(CONFIG, Shape.of(2, 1), Mode.INFERENCE)) {
            assertEquals("forward: strategy D, as asked", plan.strategy());
            plan.forward(weights, x, null, null, y, null);
            String refusal = "forward: strategy D, as asked\nthe device refused to capture a graph: "
                    + "cuEventCreate: CUDA_ERROR_NOT_SUPPORTED (801)";
            assertTrue(plan.strategy().startsWith(refusal), plan::strategy);
            assertEquals(0, plan.graphs());
        }
    }

    /** What fails for another reason says so, leaves nothing behind, and the next call is captured. */
    @Test
    void aFailureIsNoRefusal() {
        boolean[] fails = {true};
        boolean[] capturing = {false};
        EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults());
        Device device = HookedDevice.of(emulator, (call, arguments, behind) -> {
            capturing[0] |= call.equals("beginCapture");
            if (fails[0] && capturing[0] && call.equals("launch")) {
                throw new DeviceException("cuLaunchKernel", 701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "while captured");
            }
            return behind.get();
        });
        float[] x = floats(new Random(1), 2 * 3);
        float[] y = new float[2 * 5];
        try (CudaEngine engine = CudaEngine.on(device, Strategy.D); RnnWeights weights = RnnWeights.init(CONFIG, Initializer.pytorch(1))) {
            CudaPlan plan = engine.plan(CONFIG, Shape.of(2, 1), Mode.INFERENCE);
            assertEquals(701, assertThrows(DeviceException.class, () -> plan.forward(weights, x, null, null, y, null)).code());
            fails[0] = false;
            plan.forward(weights, x, null, null, y, null);
            assertEquals("forward: strategy D, as asked", plan.strategy());
            assertEquals(1, plan.graphs());
            plan.close();
        }
        assertEquals(List.of(), emulator.live());
        emulator.close();
    }

    /** Whichever launch of a capture is refused, nothing is left of it, and plain launches give the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceMayRefuseAnyLaunch(boolean bidirectional) {
        RnnConfig config = RnnConfig.lstm(3, 5).layers(2).bidirectional(bidirectional).build();
        float[] expected = null;
        boolean refuses = true;
        for (int refused = 0; refuses; refused += 4) {
            int[] left = {refused};                         // at first nothing is captured
            boolean[] capturing = {false};
            EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults());
            Device device = HookedDevice.of(emulator, (call, arguments, behind) -> {
                capturing[0] |= call.equals("beginCapture");
                if (capturing[0] && call.equals("launch") && --left[0] == 0) {
                    throw new DeviceException("cuLaunchKernel", 801, "CUDA_ERROR_NOT_SUPPORTED", "while captured");
                }
                Object result = behind.get();
                capturing[0] &= !call.equals("endCapture");
                return result;
            });
            float[] y = new float[2 * 5 * config.numDirections()];
            try (CudaEngine engine = CudaEngine.on(device, Strategy.D).inGraphs(refused > 0);
                    RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1))) {
                CudaPlan plan = engine.plan(config, Shape.of(2, 1), Mode.TRAINING);
                plan.forward(weights, floats(new Random(1), 2 * 3), null, null, y, null);
                refuses = refused == 0 || left[0] <= 0;
                assertEquals(refused > 0 && refuses, plan.strategy().contains("refused to capture"), plan::strategy);
                plan.close();
            }
            assertEquals(List.of(), emulator.live());
            emulator.close();
            expected = refused == 0 ? y : expected;
            assertArrayEquals(expected, y);
        }
    }

    /** A device without room for a cluster may say so only when the graph is launched: the steps run instead. */
    @Test
    void aDeviceMayRefuseTheGraph() {
        RnnConfig config = RnnConfig.gru(3, 13).build();
        float[] x = floats(new Random(1), 2 * 3);
        List<float[]> results = new ArrayList<>();
        for (boolean refuses : new boolean[] {false, true}) {
            EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults().architecture(90).multiprocessors(16));
            Device device = HookedDevice.of(emulator, (call, arguments, behind) -> {
                if (refuses && call.equals("launch") && Stream.of(arguments).anyMatch(a -> a instanceof Graph
                        || a instanceof Launch && ((Launch) a).gridX() == ClusterSequence.BLOCKS)) {
                    throw new DeviceException("cuGraphLaunch", 912, "CUDA_ERROR_INVALID_CLUSTER_SIZE", "");
                }
                return behind.get();
            });
            float[] y = new float[2 * 13];
            try (CudaEngine engine = CudaEngine.on(device, Strategy.B);
                    RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                    CudaPlan plan = engine.plan(config, Shape.of(2, 1), Mode.INFERENCE)) {
                plan.forward(weights, x, null, null, y, null);
                assertEquals(refuses, plan.strategy().contains("refused to run a graph"), plan::strategy);
            }
            results.add(y);
            emulator.close();
        }
        assertArrayEquals(results.get(0), results.get(1), 1e-6f);
    }

    /** One step of all layers: its parameters, and the graph. */
    @ParameterizedTest
    @EnumSource(value = Strategy.class, names = {"A", "D"})
    void aStepIsOneLaunchBesideItsParameters(Strategy strategy) {
        List<String> calls = new ArrayList<>();
        Device device = HookedDevice.of(ModelDevice.idle(), (call, arguments, behind) -> {
            calls.add(call);
            return behind.get();
        });
        try (CudaEngine engine = CudaEngine.on(device, strategy);
                CudaPlan plan = engine.plan(RnnConfig.lstm(3, 5).layers(4).build(), Shape.of(1, 2), Mode.INFERENCE)) {
            DeviceCall call = new DeviceCall();
            for (Tensor tensor : List.of(Tensor.WEIGHTS, Tensor.X, Tensor.H0, Tensor.C0, Tensor.Y, Tensor.HN, Tensor.CN)) {
                call.set(tensor, 4096L * (1 + tensor.ordinal()));
            }
            plan.forward(call);
            assertTrue(plan.strategy().startsWith("forward: strategy " + strategy), plan::strategy);
            calls.clear();
            plan.forward(call.set(Tensor.X, 1L << 20).set(Tensor.Y, 1L << 21));
            assertEquals(List.of("isCapturing", "launch", "launch"), calls);
        }
    }

    /** Blocks that wait for each other are in no graph; a single step of the same plan is, as on D. */
    @ParameterizedTest
    @CsvSource({"LSTM, false", "GRU, true"})
    void aStepOfAGridIsAGraphToo(CellType cell, boolean bidirectional) {
        RnnConfig config = RnnConfig.of(cell, 3, 14).layers(2).bidirectional(bidirectional).build();
        float[] x = new float[18 * 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        float[] expected = new float[18 * 14 * config.numDirections()];
        EmulatorDevice device = new EmulatorDevice(EmulatorOptions.defaults().multiprocessors(16));
        try (RnnEngine reference = Engines.get("reference");
                CudaEngine engine = CudaEngine.owning(device, SequenceOptions.of(Strategy.C).tiles(8, 4, 2));
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                RnnPlan exact = reference.plan(config, Shape.of(1, 18), Mode.INFERENCE);
                CudaPlan plan = engine.plan(config, Shape.of(5, 18), Mode.INFERENCE)) {
            plan.forward(weights, new float[5 * x.length], null, null, new float[5 * expected.length], null);
            assertTrue(plan.strategy().startsWith("forward: strategy C"), plan::strategy);
            assertEquals(0, plan.graphs());
            long grids = grids(device);
            assertTrue(grids > 0);
            exact.forward(weights, x, null, null, expected, null);
            plan.shape(1, 18);
            for (int call = 0; call < 2; call++) {
                float[] y = new float[expected.length];
                plan.forward(weights, x, null, null, y, null);
                assertArrayEquals(expected, y, 1e-6f);
            }
            assertEquals(grids, grids(device));
            assertEquals(1, plan.graphs());
        }
    }

    /** Launches of blocks that wait. */
    private static long grids(EmulatorDevice device) {
        return device.counters().stream().filter(c -> c.launch().cooperative()).mapToLong(KernelCounters::launches).sum();
    }

    /** Who keeps tensors on the device. */
    private static final class Caller {
        private final Workspace workspace;
        private final dev.gateloom.device.Stream stream;
        private final Staging staging;

        Caller(Workspace workspace) {
            this.workspace = workspace;
            stream = workspace.stream();
            staging = new Staging(workspace, stream, 1 << 12);
        }

        long place(int words) {
            return workspace.words(words, "the caller's");
        }

        long of(float[] values) {
            long address = place(values.length);
            staging.upload(values, values.length, address);
            return address;
        }

        float[] read(long address, int words) {
            float[] values = new float[words];
            Operand operand = new Operand();
            operand.set(values);
            staging.download(address, operand, words);
            staging.flush();
            return values;
        }
    }

    private static float[] floats(Random random, int size) {
        float[] values = new float[size];
        IntStream.range(0, size).forEach(i -> values[i] = 2 * random.nextFloat() - 1);
        return values;
    }
}
