package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Engines;
import dev.gateloom.Mode;
import dev.gateloom.Precision;
import dev.gateloom.RnnConfig;
import dev.gateloom.cuda.libraries.CudaLibraries;
import dev.gateloom.cudnn.CudnnAlgorithm;
import dev.gateloom.cudnn.CudnnEngine;
import dev.gateloom.ptx.EmulatorOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With a GPU, and without cuDNN or without its compiler, in a JVM of its own. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class CudnnObstacleTest {

    @Test
    void withoutCudnnThatIsTheObstacle() throws Exception {
        String said = look("/nowhere");
        List<String> lines = said.lines().toList();
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("list: ") && line.contains("ready=false")
                && line.contains("no libcudnn.so.9 in /nowhere") && line.contains("let -Dgateloom.cuda.libraries name")), said);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("engine: engine cudnn: no cuDNN: no libcudnn.so.9 in /nowhere")), said);
        assertEquals(List.of(), lines.stream().filter(line -> line.contains("] jcuda.jcudnn.")).toList());
    }

    /** Which one algorithm is for. */
    @Test
    void withoutItsCompilerOnlyWhatIsCompiledIsRefused(@TempDir Path folder) throws Exception {
        FakeLibrary.install();
        for (String name : List.of("libcublasLt.so.12", "libcublas.so.12", "libcudnn.so.9")) {
            Files.copy(FakeLibrary.path().resolveSibling(name), folder.resolve(name));
        }
        Path broken = Files.writeString(folder.resolve("libnvrtc.so.12"), "no library");
        List<String> lines = look(folder.toString()).lines().toList();
        assertTrue(lines.contains("STANDARD: Optional.empty") && lines.contains("PERSIST_STATIC: Optional.empty"), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("PERSIST_DYNAMIC: Optional[cuDNN's algorithm PERSIST_DYNAMIC compiles kernels, "
                + "and NVRTC cannot be loaded: " + broken + ": ")), lines.toString());
    }

    private static String look(String libraries) throws Exception {
        FakeLibrary.install();
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + DriverLibrary.PROPERTY + "=" + FakeLibrary.path(), "-D" + CudaLibraries.PROPERTY + "=" + libraries,
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"), "-Xlog:class+load", "-cp", System.getProperty("java.class.path"), Look.class.getName())
                .redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), said);
        return said;
    }

    static final class Look {
        private Look() {
        }

        public static void main(String[] arguments) {
            new FakeDriver(EmulatorOptions.defaults(), List.of());
            Engines.list().stream().filter(engine -> engine.name().equals("cudnn"))
                    .forEach(engine -> System.out.println("list: " + engine));
            try (JcudaDevice device = JcudaDevice.open(0)) {
                for (CudnnAlgorithm algorithm : CudnnAlgorithm.values()) {
                    try (CudnnEngine engine = CudnnEngine.on(device, algorithm, Precision.FP32)) {
                        System.out.println(algorithm + ": " + engine.unsupported(RnnConfig.lstm(3, 4).build(), Mode.INFERENCE));
                    }
                }
            } catch (EngineUnavailableException e) {
                System.out.println("engine: " + e.getMessage());
            }
        }
    }
}
