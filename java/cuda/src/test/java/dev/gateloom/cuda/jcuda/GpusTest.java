package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.device.DeviceProperties;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class GpusTest {

    @BeforeAll
    static void installDriver() {
        FakeLibrary.install();
    }

    @Test
    void allAreListedAndNoneIsOpened() {
        EmulatorOptions hopper = EmulatorOptions.defaults().architecture(90);
        FakeDriver driver = new FakeDriver(hopper, List.of()).withGpu(EmulatorOptions.defaults().architecture(80)).capability(1, 70)
                .version(12_04_0);
        assertEquals(Optional.empty(), Gpus.obstacle());
        assertEquals("12.4", Gpus.cuda());
        List<Gpus.Gpu> gpus = Gpus.list();
        assertEquals(List.of("Fake GPU", "Fake GPU"), gpus.stream().map(Gpus.Gpu::name).toList());
        DeviceProperties p = new EmulatorDevice(hopper).properties();      // which has no L2
        assertEquals(new DeviceProperties(p.computeCapability(), p.multiprocessors(), p.sharedPerBlock(), p.sharedPerBlockOptin(),
                p.sharedPerMultiprocessor(), p.registersPerMultiprocessor(), p.threadsPerMultiprocessor(), p.blocksPerMultiprocessor(),
                p.cooperative(), p.clusters(), FakeGpu.L2, p.memory()), gpus.get(0).properties());
        assertEquals(Optional.empty(), gpus.get(0).obstacle());
        assertEquals(1, gpus.get(1).ordinal());
        assertTrue(gpus.get(1).obstacle().orElseThrow().contains("compute capability 7.0"), gpus.toString());
        assertEquals(0, driver.count("cuDevicePrimaryCtxRetain"));
    }

    @Test
    void withoutAGpuThatIsTheReason() {
        new FakeDriver(EmulatorOptions.defaults(), List.of()).withoutGpus();
        String why = Gpus.obstacle().orElseThrow();
        assertTrue(why.contains("shows no GPU"), why);
        assertTrue(assertThrows(IllegalStateException.class, Gpus::list).getMessage().contains(why));
    }
}
