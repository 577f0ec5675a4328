package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Engines;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cudnn.CudnnEngine;
import dev.gateloom.ptx.EmulatorOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** With a GPU and without cuDNN, in a JVM of its own. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CudnnObstacleTest {

    @Test
    void withoutCudnnThatIsTheObstacle() throws Exception {
        FakeLibrary.install();
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + DriverLibrary.PROPERTY + "=" + FakeLibrary.path(), "-D" + CudaLibraries.PROPERTY + "=/nowhere",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"), "-Xlog:class+load", "-cp", System.getProperty("java.class.path"), Look.class.getName())
                .redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        List<String> lines = said.lines().toList();
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("list: ") && line.contains("ready=false")
                && line.contains("no libcudnn.so.9 in /nowhere") && line.contains("let -Dgateloom.cuda.libraries name")), said);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("engine: engine cudnn: no cuDNN: no libcudnn.so.9 in /nowhere")), said);
        assertEquals(List.of(), lines.stream().filter(line -> line.contains("] jcuda.jcudnn.")).toList());
    }

    static final class Look {
        private Look() {
        }

        public static void main(String[] arguments) {
            new FakeDriver(EmulatorOptions.defaults(), List.of());
            Engines.list().stream().filter(engine -> engine.name().equals("cudnn"))
                    .forEach(engine -> System.out.println("list: " + engine));
            try (JcudaDevice device = JcudaDevice.open(0)) {
                CudnnEngine.on(device);
            } catch (EngineUnavailableException e) {
                System.out.println("engine: " + e.getMessage());
            }
        }
    }
}
