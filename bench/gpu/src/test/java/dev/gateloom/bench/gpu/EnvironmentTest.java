package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gateloom.device.Device;
import dev.gateloom.ptx.EmulatorDevice;
import dev.gateloom.ptx.EmulatorOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    /** Of the project's checkout, from any folder inside, and of no other that happens to be around the classes. */
    @Test
    void findsTheCommitOfTheCheckout(@TempDir Path folder) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("bench/gpu/target/classes"));
        assumeTrue(Command.output(List.of("git", "-C", folder.toString(), "init", "-q")).isPresent(), "there is no git here");
        assertEquals("not known", Environment.commit(classes), "another project's");
        Files.writeString(folder.resolve("bench/gpu/pom.xml"), "<project/>");
        assertEquals("not known", Environment.commit(classes), "nothing is committed");
        git(folder, "add", ".");
        git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "First");
        String commit = Environment.commit(classes);
        assertTrue(commit.matches("[0-9a-f]{7,}"), commit);
        Files.writeString(folder.resolve("bench/gpu/pom.xml"), "<project></project>");
        assertEquals(commit + "-dirty", Environment.commit(classes));
    }

    /** They take seconds and gigabytes. In a JVM of its own, which says what it loads. */
    @Test
    void onTheEmulatorNoLibraryIsLookedFor() throws Exception {
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:class+load", "-cp",
                System.getProperty("java.class.path"), Look.class.getName()).redirectErrorStream(true).start();
        List<String> said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        List<String> printed = said.stream().filter(line -> !line.contains("[class,load]")).toList();
        assertEquals(0, java.waitFor(), printed.toString());
        assertTrue(printed.contains("cuBLAS: not loaded: only a GPU has a use for it"), printed.toString());
        assertTrue(said.stream().anyMatch(line -> line.contains(" " + EmulatorDevice.class.getName() + " ")), "classes are listed");
        assertEquals(List.of(), said.stream().filter(line -> line.contains(" dev.gateloom.cuda.libraries.")
                || line.contains(" jcuda.")).toList());
    }

    static final class Look {
        private Look() {
        }

        public static void main(String[] arguments) {
            try (Device device = new EmulatorDevice(EmulatorOptions.defaults())) {
                System.out.println("cuBLAS: " + Environment.of(device, false).get("cuBLAS"));
            }
        }
    }

    private static void git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        assertTrue(Command.output(command).isPresent(), String.join(" ", command));
    }
}
