package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.management.ThreadMXBean;
import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.LayerNorm;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnConfig.Builder;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnMasks;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.model.ModelDevice;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The planner and the launchers allocate nothing on the host. The device is idle: what it allocates is its own matter. */
class AllocationTest {
    /** Looked up once: the look-up allocates, and would be counted. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Each cell plain, and with rare options. */
    static Stream<Builder> stacks() {
        return Stream.concat(Stream.of(CellType.values()).map(cell -> RnnConfig.of(cell, 5, 9)), Stream.of(
                RnnConfig.lstm(5, 9).projSize(4).layerNorm(LayerNorm.STANDARD).peephole(true).cellClip(1).zoneout(0.1f, 0.1f)
                        .recurrentDropout(0.1f).candidateDropout(0.1f).dropConnect(0.1f),
                RnnConfig.gru(5, 9).layerNorm(LayerNorm.STANDARD).candidateDropout(0.1f),
                RnnConfig.gru(5, 9).resetAfter(false).recurrentDropout(0.1f),
                RnnConfig.of(CellType.RNN_TANH, 5, 9).zoneout(0.1f, 0)));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void thousandCallsAllocateNothing(Builder stack) {
        thousandCallsAllocateNothing(stack, Precision.FP32);
    }

    /** With packed weights, rounded factors and scaled gradients. */
    @ParameterizedTest
    @MethodSource("stacks")
    void thousandCallsInHalfPrecisionAllocateNothing(Builder stack) {
        thousandCallsAllocateNothing(stack, Precision.FP16);
    }

    private static void thousandCallsAllocateNothing(Builder stack, Precision precision) {
        RnnConfig serving = stack.build();
        RnnConfig config = stack.layers(2).bidirectional(true).dropout(0.2f).batchFirst(true).build();
        try (RnnEngine engine = CudaEngine.on(ModelDevice.idle(), Strategy.D, precision);
                RnnPlan plan = engine.plan(config, Shape.of(4, 6), Mode.TRAINING);
                RnnPlan step = engine.plan(serving, Shape.of(1, 6), Mode.INFERENCE)) {
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
            RnnWeights servingWeights = RnnWeights.init(serving, Initializer.pytorch(1));
            RnnWeights gradients = RnnWeights.zeros(config);
            RnnState state = RnnState.zeros(serving, 6);
            int[] lengths = {4, 1, 0, 3, 4, 2};
            float[] x = new float[4 * 6 * 5];
            float[] y = new float[4 * 6 * 18];
            float[] dx = new float[x.length];
            allocatesNothing(() -> {
                weights.changed();
                plan.forward(weights, x, null, lengths, y, null);
                plan.backward(weights, y, null, dx, null, gradients);
                step.step(servingWeights, x, state, y);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void thousandCallsWithDeviceMemoryAllocateNothing(Builder stack) {
        RnnConfig config = stack.layers(2).bidirectional(true).dropout(0.2f).batchFirst(true).build();
        try (CudaEngine engine = CudaEngine.on(ModelDevice.idle(), Strategy.D);
                CudaPlan plan = engine.plan(config, Shape.of(4, 6), Mode.TRAINING)) {
            DeviceCall call = new DeviceCall();
            for (Tensor tensor : Tensor.values()) {
                boolean ofLstm = tensor == Tensor.C0 || tensor == Tensor.CN || tensor == Tensor.DCN || tensor == Tensor.DC0;
                boolean absent = ofLstm && config.cell() != CellType.LSTM
                        || tensor.mask != null && RnnMasks.size(config, tensor.mask, 4, 6) == 0;
                call.set(tensor, absent ? 0 : 4096L * (1 + tensor.ordinal()));
            }
            allocatesNothing(() -> {
                plan.forward(call);
                plan.backward(call);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(value = CellType.class, names = {"LSTM", "GRU"})
    void thousandSequencesAllocateNothing(CellType cell) {
        RnnConfig config = RnnConfig.of(cell, 5, 9).bidirectional(true).build();
        try (CudaEngine engine = CudaEngine.on(ModelDevice.idle(), Strategy.A);
                CudaPlan plan = engine.plan(config, Shape.of(4, 6), Mode.TRAINING);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1))) {
            float[] x = new float[4 * 6 * 5];
            float[] y = new float[4 * 6 * 18];
            assertFalse(plan.strategy().contains("strategy D"), plan::strategy);
            allocatesNothing(() -> {
                plan.forward(weights, x, null, null, y, null);
                plan.backward(weights, y, null, x, null, null);
            });
        }
    }

    /** The JVM allocates until the code is compiled, so the first 1,000 calls without an allocation end the test. */
    private static void allocatesNothing(Runnable call) {
        long thread = Thread.currentThread().getId();
        long deadline = System.nanoTime() + 120_000_000_000L;
        long allocated;
        do {
            long before = THREADS.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 1_000; i++) {
                call.run();
            }
            allocated = THREADS.getThreadAllocatedBytes(thread) - before;
        } while (allocated > 0 && System.nanoTime() < deadline);
        assertEquals(0, allocated, "bytes in 1,000 calls after two minutes of warm-up");
    }
}
