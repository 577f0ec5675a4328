package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.device.Device;
import dev.gateloom.device.Graph;
import dev.gateloom.device.HostMemory;
import dev.gateloom.device.Stream;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order in which calls with device memory run, and what they refuse. Their results are the suite's matter. */
class DeviceCallTest {
    private static final RnnConfig CONFIG = RnnConfig.lstm(3, 5).layers(2).bidirectional(true).build();
    private static final int T = 4;
    private static final int B = 2;
    private static final int X_WORDS = T * B * 3;
    private static final int Y_WORDS = T * B * 10;

    private static Device device;

    private final RnnWeights weights = RnnWeights.init(CONFIG, Initializer.pytorch(1));
    private final float[] x = random(X_WORDS);
    private final float[] dy = random(Y_WORDS);
    private CudaEngine engine;
    private Workspace workspace;
    private Stream stream;
    private CudaPlan plan;

    @BeforeAll
    static void openDevice() {
        device = Emulator.open();
    }

    @AfterAll
    static void closeDevice() {
        device.close();
    }

    @BeforeEach
    void plan() {
        engine = CudaEngine.on(device);
        workspace = new Workspace(device);
        stream = workspace.stream();
        plan = engine.plan(CONFIG, Shape.of(T, B), Mode.TRAINING, stream.handle());
    }

    @AfterEach
    void nothingIsLeft() {
        plan.close();
        workspace.close();
        engine.close();
        assertEquals(List.of(), device.live());
    }

    /** Inputs come and go in the stream's order, without the host waiting anywhere. */
    @Test
    void runsBehindWhatTheCallerHasQueued() {
        Results expected = byTheHost();
        assertEquals(stream.handle(), plan.stream());
        DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, queued(weights.data())).set(Tensor.X, queued(x))
                .set(Tensor.Y, blank(Y_WORDS)).set(Tensor.DY, queued(dy)).set(Tensor.DX, blank(X_WORDS))
                .set(Tensor.GRADIENTS, zeros(weights.data().length));
        plan.forward(call);
        stream.fill(call.get(Tensor.X), Float.floatToRawIntBits(Float.NaN), X_WORDS);
        plan.backward(call);
        stream.fill(call.get(Tensor.DY), Float.floatToRawIntBits(Float.NaN), Y_WORDS);
        expected.assertAt(call);
        plan.forward(call.set(Tensor.X, queued(x)));
        plan.backward(call.set(Tensor.DY, queued(dy)));
        float[] twice = read(call.get(Tensor.GRADIENTS), weights.data().length);
        for (int i = 0; i < twice.length; i++) {
            assertEquals(2 * expected.gradients[i], twice[i], 1e-5f, "gradients accumulate");
        }
    }

    /** The caller captures the calls into a graph of its own and replays it with other values at the same addresses. */
    @Test
    void canBeCaptured() {
        Results expected = byTheHost();
        DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, queued(new float[weights.data().length]))
                .set(Tensor.X, queued(new float[X_WORDS])).set(Tensor.Y, blank(Y_WORDS)).set(Tensor.DY, queued(dy))
                .set(Tensor.DX, blank(X_WORDS)).set(Tensor.GRADIENTS, zeros(weights.data().length));
        stream.synchronize();
        stream.beginCapture();
        plan.forward(call);
        plan.backward(call);
        try (Graph graph = stream.endCapture()) {
            stream.copy(queued(weights.data()), call.get(Tensor.WEIGHTS), 4L * weights.data().length);
            stream.copy(queued(x), call.get(Tensor.X), 4L * X_WORDS);
            stream.launch(graph);
            expected.assertAt(call);
        }
    }

    /** In 16 bits a plan multiplies by copies of its own: who says that weights are unchanged gets the results of those. */
    @ParameterizedTest
    @EnumSource(names = {"A", "D"})
    void weightsThatAreUnchangedAreTakenOverOnce(Strategy strategy) {
        int size = weights.data().length;
        try (CudaEngine bf16 = CudaEngine.on(device, strategy, Precision.BF16);
                CudaPlan inference = bf16.plan(CONFIG, Shape.of(T, B), Mode.INFERENCE, stream.handle())) {
            long one = queued(weights.data());
            long other = queued(RnnWeights.init(CONFIG, Initializer.pytorch(2)).data());
            DeviceCall call = new DeviceCall().set(Tensor.X, queued(x)).set(Tensor.Y, blank(Y_WORDS)).set(Tensor.WEIGHTS, other);
            float[] others = forward(inference, call);
            float[] ones = forward(inference, call.set(Tensor.WEIGHTS, one));
            assertFalse(Arrays.equals(ones, others));

            call.weightsUnchanged(true);
            assertArrayEquals(others, forward(inference, call.set(Tensor.WEIGHTS, other)), "the plan has only one's");
            stream.copy(one, other, 4L * size);                 // against what the caller says: nobody looks
            assertArrayEquals(others, forward(inference, call));
            inference.forward(weights, x, null, null, null, null);
            assertArrayEquals(others, forward(inference, call), "a call with host memory has its own");
            assertArrayEquals(ones, forward(inference, call.weightsUnchanged(false)));
            assertFalse(call.weightsUnchanged(true).clear().weightsUnchanged());
        }
    }

    /** A graph without the copying of weights finds those of the plan; one with it makes the plan's unknown. */
    @Test
    void unchangedWeightsInGraphsOfTheCaller() {
        int size = weights.data().length;
        try (CudaEngine bf16 = CudaEngine.on(device, Precision.BF16);
                CudaPlan inference = bf16.plan(CONFIG, Shape.of(T, B), Mode.INFERENCE, stream.handle())) {
            long one = queued(weights.data());
            long other = queued(RnnWeights.init(CONFIG, Initializer.pytorch(2)).data());
            DeviceCall call = new DeviceCall().set(Tensor.X, queued(x)).set(Tensor.Y, blank(Y_WORDS)).set(Tensor.WEIGHTS, other)
                    .weightsUnchanged(true);
            float[] others = forward(inference, call);
            stream.beginCapture();
            inference.forward(call);
            try (Graph kept = stream.endCapture()) {
                stream.fill(other, 0, size);
                assertArrayEquals(others, launch(kept, call));
            }
            stream.beginCapture();
            inference.forward(call.set(Tensor.WEIGHTS, one));
            float[] ones;
            try (Graph taking = stream.endCapture()) {
                stream.fill(call.get(Tensor.Y), 0, Y_WORDS);
                ones = forward(inference, call);                // the graph has not run yet
                stream.copy(queued(RnnWeights.init(CONFIG, Initializer.pytorch(2)).data()), other, 4L * size);
                assertArrayEquals(others, forward(inference, call.set(Tensor.WEIGHTS, other)));
                assertArrayEquals(ones, launch(taking, call));
                assertArrayEquals(others, forward(inference, call), "the graph ran between");
            }
            assertFalse(Arrays.equals(ones, others));
        }
    }

    private float[] forward(CudaPlan inference, DeviceCall call) {
        inference.forward(call);
        return read(call.get(Tensor.Y), Y_WORDS);
    }

    private float[] launch(Graph graph, DeviceCall call) {
        stream.launch(graph);
        return read(call.get(Tensor.Y), Y_WORDS);
    }

    @Test
    void closingWaitsForWhatIsQueued() {
        Results expected = byTheHost();
        DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, queued(weights.data())).set(Tensor.X, queued(x))
                .set(Tensor.Y, blank(Y_WORDS));
        plan.forward(call);
        plan.close();
        assertArrayEquals(expected.y, read(call.get(Tensor.Y), Y_WORDS));
        assertThrows(IllegalStateException.class, () -> plan.forward(call));
        assertThrows(IllegalStateException.class, () -> plan.backward(call));
    }

    @Test
    void aBackwardBelongsToAForwardOfItsKind() {
        DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, queued(weights.data())).set(Tensor.X, queued(x));
        Class<IllegalStateException> illegal = IllegalStateException.class;
        assertThrows(illegal, () -> plan.backward(call), "no forward");
        plan.forward(weights, x, null, null, null, null);
        assertThrows(illegal, () -> plan.backward(call), "a forward with host memory");
        plan.forward(call);
        assertThrows(illegal, () -> plan.backward(weights, dy, null, null, null, null), "one with device memory");
        plan.shape(T - 1, B);
        assertThrows(illegal, () -> plan.backward(call), "another shape");
        plan.shape(T, B).forward(weights, x, null, null, null, null);
        plan.backward(weights, dy, null, null, null, null);
        assertThrows(illegal, () -> plan.backward(call), "a forward with host memory came between");
        plan.forward(call);
        plan.backward(call);
        assertThrows(illegal, () -> plan.backward(call), "twice");
    }

    @Test
    void inferenceHasNoBackward() {
        try (CudaPlan inference = engine.plan(CONFIG, Shape.of(T, B), Mode.INFERENCE)) {
            DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, queued(weights.data())).set(Tensor.X, queued(x));
            stream.synchronize();
            inference.forward(call);
            assertThrows(IllegalStateException.class, () -> inference.backward(call));
        }
    }

    @Test
    void namesTheTensorThatDoesNotFit() {
        long some = zeros(1000);
        refused("WEIGHTS: expected a device address, got 0", new DeviceCall().set(Tensor.X, some));
        refused("X: expected a device address, got 0", new DeviceCall().set(Tensor.WEIGHTS, some));
        refused("MASKS: expected 0, because the plan has no such masks",
                new DeviceCall().set(Tensor.WEIGHTS, some).set(Tensor.X, some).set(Tensor.MASKS, some));
        assertThrows(IllegalArgumentException.class, () -> new DeviceCall().set(Tensor.X, some + 2));
        DeviceCall call = new DeviceCall().set(Tensor.WEIGHTS, queued(weights.data())).set(Tensor.X, queued(x));
        plan.forward(call);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> plan.backward(new DeviceCall().set(Tensor.WEIGHTS, some))).getMessage()
                .startsWith("WEIGHTS: expected those of the forward"));
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> plan.backward(call.set(Tensor.GRADIENTS, call.get(Tensor.WEIGHTS)))).getMessage()
                .startsWith("GRADIENTS: expected 0, because the weights are there"));
        plan.backward(call.set(Tensor.GRADIENTS, 0));       // what was refused changed nothing

        RnnConfig dropping = CONFIG.toBuilder().dropout(0.5f).build();
        try (CudaPlan other = engine.plan(dropping, Shape.of(1, 1), Mode.TRAINING)) {
            refused("MASKS: expected a device address", other,
                    new DeviceCall().set(Tensor.WEIGHTS, some).set(Tensor.X, some));
        }
        RnnConfig zoned = CONFIG.toBuilder().zoneout(0.5f, 0).build();
        try (CudaPlan other = engine.plan(zoned, Shape.of(1, 1), Mode.TRAINING)) {
            refused("ZONEOUT_H_MASKS: expected a device address", other,
                    new DeviceCall().set(Tensor.WEIGHTS, some).set(Tensor.X, some));
        }
        RnnConfig last = RnnConfig.gru(3, 5).returnSequences(false).build();
        try (CudaPlan other = engine.plan(last, Shape.of(1, 1), Mode.TRAINING)) {
            DeviceCall both = new DeviceCall().set(Tensor.WEIGHTS, some).set(Tensor.X, some);
            refused("Y: expected 0, because the stack returns the last output only", other, both.set(Tensor.Y, some));
            refused("CN: expected 0, because only an LSTM", other, both.set(Tensor.Y, 0).set(Tensor.CN, some));
        }
        assertEquals("tensors on the device: X=0x10", new DeviceCall().set(Tensor.X, 16).toString());
        assertEquals("tensors on the device:", call.clear().toString());
    }

    private void refused(String message, DeviceCall call) {
        refused(message, plan, call);
    }

    private static void refused(String message, CudaPlan plan, DeviceCall call) {
        String said = assertThrows(IllegalArgumentException.class, () -> plan.forward(call)).getMessage();
        assertTrue(said.startsWith(message), said);
    }

    /** What the same engine gives for host memory. */
    private Results byTheHost() {
        Results results = new Results(new float[Y_WORDS], new float[X_WORDS], new float[weights.data().length]);
        RnnWeights gradients = RnnWeights.zeros(CONFIG);
        try (RnnPlan other = engine.plan(CONFIG, Shape.of(T, B), Mode.TRAINING)) {
            other.forward(weights, x, null, null, results.y, null);
            other.backward(weights, dy, null, results.dx, null, gradients);
        }
        System.arraycopy(gradients.data(), 0, results.gradients, 0, results.gradients.length);
        weights.close();
        return results;
    }

    private final class Results {
        private final float[] y;
        private final float[] dx;
        private final float[] gradients;

        Results(float[] y, float[] dx, float[] gradients) {
            this.y = y;
            this.dx = dx;
            this.gradients = gradients;
        }

        void assertAt(DeviceCall call) {
            assertArrayEquals(y, read(call.get(Tensor.Y), y.length));
            assertArrayEquals(dx, read(call.get(Tensor.DX), dx.length));
            assertArrayEquals(gradients, read(call.get(Tensor.GRADIENTS), gradients.length));
        }
    }

    private static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** Values that arrive in the stream's order. */
    private long queued(float[] values) {
        long address = blank(values.length);
        HostMemory host = workspace.host(4L * values.length);
        host.bytes().asFloatBuffer().put(values);
        stream.upload(host, 0, address, 4L * values.length);
        return address;
    }

    private long blank(int words) {
        return workspace.words(words, "the caller's");
    }

    private long zeros(int words) {
        long address = blank(words);
        stream.fill(address, 0, words);
        return address;
    }

    private float[] read(long address, int words) {
        HostMemory host = workspace.host(4L * words);
        stream.download(address, host, 0, 4L * words);
        stream.synchronize();
        float[] values = new float[words];
        FloatBuffer read = host.bytes().asFloatBuffer();
        read.get(values);
        return values;
    }
}
