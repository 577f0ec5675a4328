package dev.gateloom.cuda;

import static dev.gateloom.cuda.planner.Exchange.GATE_GRADIENTS;
import static dev.gateloom.cuda.planner.Exchange.PARTIAL_SUMS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.planner.Exchange;
import dev.gateloom.cuda.planner.Phase;
import dev.gateloom.device.Device;
import dev.gateloom.device.DeviceException;
import dev.gateloom.device.Graph;
import dev.gateloom.device.Stream;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import dev.gateloom.ptx.mutation.Mutant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks that wait for each other in vain give up, and whoever waits for the device is told. */
class ExchangeTest {
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("gateloom.exhaustive");
    private static final EmulatorOptions SIXTEEN = EmulatorOptions.defaults().multiprocessors(16);

    /** Each cell, pass and precision, exhaustively each of one with each other one; and partial sums. */
    static List<Arguments> kernels() {
        List<Arguments> kernels = new ArrayList<>();
        for (SequenceKernel kernel : SequenceKernel.values()) {
            for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
                boolean sampled = (precision == Precision.FP32) == ((kernel.cell() == CellType.LSTM) == (kernel.phase() == Phase.FORWARD));
                if (kernel.in(Strategy.C, precision) != null && (EXHAUSTIVE || sampled)) {
                    kernels.add(Arguments.of(kernel, precision, kernel.exchange()));
                }
            }
            if (kernel.in(Strategy.C, Precision.FP16, PARTIAL_SUMS) != null) {
                kernels.add(Arguments.of(kernel, Precision.FP16, PARTIAL_SUMS));
            }
        }
        return kernels;
    }

    /** Blocks that no peer will ever tell anything give up: the call says so and adds to no gradient, and the plan works again afterwards. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aWaitInVainEndsInAnException(SequenceKernel kernel, Precision precision, Exchange exchange) {
        boolean fp32 = precision == Precision.FP32;
        boolean back = kernel.phase() == Phase.BACKWARD;
        String program = fp32 ? kernel.programName() : Programs.sequence(kernel.cell(), precision).name();
        String ptx = new String(Kernels.program(program).ptx(SIXTEEN.architecture()), StandardCharsets.UTF_8);
        String arrival = "red.release.gpu.global.add.u32";
        assertTrue(ptx.contains(arrival));
        String suffix = fp32 ? "_8" : exchange == PARTIAL_SUMS ? "_sums_fp16" : "_fp16";
        Mutant silent = new Mutant(kernel.programName() + suffix, "", "", ptx.replaceAll(arrival + "[^;]*;", ""));
        MutantDevice device = new MutantDevice(SIXTEEN.checkInitialised(false), program, silent);    // results that nobody wrote
        RnnConfig config = RnnConfig.of(kernel.cell(), 3, 20).build();
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        RnnWeights gradients = RnnWeights.zeros(config);
        Arrays.fill(gradients.data(), 1);
        float[] before = gradients.data().clone();
        try (CudaEngine engine = CudaEngine.on(device, precision, SequenceOptions.of(Strategy.C)
                .backward(back ? exchange : GATE_GRADIENTS).tiles(8, 0, 0).polls(500));
                CudaPlan plan = engine.plan(config, Shape.of(4, 9), Mode.TRAINING)) {
            float[] x = new float[4 * 9 * 3];
            float[] y = new float[4 * 9 * 20];
            for (int n = 0; n < 2; n++) {
                if (back) {
                    plan.forward(weights, x, null, null, y, null);
                }
                DeviceException e = assertThrows(DeviceException.class, () -> {
                    if (back) {
                        plan.backward(weights, y, null, null, null, gradients);
                    } else {
                        plan.forward(weights, x, null, null, y, null);
                    }
                });
                assertEquals(702, e.code(), e::getMessage);
                assertTrue(e.getMessage().contains("invalid"), e.getMessage());
                assertArrayEquals(before, gradients.data());
            }
            int[] lengths = new int[9];
            Arrays.fill(lengths, back ? 0 : 1);                 // nobody waits
            plan.forward(weights, x, null, lengths, y, null);
            plan.backward(weights, y, null, null, null, gradients);
        } finally {
            gradients.close();
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
                Workspace workspace = new Workspace(device); Stream stream = device.stream();
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
        try (Stream stream = device.stream()) {
            stream.fill(address, 0, words);
            stream.synchronize();
        }
        return address;
    }
}
