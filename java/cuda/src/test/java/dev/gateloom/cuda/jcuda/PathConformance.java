package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.conformance.EngineConformance;
import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The conformance suite through all that a GPU's user has: engine, device class, JCuda, its native library; then a driver that
 * is played, and the PTX of the cubins it is given on the emulator with all checks.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
abstract class PathConformance extends EngineConformance {
    private FakeDriver driver;

    PathConformance() {
        super("cuda");
    }

    @BeforeAll
    void installDriver() {
        FakeLibrary.install();
        driver = new FakeDriver(EmulatorOptions.defaults(), Kernels.names().stream().map(Kernels::program).toList());
    }

    FakeDriver driver() {
        return driver;
    }

    /** {@code EmulatorConformanceTest} solves the problems; here it is about the calls, which are the same for all of them. */
    @Override
    public int oneProblemOf() {
        return 20;
    }

    /** After the suite closed its engine. */
    @AfterAll
    void nothingIsLeft() {
        if (driver != null) {       // else there is no C compiler
            engine().close();
            assertEquals(List.of(), driver.takeKernelFailures());
            assertEquals(List.of(), driver.takeRefusals());
            assertEquals(List.of(), driver.leftovers());
        }
    }
}
