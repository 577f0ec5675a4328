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
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.model.ModelDevice;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.DeviceMemory;
import dev.gateloom.spi.EngineProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who owns what on the device, and how the engine is found. */
class CudaEngineTest {
    private static final RnnConfig CONFIG = RnnConfig.lstm(3, 5).layers(2).bidirectional(true).dropout(0.5f).build();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void plansFreeWhatTheyHold(Mode mode) {
        for (CellType cell : CellType.values()) {
            ModelDevice device = new ModelDevice();
            RnnConfig config = RnnConfig.of(cell, 3, 5).layers(2).dropout(0.5f).build();
            try (RnnEngine engine = CudaEngine.on(device)) {
                RnnPlan plan = engine.plan(config, Shape.of(4, 2), mode);
                assertFalse(device.live().isEmpty());
                plan.close();
                assertEquals(List.of(), device.live());
            }
        }
    }

    /** Wherever memory runs out, what the plan had taken is given back. */
    @Test
    void aPlanThatDoesNotFitFreesWhatItTook() {
        int needed = allocations(Mode.TRAINING);
        assertTrue(needed > 10, "counts them");
        for (int most = 0; most < needed; most++) {
            ModelDevice device = new ModelDevice(most);
            try (RnnEngine engine = CudaEngine.on(device)) {
                assertThrows(DeviceException.class, () -> engine.plan(CONFIG, Shape.of(4, 2), Mode.TRAINING));
                assertEquals(List.of(), device.live());
            }
        }
    }

    /** The next call works once there is memory for the weights. */
    @Test
    void weightsThatDidNotFitAreTakenLater() {
        ModelDevice device = new ModelDevice(allocations(Mode.INFERENCE) + 2);
        DeviceMemory other = device.allocate(4, "something else");
        try (RnnEngine engine = CudaEngine.on(device);
                RnnPlan plan = engine.plan(CONFIG, Shape.of(4, 2), Mode.INFERENCE);
                RnnWeights weights = weights(1)) {
            assertThrows(DeviceException.class, () -> forward(plan, weights));
            other.close();
            forward(plan, weights);
        }
        assertEquals(List.of(), device.live());
    }

    @Test
    void copiesOfWeightsEndWithTheWeightsOrTheEngine() {
        ModelDevice device = new ModelDevice();
        RnnWeights kept = weights(1);
        try (RnnEngine engine = CudaEngine.on(device)) {
            try (RnnPlan plan = engine.plan(CONFIG, Shape.of(4, 2), Mode.INFERENCE)) {
                int before = device.live().size();
                RnnWeights closed = weights(2);
                float[] y = forward(plan, closed);
                closed.close();
                assertEquals(before, device.live().size(), "closed weights leave nothing");
                assertArrayEquals(y, forward(plan, closed), "they can be used again");
                closed.close();
                forward(plan, kept);
            }
            assertFalse(device.live().isEmpty(), "the copy outlives the plan");
        }
        assertEquals(List.of(), device.live());
        kept.close();       // of an engine that is gone
    }

    /** Weights without close() do not fill the device. */
    @Test
    void copiesOfDroppedWeightsAreFreed() throws InterruptedException {
        ModelDevice device = new ModelDevice();
        try (RnnEngine engine = CudaEngine.on(device);
                RnnPlan plan = engine.plan(CONFIG, Shape.of(4, 2), Mode.INFERENCE)) {
            int before = device.live().size();
            for (int n = 0; n < 10; n++) {
                forward(plan, weights(n));
            }
            forward(plan, weights(0));          // the plan holds on to the last ones
            long end = System.nanoTime() + 20_000_000_000L;
            RnnWeights last = weights(11);
            do {
                System.gc();
                Thread.sleep(20);
                last.close();
                forward(plan, last);            // takes memory, so the dropped ones are looked for
            } while (device.live().size() > before + 2 && System.nanoTime() < end);
            assertEquals(before + 2, device.live().size(), () -> "parameters and biases of one: " + device.live());
        }
    }

    /** Whichever piece of memory cannot be freed, all others are, and the first failure is told. */
    @Test
    void allCopiesAreFreedThoughOneFails() {
        RnnConfig config = RnnConfig.lstm(3, 5).build();
        for (int failing = 0; failing < 4; failing++) {
            int kept = failing;
            ModelDevice device = new ModelDevice();
            boolean[] closing = {false};
            int[] frees = {0};
            List<RnnWeights> reachable = List.of(RnnWeights.init(config, Initializer.pytorch(1)), RnnWeights.zeros(config));
            CudaEngine engine = CudaEngine.on(HookedDevice.of(device, (call, arguments, behind) -> call.equals("allocate")
                    ? failing((DeviceMemory) behind.get(), () -> closing[0] && frees[0]++ == kept) : behind.get()));
            try (RnnPlan plan = engine.plan(config, Shape.of(1, 1), Mode.INFERENCE)) {
                reachable.forEach(weights -> plan.forward(weights, new float[3], null, null, new float[5], null));
            }
            assertEquals(4, device.live().size(), "parameters and biases of two");
            closing[0] = true;
            assertEquals(1, assertThrows(DeviceException.class, engine::close).code());
            assertEquals(1, device.live().size(), () -> "failed: " + kept + ", left: " + device.live());
            reachable.forEach(RnnWeights::close);
        }
    }

    private static DeviceMemory failing(DeviceMemory memory, BooleanSupplier fails) {
        return new DeviceMemory() {
            @Override
            public long address() {
                return memory.address();
            }

            @Override
            public long bytes() {
                return memory.bytes();
            }

            @Override
            public void close() {
                if (fails.getAsBoolean()) {
                    throw new DeviceException("cuMemFree", 1, "CUDA_ERROR_INVALID_VALUE", "");
                }
                memory.close();
            }
        };
    }

    /** Why a plan could not be made is told, though what it had taken cannot be given back. */
    @Test
    void theCauseIsNotLostInTheCleanup() {
        ModelDevice device = new ModelDevice(3);
        CudaEngine engine = CudaEngine.on(HookedDevice.of(device, (call, arguments, behind) -> call.equals("allocate")
                ? failing((DeviceMemory) behind.get(), () -> true) : behind.get()));
        DeviceException failure = assertThrows(DeviceException.class, () -> engine.plan(CONFIG, Shape.of(1, 1), Mode.INFERENCE));
        assertEquals("cuMemAlloc", failure.call());
        assertEquals(1, failure.getSuppressed().length);
    }

    @Test
    void theDeviceIsClosedOnlyIfItIsOwned() {
        ModelDevice device = new ModelDevice();
        CudaEngine.on(device).close();
        assertFalse(device.isClosed());
        RnnEngine engine = CudaEngine.owning(device);
        engine.close();
        assertTrue(device.isClosed());
        assertThrows(IllegalStateException.class, () -> engine.plan(CONFIG, Shape.of(1, 1), Mode.TRAINING));
    }

    /** Zeros times infinity are no numbers, but not in what is past a sequence's end. */
    @Test
    void paddingIsZeroWhateverTheWeights() {
        RnnConfig config = RnnConfig.gru(2, 3).build();
        RnnWeights weights = RnnWeights.zeros(config);
        Arrays.fill(weights.data(), Float.POSITIVE_INFINITY);
        float[] y = new float[2 * 3];
        float[] dx = new float[2 * 2];
        Arrays.fill(y, 7);
        Arrays.fill(dx, 7);
        try (RnnEngine engine = CudaEngine.on(new ModelDevice());
                RnnPlan plan = engine.plan(config, Shape.of(2, 1), Mode.TRAINING)) {
            plan.forward(weights, new float[] {1, 1, Float.NaN, Float.NaN}, null, new int[] {1}, y, null);
            plan.backward(weights, new float[] {1, 1, 1, Float.NaN, Float.NaN, Float.NaN}, null, dx, null, null);
        }
        assertArrayEquals(new float[3], Arrays.copyOfRange(y, 3, 6));
        assertArrayEquals(new float[2], Arrays.copyOfRange(dx, 2, 4));
    }

    /** Nobody looks for the driver here, which is done once: other tests of this process have one of their own. */
    @Test
    void theProviderComesBeforeTheCpu() {
        Map<String, Integer> priorities = ServiceLoader.load(EngineProvider.class).stream().map(ServiceLoader.Provider::get)
                .collect(Collectors.toMap(EngineProvider::name, EngineProvider::priority));
        assertTrue(priorities.get("cuda") > priorities.get("cpu"), priorities.toString());
    }

    private static int allocations(Mode mode) {
        ModelDevice device = new ModelDevice();
        try (RnnEngine engine = CudaEngine.on(device); RnnPlan plan = engine.plan(CONFIG, Shape.of(4, 2), mode)) {
            assertEquals(mode, plan.mode());
            return (int) device.live().stream().filter(purpose -> !purpose.equals("stream")
                    && !purpose.equals("host memory")).count();
        }
    }

    private static RnnWeights weights(long seed) {
        return RnnWeights.init(CONFIG, Initializer.pytorch(seed));
    }

    private static float[] forward(RnnPlan plan, RnnWeights weights) {
        float[] y = new float[4 * 2 * 10];
        plan.forward(weights, new float[4 * 2 * 3], null, null, y, null);
        return y;
    }
}
