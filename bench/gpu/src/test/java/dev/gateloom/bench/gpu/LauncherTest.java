package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which suite {@code bench/run} builds and starts, with Maven, Java and {@code nvidia-smi} played by scripts. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher for a POSIX shell")
class LauncherTest {
    @TempDir
    private Path root;
    private String libraries;                   // the variable; null if it is not set

    private record Run(int status, String out, String err) {
    }

    @BeforeEach
    void copyLauncher() throws IOException {
        for (String folder : List.of("bench/target", "bench/gpu/target", "bench/rivals/target", "jdk/bin", "tools")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.copy(Path.of(System.getProperty("gateloom.root"), "bench/run"), root.resolve("bench/run"));
        Files.writeString(root.resolve("mvnw"), """
                echo "$@" >>built
                for module in bench bench/gpu bench/rivals; do echo "$module.jar" >$module/target/class-path.txt; done
                """);
        script("jdk/bin/java", "if [ \"$1\" = -version ]; then echo 'openjdk version \"17.0.1\"' >&2; else echo \"$@\"; fi");
    }

    @Test
    void withoutADriverNothingOfAGpuIsBuilt() throws Exception {
        assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")), "this machine has a driver");
        script("tools/nvidia-smi", "exit 9");
        Run run = run("--shape", "S2");
        assertEquals(0, run.status, run.err);
        assertTrue(run.out.contains(" dev.gateloom.bench.Main --shape S2"), run.out);
        assertFalse(run.out.contains("bench/gpu"), run.out);
        assertTrue(built().contains("-pl bench -am"), built());
    }

    @Test
    void aDriverChoosesTheSuiteOfTheGpuAndSaysSo() throws Exception {
        script("tools/nvidia-smi", "echo 'GPU 0: Example'");
        Run run = run("--shape", "S2");
        assertTrue(run.out.contains(" dev.gateloom.bench.gpu.GpuMain --shape S2"), run.out);
        assertTrue(run.out.contains(root.toRealPath() + "/bench/gpu/target/classes:bench/gpu.jar"), run.out);
        assertTrue(run.err.contains("NVIDIA driver found") && run.err.contains("--device cpu"), run.err);
        assertTrue(run.err.contains("362 MB, and compiles the kernels, some minutes"), run.err);
        assertTrue(built().contains("-pl bench,bench/gpu -am"), built());
    }

    @Test
    void theCpuIsMeasuredBesideADriverIfItIsAskedForOrItsRivalsOrModelsAre() throws Exception {
        script("tools/nvidia-smi", "echo 'GPU 0: Example'");
        for (String[] arguments : new String[][] {{"--device", "cpu"}, {"--device=cpu"}, {"--rivals"}, {"--rivals=onnxruntime"}, {"--models"}}) {
            Run run = run(arguments);
            assertTrue(run.out.contains(" dev.gateloom.bench.Main " + String.join(" ", arguments)), run.out);
        }
        assertFalse(built().contains("bench/gpu"), built());
    }

    @Test
    void theEmulatorAndAnAttestationNeedNoDriver() throws Exception {
        script("tools/nvidia-smi", "exit 9");
        for (String[] arguments : new String[][] {{"--device", "emulator"}, {"--device=cuda"}, {"--attest"},
            {"--device", "cpu", "--attest"}}) {
            Run run = run(arguments);
            assertTrue(run.out.contains(" dev.gateloom.bench.gpu.GpuMain " + String.join(" ", arguments)), run.out);
            assertTrue(run.out.contains("-Dgateloom.bench.golden=" + root.toRealPath() + "/java/core/src/test/resources/golden:"),
                    run.out);
        }
    }

    /** NVIDIA's libraries are built in where there are any; elsewhere that is said. */
    @Test
    void librariesAreForSomePlatformsOnly() throws Exception {
        libraries = "download";
        for (String platform : List.of("Linux x86_64", "Darwin arm64", "Linux aarch64")) {
            script("tools/uname", "set -- $1 " + platform + "\nif [ \"$1\" = -m ]; then echo $3; else echo $2; fi");
            Run run = run("--device", "emulator");
            assertEquals(0, run.status, run.err);
            boolean some = platform.endsWith("x86_64");
            assertEquals(!some, run.err.contains("this is " + platform.replace(" ", " on ") + ": going on without them"), run.err);
            assertEquals(some, built().contains("-Pcuda-libs"), built());
            Files.delete(root.resolve("built"));
            Files.delete(root.resolve(some ? "bench/target/launcher-gpu-cuda-libs.stamp" : "bench/target/launcher-gpu.stamp"));
        }
    }

    @Test
    void anotherDeviceIsRefusedBeforeAnythingIsBuilt() throws Exception {
        Run run = run("--device", "tpu");
        assertEquals(2, run.status);
        assertTrue(run.err.contains("expected cpu, cuda or emulator, got tpu"), run.err);
        assertFalse(Files.exists(root.resolve("built")));
    }

    private String built() throws IOException {
        return Files.readString(root.resolve("built"));
    }

    private void script(String name, String text) throws IOException {
        Files.writeString(root.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", root.resolve("bench/run").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(root.resolve("out").toFile())
                .redirectError(root.resolve("err").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", root.resolve("jdk").toString());
        environment.put("PATH", root.resolve("tools") + ":" + environment.get("PATH"));
        environment.remove("GATELOOM_CUDA_LIBRARIES");
        if (libraries != null) {
            environment.put("GATELOOM_CUDA_LIBRARIES", libraries);
        }
        int status = builder.start().waitFor();
        return new Run(status, Files.readString(root.resolve("out")), Files.readString(root.resolve("err")));
    }
}
