package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.CellType;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import dev.gateloom.cuda.CudaEngine;
import dev.gateloom.device.Program;
import dev.gateloom.kernels.KernelReport;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the jar of the kernels has for each architecture is what a device of that architecture loads. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class ShippedCodeTest {
    private static final int STEPS = 3;
    private static final int BATCH = 2;

    private FakeDriver driver;

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    static List<Integer> architectures() {
        return Kernels.report().stream().map(KernelReport::architecture).distinct().sorted().toList();
    }

    private void driver(int architecture) {
        List<Program> programs = Kernels.names().stream().map(Kernels::program).toList();
        driver = new FakeDriver(EmulatorOptions.defaults().architecture(architecture), programs);
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(List.of(), driver.takeKernelFailures());
        assertEquals(List.of(), driver.takeRefusals());
        assertEquals(List.of(), driver.leftovers());
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void everyKernelIsInItsCubin(int architecture) {
        driver(architecture);
        List<String> expected = new ArrayList<>();
        try (JcudaDevice device = JcudaDevice.open(0)) {
            for (String program : Kernels.names()) {
                Kernels.report().stream().filter(kernel -> kernel.program().equals(program)
                        && kernel.architecture() == architecture).forEach(kernel -> assertEquals(kernel.kernel(),
                        device.kernel(Kernels.program(program), kernel.kernel()).name()));
                expected.add("cubin of " + program + " for sm_" + architecture);
            }
        }
        assertEquals(expected, driver.loaded());
    }

    /** Also of two in one machine, whichever is opened first. */
    @Test
    void everyGpuLoadsItsOwn() {
        driver(80);
        driver.withGpu(EmulatorOptions.defaults().architecture(90));
        String program = Kernels.names().iterator().next();
        String kernel = Kernels.report().stream().filter(line -> line.program().equals(program)).findFirst().orElseThrow()
                .kernel();
        long application = driver.newContext(1);
        try (JcudaDevice second = JcudaDevice.open(1); JcudaDevice first = JcudaDevice.open(0);
             JcudaDevice embedded = JcudaDevice.ofContext(application)) {
            for (JcudaDevice device : List.of(second, first, embedded)) {
                assertEquals(kernel, device.kernel(Kernels.program(program), kernel).name());
            }
            assertEquals(List.of(80, 90, 90), Stream.of(first, second, embedded)
                    .map(device -> device.properties().computeCapability()).toList());
        }
        assertEquals(Stream.of(90, 80, 90).map(architecture -> "cubin of " + program + " for sm_" + architecture).toList(),
                driver.loaded());
        driver.destroyContext(application);
    }

    /** Where a device refuses the cubins, it runs the PTX. */
    @ParameterizedTest
    @MethodSource("architectures")
    void thePtxComputesTheSame(int architecture) {
        driver(architecture);
        driver.refuseCubins();
        RnnConfig config = RnnConfig.of(CellType.GRU, 3, 4).build();
        try (RnnEngine gpu = CudaEngine.owning(new JcudaProvider().open()); RnnEngine reference = Engines.get("reference")) {
            assertArrayEquals(gradients(reference, config), gradients(gpu, config), 1e-5f);
        }
        assertEquals(List.of("PTX for sm_" + architecture), driver.loaded().stream().distinct().toList());
    }

    private static float[] gradients(RnnEngine engine, RnnConfig config) {
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        RnnWeights gradients = RnnWeights.zeros(config);
        float[] x = new float[STEPS * BATCH * config.inputSize()];
        float[] dy = new float[STEPS * BATCH * config.hiddenSize()];
        Arrays.fill(x, 0.5f);
        Arrays.fill(dy, 1);
        try (RnnPlan plan = engine.plan(config, Shape.of(STEPS, BATCH), Mode.TRAINING)) {
            plan.forward(weights, x, null, null, null, null);
            plan.backward(weights, dy, null, null, null, gradients);
        }
        weights.close();
        return gradients.data();
    }
}
