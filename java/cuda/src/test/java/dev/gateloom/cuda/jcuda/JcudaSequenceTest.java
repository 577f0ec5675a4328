package dev.gateloom.cuda.jcuda;

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
import dev.gateloom.conformance.Sample;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.cuda.CudaPlan;
import dev.gateloom.cuda.ImpatientEngine;
import dev.gateloom.cuda.Strategy;
import dev.gateloom.device.DeviceException;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sequence kernels through JCuda: cooperative launches, more shared memory, occupancy, and what the driver refuses. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class JcudaSequenceTest {
    private static final EmulatorOptions SIXTEEN = EmulatorOptions.defaults().multiprocessors(16);
    private static final int T = 6;
    private static final int B = 9;
    private static final int H = 14;

    private FakeDriver driver;

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    @BeforeEach
    void makeDriver() {
        driver = driver(SIXTEEN);
    }

    private static FakeDriver driver(EmulatorOptions gpu) {
        return new FakeDriver(gpu, Kernels.names().stream().map(Kernels::program).toList());
    }

    @AfterEach
    void nothingIsLeft() {
        if (driver != null) {       // else there is no C compiler
            assertEquals(List.of(), driver.takeKernelFailures());
            assertEquals(List.of(), driver.takeRefusals());
            assertEquals(List.of(), driver.leftovers());
        }
    }

    /** Both directions in a launch, forward and back. H = 75 needs more shared memory than a block has without asking. */
    @ParameterizedTest
    @CsvSource({"LSTM, A, 75", "LSTM, C, 14", "GRU, A, 75", "GRU, C, 14"})
    void trainsLikeTheReference(CellType cell, Strategy strategy, int hidden) {
        RnnConfig config = RnnConfig.of(cell, 3, hidden).bidirectional(true).build();
        Sample sample = Sample.of(Precision.FP32, config, T, B, 5);
        try (CudaEngine engine = CudaEngine.owning(new JcudaProvider().open(), strategy, Precision.FP32)) {
            sample.assertSolvedBy(engine);
        }
        assertEquals(strategy == Strategy.C ? 2 : 0, driver.count("cuLaunchCooperativeKernel"));
        assertEquals(2, driver.count("cuOccupancyMaxActiveBlocksPerMultiprocessor"), "forward and backward are asked for");
        assertEquals(strategy == Strategy.A ? 2 : 0, driver.count("cuFuncSetAttribute"));
    }

    /** What is too large for the driver, whatever its occupancy said, runs step by step: nothing is lost. */
    @Test
    void aRefusedGridRunsStepByStep() {
        float[] expected = forward(Strategy.D, "forward: strategy D, as asked");
        driver.failNext("cuLaunchCooperativeKernel", CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE);
        assertArrayEquals(expected, forward(Strategy.C, "forward: strategy D, not C: the device refused 4 x 2 blocks of 4 units"));
        assertEquals(1, driver.count("cuLaunchCooperativeKernel"));
    }

    /** Another error is no reason to try on. */
    @Test
    void otherErrorsAreThrown() {
        driver.failNext("cuLaunchCooperativeKernel", CUresult.CUDA_ERROR_NOT_PERMITTED);
        assertEquals(CUresult.CUDA_ERROR_NOT_PERMITTED,
                assertThrows(DeviceException.class, () -> forward(Strategy.C, "")).code());
    }

    /** The kernel as loaded decides. */
    @Test
    void aGridThatIsNotResidentRunsStepByStep() {
        float[] expected = forward(Strategy.D, "forward: strategy D, as asked");
        driver.occupy();
        assertArrayEquals(expected, forward(Strategy.C, "forward: strategy D, not C: 8 blocks of 4 x 2 blocks of 4 units"));
        assertEquals(0, driver.count("cuLaunchCooperativeKernel"));
    }

    @Test
    void aWaitInVainEndsInAnException() {
        driver = driver(SIXTEEN.checkInitialised(false));       // results that nobody wrote
        RnnConfig config = RnnConfig.lstm(3, H).build();
        try (CudaEngine engine = ImpatientEngine.owning(new JcudaProvider().open());
                CudaPlan plan = engine.plan(config, Shape.of(T, B), Mode.INFERENCE);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1))) {
            for (int n = 0; n < 2; n++) {
                DeviceException e = assertThrows(DeviceException.class,
                        () -> plan.forward(weights, new float[T * B * 3], null, null, new float[T * B * H], null));
                assertEquals(CUresult.CUDA_ERROR_LAUNCH_TIMEOUT, e.code());
            }
        }
    }

    private static float[] forward(Strategy strategy, String how) {
        RnnConfig config = RnnConfig.lstm(3, H).build();
        float[] x = new float[T * B * 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        float[] y = new float[T * B * H];
        try (CudaEngine engine = CudaEngine.owning(new JcudaProvider().open(), strategy, Precision.FP32);
                RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                CudaPlan plan = engine.plan(config, Shape.of(T, B), Mode.INFERENCE)) {
            plan.forward(weights, x, null, null, y, null);
            assertTrue(plan.strategy().startsWith(how), plan::strategy);
        }
        return y;
    }
}
