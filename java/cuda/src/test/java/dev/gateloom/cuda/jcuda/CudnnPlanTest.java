package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.CudaPlan;
import dev.gateloom.cuda.DeviceCall;
import dev.gateloom.cuda.DevicePlan;
import dev.gateloom.cuda.Tensor;
import dev.gateloom.cuda.model.Digits;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;
import dev.gateloom.cudnn.CudnnPlan;
import dev.gateloom.cudnn.CudnnProvider;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.reference.ReferenceEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import jcuda.jcudnn.JCudnn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the suite does not ask of the engine: its algorithms and precisions, device memory, refusals and failures. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CudnnPlanTest {
    private static final RnnConfig CONFIG = RnnConfig.lstm(3, 5).layers(2).bidirectional(true).build();
    private static final int STEPS = 4;
    private static final int BATCH = 3;
    private static final int[] LENGTHS = {2, 0, 4};
    private static final int REFUSED = 3000;

    private FakeDriver driver;
    private JcudaDevice device;

    @BeforeEach
    void open() {
        FakeLibrary.install();
        driver = new FakeDriver(EmulatorOptions.defaults(), Kernels.names().stream().map(Kernels::program).toList());
        device = JcudaDevice.open(0);
    }

    @AfterEach
    void nothingIsLeft() {
        if (device != null) {                   // else there is no C compiler
            device.close();
            assertEquals(List.of(), driver.takeKernelFailures());
            assertEquals(List.of(), driver.takeRefusals());
            assertEquals(List.of(), driver.leftovers());
        }
    }

    /** Numbers for one training step. */
    private record Step(RnnConfig config, RnnWeights weights, int[] lengths, float[] x, RnnState initial, float[] dy, RnnState dFinal) {
        static Step of(RnnConfig config, int[] lengths) {
            return of(config, lengths, 5);
        }

        static Step of(RnnConfig config, int[] lengths, int seed) {
            Random random = new Random(seed);
            int width = config.numDirections() * config.outputSize();
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(seed));
            return new Step(config, weights, lengths, values(random, STEPS * BATCH * config.inputSize()), state(random, config),
                    values(random, STEPS * BATCH * width), state(random, config));
        }

        private static RnnState state(Random random, RnnConfig config) {
            RnnState state = RnnState.zeros(config, BATCH);
            System.arraycopy(values(random, state.h().length), 0, state.h(), 0, state.h().length);
            if (state.c() != null) {
                System.arraycopy(values(random, state.c().length), 0, state.c(), 0, state.c().length);
            }
            return state;
        }

        private static float[] values(Random random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return values;
        }

        /** Inputs, and results of a size. */
        Map<Tensor, float[]> tensors() {
            return Map.of(Tensor.X, x, Tensor.H0, initial.h(), Tensor.C0, initial.c(), Tensor.DY, dy, Tensor.DHN, dFinal.h(), Tensor.DCN,
                    dFinal.c(), Tensor.Y, new float[dy.length], Tensor.DX, new float[x.length]);
        }

        Map<String, float[]> run(RnnEngine engine) {
            Map<String, float[]> results = new LinkedHashMap<>();
            float[] y = new float[dy.length];
            float[] dx = new float[x.length];
            RnnState last = RnnState.zeros(config, BATCH);
            RnnState dInitial = RnnState.zeros(config, BATCH);
            RnnWeights gradients = RnnWeights.zeros(config);
            try (RnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
                plan.forward(weights, x, initial, lengths, y, last);
                plan.backward(weights, dy, dFinal, dx, dInitial, gradients);
            }
            results.put("y", y);
            results.put("hN", last.h());
            results.put("cN", last.c());
            results.put("dx", dx);
            results.put("dh0", dInitial.h());
            results.put("dc0", dInitial.c());
            results.put("gradients", gradients.data());
            results.values().removeIf(values -> values == null);
            return results;
        }
    }

    private CudnnEngine engine(CudnnAlgorithm algorithm, Precision precision) {
        return CudnnEngine.on(device, algorithm, precision);
    }

    private CudnnEngine engine() {
        return engine(CudnnAlgorithm.STANDARD, Precision.FP32);
    }

    private static void assertClose(Map<String, float[]> expected, Map<String, float[]> actual, double tolerance) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, values) -> {
            double error = 0;
            double norm = 0;
            for (int i = 0; i < values.length; i++) {
                error += Math.pow(values[i] - actual.get(name)[i], 2);
                norm += Math.pow(values[i], 2);
            }
            double relative = Math.sqrt(error / norm);
            assertTrue(relative <= tolerance, () -> name + " is off by " + relative);
        });
    }

    // ---- Algorithms and precisions

    @ParameterizedTest
    @EnumSource
    void everyAlgorithmTakesSequencesOfOneLength(CudnnAlgorithm algorithm) {
        for (boolean bias : new boolean[] {true, false}) {
            Step step = Step.of(CONFIG.toBuilder().bias(bias).build(), null);
            assertClose(step.run(new ReferenceEngine()), step.run(engine(algorithm, Precision.FP32)), 1e-5);
        }
        assertEquals(algorithm == CudnnAlgorithm.PERSIST_DYNAMIC ? 2 : 0, driver.count("cudnnBuildRNNDynamic"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STANDARD")
    void otherLengthsAreForTheStandardAlgorithm(CudnnAlgorithm algorithm) {
        String said = assertThrows(UnsupportedOperationException.class,
                () -> Step.of(CONFIG, LENGTHS).run(engine(algorithm, Precision.FP32))).getMessage();
        assertTrue(said.contains("lengths[0]") && said.contains(algorithm.name()) && said.contains("use STANDARD"), said);
        assertTrue(engine(algorithm, Precision.FP32).unsupported(RnnConfig.lstm(3, 5).projSize(2).build(), Mode.INFERENCE)
                .orElseThrow().contains("projection"));
    }

    /** Once: what was compiled for another size is kept, since a graph of the caller's may use it. */
    @Test
    void theDynamicAlgorithmIsBuiltForEachSizeOfABatch() {
        Step step = Step.of(CONFIG, null);
        CudnnEngine engine = engine(CudnnAlgorithm.PERSIST_DYNAMIC, Precision.FP32);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE, memory.stream.handle())) {
            DeviceCall call = memory.call(step);
            plan.forward(call);
            memory.stream.beginCapture();
            plan.forward(call);
            try (Graph graph = memory.stream.endCapture()) {
                for (int batch : new int[] {BATCH, 1, BATCH, 2}) {
                    plan.shape(2, batch).forward(step.weights, step.x, null, null, null, null);
                }
                memory.write(call.get(Tensor.Y), new float[step.dy.length]);
                memory.stream.launch(graph);
                assertArrayEquals(step.run(engine()).get("y"), memory.read(call.get(Tensor.Y), step.dy.length));
            }
            assertEquals(3, driver.count("cudnnBuildRNNDynamic"));
        }
    }

    /** Outputs, states and gradients have the digits of their format, and weights too. In tf32 only what is multiplied has fewer. */
    @ParameterizedTest
    @EnumSource(CellType.class)
    void everyPrecisionHasItsDigits(CellType cell) {
        for (int[] lengths : new int[][] {null, LENGTHS}) {
            Step step = Step.of(RnnConfig.of(cell, 3, 5).layers(3).dropout(0.3f).build(), lengths);
            Map<String, float[]> expected = step.run(new ReferenceEngine());
            assertClose(expected, step.run(engine(CudnnAlgorithm.STANDARD, Precision.FP16)), 2e-3);
            assertClose(expected, step.run(engine(CudnnAlgorithm.STANDARD, Precision.BF16)), 2e-2);
            Map<String, float[]> tf32 = step.run(engine(CudnnAlgorithm.STANDARD, Precision.TF32));
            assertClose(expected, tf32, 2e-3);
            Map<String, float[]> fp32 = step.run(engine());
            assertClose(expected, fp32, 1e-5);
            assertFalse(Arrays.equals(fp32.get("y"), tf32.get("y")), "in strict fp32 nothing may be rounded, and in tf32 it is here");
        }
    }

    // ---- Device memory

    /** In the caller's memory and on its stream, with lengths there; what is in the gradients is added to. */
    @Test
    void callsWithDeviceMemory() {
        for (int[] lengths : new int[][] {null, LENGTHS}) {
            Step step = Step.of(CONFIG, lengths);
            CudnnEngine engine = engine();
            Map<String, float[]> expected = step.run(engine);
            try (OnDevice memory = new OnDevice();
                    CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
                float[] ones = new float[step.weights.data().length];
                Arrays.fill(ones, 1);
                DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, memory.of(step.weights.data())).set(Tensor.X, memory.of(step.x))
                        .set(Tensor.H0, memory.of(step.initial.h())).set(Tensor.C0, memory.of(step.initial.c()))
                        .set(Tensor.Y, memory.of(new float[step.dy.length])).set(Tensor.HN, memory.of(new float[step.initial.h().length]))
                        .set(Tensor.DY, memory.of(step.dy)).set(Tensor.DHN, memory.of(step.dFinal.h()))
                        .set(Tensor.DCN, memory.of(step.dFinal.c())).set(Tensor.DX, memory.of(new float[step.x.length]))
                        .set(Tensor.DC0, memory.of(new float[step.initial.c().length])).set(Tensor.GRADIENTS, memory.of(ones));
                if (lengths != null) {
                    call.set(Tensor.LENGTHS, memory.ofInts(lengths));
                }
                assertEquals(memory.stream.handle(), plan.stream());
                for (int pass = 0; pass < 2; pass++) {
                    plan.forward(call);
                    plan.backward(call);
                }
                plan.synchronize();
                assertArrayEquals(expected.get("y"), memory.read(call.get(Tensor.Y), step.dy.length));
                assertArrayEquals(expected.get("hN"), memory.read(call.get(Tensor.HN), step.initial.h().length));
                assertArrayEquals(expected.get("dx"), memory.read(call.get(Tensor.DX), step.x.length));
                assertArrayEquals(expected.get("dc0"), memory.read(call.get(Tensor.DC0), step.initial.c().length));
                float[] sums = expected.get("gradients").clone();
                for (int i = 0; i < sums.length; i++) {
                    sums[i] = 1 + sums[i] + sums[i];
                }
                assertArrayEquals(sums, memory.read(call.get(Tensor.GRADIENTS), sums.length));
                assertThrows(IllegalStateException.class, () -> plan.backward(call));
            }
        }
    }

    @Test
    void lengthsOnTheDeviceAreChecked() {
        Step step = Step.of(CONFIG, null);
        try (OnDevice memory = new OnDevice(); CudnnPlan plan = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE)) {
            DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, memory.of(step.weights.data())).set(Tensor.X, memory.of(step.x))
                    .set(Tensor.LENGTHS, memory.of(new float[] {0, Float.intBitsToFloat(STEPS + 1), 0}));
            String said = assertThrows(IllegalArgumentException.class, () -> plan.forward(call)).getMessage();
            assertEquals("LENGTHS[1]: expected 0 to T = 4, got 5", said);
        }
    }

    /** Nothing is copied, filled in or converted beside cuDNN's own calls. */
    @Test
    void floatsInDeviceMemoryAreUsedWhereTheyAre() {
        Step step = Step.of(CONFIG, null);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step).set(Tensor.GRADIENTS, 0).weightsUnchanged(true)
                    .set(Tensor.LENGTHS, memory.ofInts(STEPS, STEPS, STEPS)).hostLengths(STEPS, STEPS, STEPS);
            plan.forward(call);
            plan.backward(call);
            long before = work();
            plan.forward(call);
            plan.backward(call);
            assertEquals(before, work());
            Map<String, float[]> expected = step.run(engine());
            assertArrayEquals(expected.get("y"), memory.read(call.get(Tensor.Y), expected.get("y").length));
            assertArrayEquals(expected.get("dx"), memory.read(call.get(Tensor.DX), expected.get("dx").length));
            before = work();
            plan.forward(call.set(Tensor.H0, 0));
            plan.backward(call.set(Tensor.DHN, 0));
            assertEquals(before, work(), "zeros are there already");
        }
    }

    /** Whatever they are a part of. */
    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16"})
    void tensorsMayBeginAnywhere(Precision precision) {
        Step step = Step.of(CONFIG, null);
        CudnnEngine engine = engine(CudnnAlgorithm.STANDARD, precision);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step).dataType(precision);
            step.tensors().forEach((tensor, values) -> {
                float[] words = precision == Precision.FP32 ? values : halves(values, Digits.BF16);
                float[] later = new float[1 + words.length];
                System.arraycopy(words, 0, later, 1, words.length);
                call.set(tensor, memory.of(later) + Float.BYTES);
            });
            plan.forward(call);
            plan.backward(call);
            Map<String, float[]> expected = step.run(engine);
            Map.of(Tensor.Y, "y", Tensor.DX, "dx").forEach((tensor, name) -> {
                int count = expected.get(name).length;
                float[] words = memory.read(call.get(tensor), precision == Precision.FP32 ? count : (count + 1) / 2);
                assertArrayEquals(expected.get(name), precision == Precision.FP32 ? words : floats(words, Digits.BF16, count), name);
            });
        }
    }

    /** Of the engine's, on the device. */
    private long work() {
        return driver.count("cuMemcpyDtoDAsync") + driver.count("cuMemsetD32Async") + driver.count("cuLaunchKernel");
    }

    /** Whatever the layout and the numbers: as with arrays of the host. */
    @ParameterizedTest
    @EnumSource
    void everyPrecisionTakesDeviceMemory(Precision precision) {
        for (boolean batchFirst : new boolean[] {false, true}) {
            for (int[] lengths : new int[][] {null, LENGTHS}) {
                RnnConfig config = CONFIG.toBuilder().batchFirst(batchFirst).build();
                Step step = Step.of(config, lengths);
                CudnnEngine engine = engine(CudnnAlgorithm.STANDARD, precision);
                try (OnDevice memory = new OnDevice();
                        CudnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
                    DeviceCall call = memory.call(step);
                    if (lengths != null) {
                        call.set(Tensor.LENGTHS, memory.ofInts(lengths));
                    }
                    plan.forward(call);
                    plan.backward(call);
                    assertResults(step.run(engine), memory, call);
                }
            }
        }
    }

    /** Nothing is converted then, and results are those of tensors that the engine converts. */
    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16"})
    void tensorsMayHaveTheLibrarysNumbers(Precision precision) {
        Digits digits = precision == Precision.FP16 ? Digits.FP16 : Digits.BF16;
        Step step = Step.of(CONFIG, null);
        CudnnEngine engine = engine(CudnnAlgorithm.STANDARD, precision);
        Map<String, float[]> expected = step.run(engine);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step).dataType(precision).weightsUnchanged(true);
            step.tensors().forEach((tensor, values) -> call.set(tensor, memory.of(halves(values, digits))));
            call.set(Tensor.HN, call.get(Tensor.H0));       // read and written in one place
            long gradients = call.get(Tensor.GRADIENTS);
            plan.forward(call);
            plan.backward(call);
            assertArrayEquals(expected.get("gradients"), memory.read(gradients, expected.get("gradients").length));
            Map<Tensor, String> results = Map.of(Tensor.Y, "y", Tensor.DX, "dx", Tensor.HN, "hN");
            results.forEach((tensor, name) -> {
                int count = expected.get(name).length;
                assertArrayEquals(expected.get(name), floats(memory.read(call.get(tensor), (count + 1) / 2), digits, count), name);
            });
            plan.forward(call);
            plan.backward(call.set(Tensor.GRADIENTS, 0));
            long before = work();
            plan.forward(call);
            plan.backward(call);
            assertEquals(before + 1, work(), "the state that is read and written in one place");
            String said = assertThrows(IllegalArgumentException.class, () -> {
                plan.forward(call);
                plan.backward(call.dataType(Precision.FP32));
            }).getMessage();
            assertEquals("dataType: expected that of the forward, " + precision + ", got FP32", said);
        }
    }

    @Test
    void otherNumbersAreRefused() {
        Step step = Step.of(CONFIG, null);
        RnnConfig batchFirst = CONFIG.toBuilder().batchFirst(true).build();
        try (OnDevice memory = new OnDevice(); CudnnEngine fp16 = engine(CudnnAlgorithm.STANDARD, Precision.FP16);
                CudnnPlan plan = fp16.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE);
                CudnnPlan other = fp16.plan(batchFirst, Shape.of(STEPS, BATCH), Mode.INFERENCE);
                CudnnPlan floats = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE);
                CudaEngine fused = CudaEngine.on(device, Precision.FP16);
                CudaPlan fusedPlan = fused.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
            DeviceCall call = memory.call(step).dataType(Precision.FP16);
            assertRefused(floats, call, "dataType: expected FP32 in a plan that computes in FP32, got FP16");
            assertRefused(fusedPlan, call, "dataType: expected FP32, which engine cuda takes in every precision, got FP16");
            fusedPlan.forward(call.dataType(Precision.FP32));
            assertEquals("dataType: expected FP32, which engine cuda takes in every precision, got FP16",
                    assertThrows(IllegalArgumentException.class, () -> fusedPlan.backward(call.dataType(Precision.FP16))).getMessage());
            assertRefused(plan, call.dataType(Precision.BF16), "dataType: expected FP32 or FP16 in a plan that computes in FP16, got BF16");
            String said = assertThrows(UnsupportedOperationException.class, () -> other.forward(call.dataType(Precision.FP16)))
                    .getMessage();
            assertEquals("dataType: expected FP32 where tensors are batch first, got FP16", said);
            call.set(Tensor.LENGTHS, memory.ofInts(LENGTHS)).hostLengths(LENGTHS);
            said = assertThrows(UnsupportedOperationException.class, () -> plan.forward(call)).getMessage();
            assertEquals("dataType: expected FP32 where sequences differ in length, got FP16", said);
            assertThrows(IllegalArgumentException.class, () -> call.dataType(Precision.TF32));
        }
    }

    private static void assertRefused(DevicePlan plan, DeviceCall call, String why) {
        assertEquals(why, assertThrows(IllegalArgumentException.class, () -> plan.forward(call)).getMessage());
    }

    /** Two to a word. */
    private static float[] halves(float[] values, Digits digits) {
        ByteBuffer bytes = ByteBuffer.allocate((values.length + 1) / 2 * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < values.length; i++) {
            bytes.putShort(2 * i, (short) digits.bits(values[i]));
        }
        float[] words = new float[bytes.capacity() / Float.BYTES];
        bytes.asFloatBuffer().get(words);
        return words;
    }

    private static float[] floats(float[] words, Digits digits, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = digits.of(Float.floatToRawIntBits(words[i / 2]) >>> 16 * (i % 2) & 0xffff);
        }
        return values;
    }

    /** As Tensor allows. cuDNN is not said to allow it. */
    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16"})
    void statesMayBeWrittenWhereTheyWereRead(Precision precision) {
        for (int[] lengths : new int[][] {null, LENGTHS}) {
            Step step = Step.of(CONFIG, lengths);
            CudnnEngine engine = engine(CudnnAlgorithm.STANDARD, precision);
            Map<String, float[]> expected = step.run(engine);
            try (OnDevice memory = new OnDevice();
                    CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
                DeviceCall call = memory.call(step);
                call.set(Tensor.HN, call.get(Tensor.H0)).set(Tensor.CN, call.get(Tensor.C0)).set(Tensor.DH0, call.get(Tensor.DHN))
                        .set(Tensor.DC0, call.get(Tensor.DCN));
                if (lengths != null) {
                    call.set(Tensor.LENGTHS, memory.ofInts(lengths));
                }
                plan.forward(call);
                plan.backward(call);
                assertResults(expected, memory, call);
                assertArrayEquals(expected.get("hN"), memory.read(call.get(Tensor.HN), expected.get("hN").length));
                assertArrayEquals(expected.get("cN"), memory.read(call.get(Tensor.CN), expected.get("cN").length));
                assertArrayEquals(expected.get("dh0"), memory.read(call.get(Tensor.DH0), expected.get("dh0").length));
                assertArrayEquals(expected.get("dc0"), memory.read(call.get(Tensor.DC0), expected.get("dc0").length));
            }
        }
    }

    /** Then nothing waits, and the call may be captured. */
    @Test
    void lengthsThatTheHostTellsAreNotWaitedFor() {
        Step step = Step.of(CONFIG, LENGTHS);
        Step other = Step.of(CONFIG, LENGTHS, 6);
        CudnnEngine engine = engine();
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step).set(Tensor.LENGTHS, memory.ofInts(LENGTHS)).hostLengths(LENGTHS);
            long waits = driver.count("cuStreamSynchronize");
            plan.forward(call);
            assertEquals(waits, driver.count("cuStreamSynchronize"));
            memory.stream.beginCapture();
            plan.forward(call);
            plan.backward(call);
            try (Graph graph = memory.stream.endCapture()) {
                for (Step next : List.of(step, other)) {
                    memory.fill(call, next);
                    memory.stream.launch(graph);
                    assertResults(next.run(engine), memory, call);
                }
            }
            String said = assertThrows(IllegalArgumentException.class, () -> plan.forward(call.hostLengths(1, 5, 1))).getMessage();
            assertEquals("hostLengths[1]: expected 0 to T = 4, got 5", said);
            said = assertThrows(IllegalArgumentException.class, () -> plan.forward(call.hostLengths(1, 1))).getMessage();
            assertEquals("hostLengths: expected B = 3, got 2", said);
            said = assertThrows(IllegalArgumentException.class,
                    () -> plan.forward(call.hostLengths(LENGTHS).set(Tensor.LENGTHS, 0))).getMessage();
            assertEquals("LENGTHS: expected a device address, got 0", said);
        }
    }

    /** Which a graph may read when it runs. */
    @Test
    void whatAGraphWasCapturedWithStaysDescribed() {
        Step step = Step.of(CONFIG, LENGTHS);
        CudnnEngine engine = engine();
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step).set(Tensor.LENGTHS, memory.ofInts(LENGTHS)).hostLengths(LENGTHS);
            plan.forward(call);
            plan.backward(call);
            memory.stream.beginCapture();
            plan.forward(call);
            plan.backward(call);
            try (Graph graph = memory.stream.endCapture()) {
                long described = driver.count("cudnnCreateRNNDataDescriptor");
                plan.shape(2, 1).forward(step.weights, step.x, null, null, null, null);
                plan.shape(1, 2).forward(step.weights, step.x, null, null, null, null);
                assertEquals(described + 2, driver.count("cudnnCreateRNNDataDescriptor"), "x and y, once for all calls after the capture");
                memory.fill(call, step);
                memory.stream.launch(graph);
                assertResults(step.run(engine), memory, call);
            }
        }
    }

    @Test
    void inputsThatBackwardReadsAreNotItsResults() {
        Step step = Step.of(CONFIG, null);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step);
            plan.forward(call);
            long dx = call.get(Tensor.DX);
            String said = assertThrows(IllegalArgumentException.class,
                    () -> plan.backward(call.set(Tensor.DX, call.get(Tensor.X)))).getMessage();
            assertTrue(said.startsWith("DX: expected other memory than that of X, which the gradients of the weights are made of"), said);
            assertThrows(IllegalArgumentException.class, () -> plan.backward(call.set(Tensor.DX, dx).set(Tensor.DC0, call.get(Tensor.C0))));
            plan.backward(call.set(Tensor.DC0, 0));
            assertResults(step.run(engine()), memory, call);
        }
    }

    /** Whoever captures keeps the graph as it was. */
    @Test
    void otherLengthsAreRefusedBeforeAnythingIsQueued() {
        Step step = Step.of(CONFIG, null);
        CudnnEngine engine = engine(CudnnAlgorithm.PERSIST_STATIC, Precision.FP32);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE, memory.stream.handle())) {
            DeviceCall call = memory.call(step).set(Tensor.LENGTHS, memory.ofInts(LENGTHS)).hostLengths(LENGTHS);
            long before = work();
            assertThrows(UnsupportedOperationException.class, () -> plan.forward(call));
            assertEquals(before, work());
        }
    }

    /** T, B and addresses are the graph's; what is in the tensors is read whenever it runs, the weights too. */
    @ParameterizedTest
    @EnumSource(names = {"STANDARD", "PERSIST_DYNAMIC"})
    void callsAreCaptured(CudnnAlgorithm algorithm) {
        RnnConfig config = CONFIG.toBuilder().batchFirst(true).build();
        Step step = Step.of(config, null);
        Step other = Step.of(config, null, 6);
        CudnnEngine engine = engine(algorithm, Precision.FP32);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step);
            plan.forward(call);
            memory.stream.beginCapture();
            plan.forward(call);
            plan.backward(call);
            try (Graph graph = memory.stream.endCapture()) {
                for (Step next : List.of(step, other)) {
                    memory.fill(call, next);
                    memory.stream.launch(graph);
                    assertResults(next.run(engine), memory, call);
                }
            }
        }
    }

    /** cuDNN computes with the plan's copy: of weights that the caller calls unchanged it is made once, also before a capture. */
    @Test
    void weightsThatAreUnchangedAreTakenOverOnce() {
        Step step = Step.of(CONFIG, null);
        Step other = Step.of(CONFIG, null, 6);
        float[] expected = step.run(engine()).get("y");
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE, memory.stream.handle())) {
            DeviceCall call = memory.call(step).weightsUnchanged(true);
            plan.forward(call);
            memory.write(call.get(Tensor.WEIGHTS), other.weights.data());    // against what the caller says: nobody looks
            plan.forward(call);
            assertArrayEquals(expected, memory.read(call.get(Tensor.Y), expected.length));
            memory.stream.beginCapture();
            plan.forward(call);
            try (Graph graph = memory.stream.endCapture()) {
                memory.write(call.get(Tensor.Y), new float[expected.length]);
                memory.stream.launch(graph);
                assertArrayEquals(expected, memory.read(call.get(Tensor.Y), expected.length));
            }
            memory.write(call.get(Tensor.WEIGHTS), step.weights.data());
            plan.forward(other.weights, other.x, null, null, null, null);    // takes the place of the copy
            plan.forward(call);
            assertArrayEquals(expected, memory.read(call.get(Tensor.Y), expected.length));
            memory.write(call.get(Tensor.WEIGHTS), new float[step.weights.data().length]);
            plan.forward(call.weightsUnchanged(false));
            float[] zeros = memory.read(call.get(Tensor.Y), expected.length);
            assertFalse(Arrays.equals(expected, zeros));
            plan.forward(step.weights, step.x, step.initial, null, zeros, null);
            assertArrayEquals(expected, zeros, "the host's are packed again");
        }
    }

    /** Nobody knows when a graph of the caller's runs, and whose weights the plan has then: calls that follow take theirs over. */
    @Test
    void afterAGraphWeightsAreTakenOverAgain() {
        Step step = Step.of(CONFIG, null);
        Step other = Step.of(CONFIG, null, 6);
        float[] expected = step.run(engine()).get("y");
        float[] y = new float[expected.length];
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.INFERENCE, memory.stream.handle())) {
            DeviceCall captured = memory.call(other);
            DeviceCall call = memory.call(step).weightsUnchanged(true);
            plan.forward(captured);
            memory.stream.beginCapture();
            plan.forward(captured);
            try (Graph graph = memory.stream.endCapture()) {
                for (int n = 0; n < 2; n++) {
                    plan.forward(call);
                    memory.stream.launch(graph);
                    plan.forward(call);
                    assertArrayEquals(expected, memory.read(call.get(Tensor.Y), expected.length));
                    plan.forward(step.weights, step.x, step.initial, null, y, null);
                    memory.stream.launch(graph);
                    Arrays.fill(y, 0);
                    plan.forward(step.weights, step.x, step.initial, null, y, null);
                    assertArrayEquals(expected, y);
                }
            }
        }
    }

    /** Before anything is queued: the capture goes on. */
    @Test
    void whatWaitsIsRefusedInACapture() {
        Step step = Step.of(CONFIG, null);
        try (OnDevice memory = new OnDevice();
                CudnnPlan plan = engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING, memory.stream.handle())) {
            DeviceCall call = memory.call(step);
            plan.forward(call);
            memory.stream.beginCapture();
            plan.forward(call);
            String said = assertThrows(IllegalStateException.class, () -> plan.forward(new DeviceCall()
                    .set(Tensor.WEIGHTS, call.get(Tensor.WEIGHTS)).set(Tensor.X, call.get(Tensor.X))
                    .set(Tensor.LENGTHS, call.get(Tensor.X)))).getMessage();
            assertTrue(said.contains("captured") && said.contains("LENGTHS"), said);
            said = assertThrows(IllegalStateException.class,
                    () -> plan.forward(step.weights, step.x, null, null, null, null)).getMessage();
            assertTrue(said.contains("captured") && said.contains("host memory"), said);
            try (Graph graph = memory.stream.endCapture()) {
                memory.write(call.get(Tensor.Y), new float[step.dy.length]);
                memory.stream.launch(graph);
                assertArrayEquals(step.run(engine()).get("y"), memory.read(call.get(Tensor.Y), step.dy.length));
            }
        }
    }

    private static void assertResults(Map<String, float[]> expected, OnDevice memory, DeviceCall call) {
        assertArrayEquals(expected.get("y"), memory.read(call.get(Tensor.Y), expected.get("y").length));
        assertArrayEquals(expected.get("dx"), memory.read(call.get(Tensor.DX), expected.get("dx").length));
        assertArrayEquals(expected.get("gradients"), memory.read(call.get(Tensor.GRADIENTS), expected.get("gradients").length));
    }

    /** The caller's device memory, each tensor of it an allocation. */
    private final class OnDevice implements AutoCloseable {
        private final Stream stream = device.stream();
        private final List<DeviceMemory> owned = new ArrayList<>();

        /** Of a training step with sequences of one length. */
        DeviceCall call(Step step) {
            DeviceCall call = new DeviceCall().set(Tensor.Y, of(new float[step.dy.length])).set(Tensor.DX, of(new float[step.x.length]));
            inputs(step).forEach((tensor, values) -> call.set(tensor, of(values)));
            return call;
        }

        /** With another step's numbers. */
        void fill(DeviceCall call, Step step) {
            inputs(step).forEach((tensor, values) -> write(call.get(tensor), values));
        }

        private static Map<Tensor, float[]> inputs(Step step) {
            return Map.of(Tensor.WEIGHTS, step.weights.data(), Tensor.X, step.x, Tensor.H0, step.initial.h(), Tensor.C0, step.initial.c(),
                    Tensor.DY, step.dy, Tensor.DHN, step.dFinal.h(), Tensor.DCN, step.dFinal.c(), Tensor.GRADIENTS,
                    new float[step.weights.data().length]);
        }

        long of(float[] values) {
            DeviceMemory memory = device.allocate((long) values.length * Float.BYTES, "the caller's");
            write(memory.address(), values);
            owned.add(memory);
            return memory.address();
        }

        long ofInts(int... values) {
            float[] bits = new float[values.length];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Float.intBitsToFloat(values[i]);
            }
            return of(bits);
        }

        void write(long address, float[] values) {
            HostMemory host = device.allocateHost((long) values.length * Float.BYTES);
            ByteBuffer bytes = host.bytes().duplicate().order(host.bytes().order());
            for (float value : values) {
                bytes.putInt(Float.floatToRawIntBits(value));
            }
            stream.upload(host, 0, address, (long) values.length * Float.BYTES);
            stream.synchronize();
            host.close();
        }

        float[] read(long address, int count) {
            float[] values = new float[count];
            try (HostMemory host = device.allocateHost((long) count * Float.BYTES)) {
                stream.download(address, host, 0, (long) count * Float.BYTES);
                stream.synchronize();
                host.bytes().asFloatBuffer().get(values);
            }
            return values;
        }

        @Override
        public void close() {
            stream.synchronize();
            owned.forEach(DeviceMemory::close);
            stream.close();
        }
    }

    // ---- Limits

    /** Before anything is allocated; a description of as many steps as there may be is accepted. */
    @Test
    void longSequencesAreRefused() {
        RnnConfig small = RnnConfig.gru(1, 1).build();
        String said = assertThrows(UnsupportedOperationException.class,
                () -> engine().plan(small, Shape.of(65_536, 1), Mode.INFERENCE)).getMessage();
        assertTrue(said.startsWith("engine cudnn: ") && said.contains("65535 steps") && said.contains("engine cuda"), said);
        engine().plan(small, Shape.of(65_535, 1), Mode.INFERENCE).close();
    }

    /** What no description shows: cuDNN refuses the call, and its refusal is passed on. */
    @Test
    void aHiddenStateTooLargeForTheChipIsRefusedByCudnn() {
        RnnConfig wide = RnnConfig.lstm(1, 130).build();
        Step step = Step.of(wide, null);
        try (CudnnPlan plan = engine(CudnnAlgorithm.PERSIST_STATIC_SMALL_H, Precision.FP32).plan(wide, Shape.of(STEPS, BATCH),
                Mode.TRAINING)) {
            plan.forward(step.weights, step.x, step.initial, null, new float[step.dy.length], null);
            DeviceException refused = assertThrows(DeviceException.class,
                    () -> plan.backward(step.weights, step.dy, null, null, null, RnnWeights.zeros(wide)));
            assertEquals("cudnnRNNBackwardData_v8", refused.call());
            assertEquals("CUDNN_STATUS_NOT_SUPPORTED", refused.codeName());
            assertTrue(refused.getMessage().contains("PERSIST_STATIC_SMALL_H"), refused.getMessage());
        }
        assertEquals(List.of("cudnnRNNBackwardData: a hidden state of 130, at most are 128"), driver.takeRefusals());
    }

    // ---- Dropout

    /** cuDNN's own dropout is never used, so a stack with dropout between layers is trained layer by layer, and runs at once else. */
    @Test
    void dropoutRunsLayerByLayer() {
        RnnConfig config = RnnConfig.gru(3, 5).layers(3).dropout(0.5f).build();
        Step step = Step.of(config, LENGTHS);
        assertClose(step.run(new ReferenceEngine()), step.run(engine()), 1e-5);
        assertEquals(3, driver.count("cudnnRNNForward"));
        try (CudnnPlan plan = engine().plan(config, Shape.of(STEPS, BATCH), Mode.INFERENCE)) {
            plan.forward(step.weights, step.x, null, null, null, null);
            assertFalse(plan.strategy().contains("layer by layer"), plan.strategy());
        }
        assertEquals(4, driver.count("cudnnRNNForward"));
    }

    // ---- Refusals and failures

    @Test
    void aRefusalNamesCodeCallAndSettings() {
        Step step = Step.of(CONFIG, null);
        driver.failNext("cudnnRNNForward", REFUSED);
        DeviceException refused = assertThrows(DeviceException.class, () -> step.run(engine()));
        assertEquals("cudnnRNNForward", refused.call());
        assertEquals(REFUSED, refused.code());
        assertEquals("CUDNN_STATUS_NOT_SUPPORTED", refused.codeName());
        for (String part : List.of("LSTM", "hiddenSize=5", "layers=2", "STANDARD", "FP32", "T=4, B=3", "lengths [4, 4, 4]")) {
            assertTrue(refused.getMessage().contains(part), refused.getMessage());
        }
    }

    /** A setting of the whole JVM that is the application's. */
    @Test
    void theApplicationMayHaveToldJcudnnToThrow() {
        JCudnn.setExceptionsEnabled(true);
        try {
            driver.failNext("cudnnGetRNNTempSpaceSizes", REFUSED);
            DeviceException refused = assertThrows(DeviceException.class, () -> Step.of(CONFIG, null).run(engine()));
            assertEquals("cudnnGetRNNTempSpaceSizes", refused.call());
            assertTrue(refused.getMessage().contains("LSTM"), refused.getMessage());
        } finally {
            JCudnn.setExceptionsEnabled(false);
        }
    }

    /** Whichever call fails while a plan is made, what it had taken is given back: the end of the test looks. */
    @Test
    void aPlanThatFailsFreesWhatItTook() {
        for (String function : List.of("cudnnCreate", "cudnnSetStream", "cudnnCreateDropoutDescriptor", "cudnnSetDropoutDescriptor",
                "cudnnCreateRNNDescriptor", "cudnnSetRNNDescriptor", "cudnnCreateRNNDataDescriptor", "cudnnCreateTensorDescriptor",
                "cudnnGetRNNWeightSpaceSize", "cudnnGetRNNWeightParams", "cudnnSetRNNDataDescriptor",
                "cudnnSetTensorNdDescriptor", "cudnnGetRNNTempSpaceSizes")) {
            driver.failNext(function, REFUSED);
            DeviceException refused = assertThrows(DeviceException.class,
                    () -> engine().plan(CONFIG, Shape.of(STEPS, BATCH), Mode.TRAINING), function);
            assertTrue(refused.call().startsWith(function), refused.getMessage());
        }
        assertEquals(List.of(), device.live());
    }

    @Test
    void itNeedsAGpuBehindTheDriver() {
        try (EmulatorDevice emulator = new EmulatorDevice(EmulatorOptions.defaults())) {
            String said = assertThrows(IllegalArgumentException.class, () -> CudnnEngine.on(emulator)).getMessage();
            assertTrue(said.startsWith("device: expected a GPU behind NVIDIA's driver"), said);
        }
    }

    @Test
    void aGpuWithoutTensorCoresForItIsToldBefore() {
        driver.capability(0, 75);
        try (JcudaDevice turing = JcudaDevice.open(0)) {
            assertTrue(CudnnEngine.on(turing, CudnnAlgorithm.STANDARD, Precision.TF32).unsupported(CONFIG, Mode.TRAINING)
                    .orElseThrow().contains("compute capability 8.0"));
            assertTrue(CudnnEngine.on(turing, CudnnAlgorithm.STANDARD, Precision.FP16).unsupported(CONFIG, Mode.TRAINING).isEmpty());
        }
    }

    /** As NVIDIA's for CUDA 13 with a driver for CUDA 12: it loads and says its version. */
    @Test
    void aCudnnThatDoesNotStartIsNotReady() {
        driver.failNext("cudnnCreate", 1001);
        Engines.Info cudnn = Engines.list().stream().filter(engine -> engine.name().equals("cudnn")).findFirst().orElseThrow();
        assertFalse(cudnn.ready());
        assertTrue(cudnn.reason().matches("cuDNN 9\\.13\\.0, .*libcudnn\\.so\\.9, does not start: cudnnCreate: "
                + "CUDNN_STATUS_NOT_INITIALIZED \\(1001\\).*; if it is for a newer CUDA .*"), cudnn.reason());
        driver.failNext("cudnnCreate", 1001);
        assertThrows(EngineUnavailableException.class, () -> Engines.get("cudnn"));
        assertEquals(0, driver.count("cudnnDestroy"));
        assertEquals(List.of(), new CudnnProvider().obstacle().stream().toList());
        assertEquals(1, driver.count("cudnnDestroy"));
    }

    @Test
    void theEngineIsFoundByItsName() {
        List<Engines.Info> engines = Engines.list();
        List<String> names = engines.stream().map(Engines.Info::name).toList();
        assertTrue(names.indexOf("cuda") < names.indexOf("cudnn"), names.toString());
        assertTrue(engines.get(names.indexOf("cudnn")).ready(), engines.toString());
        try (RnnEngine engine = Engines.get("cudnn")) {
            assertInstanceOf(CudnnEngine.class, engine);
            assertTrue(engine.description().contains("cuDNN 9.13.0, algorithm STANDARD, fp32"), engine.description());
        }
    }
}
