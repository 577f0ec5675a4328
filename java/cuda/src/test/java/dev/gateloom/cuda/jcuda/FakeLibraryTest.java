package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The libraries of the tests take megabytes for each JVM that compiles them. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "JCuda's natives and the played driver are for it")
class FakeLibraryTest {

    @Test
    void nothingOutlivesTheJvm() throws Exception {
        FakeLibrary.install();
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Install.class.getName())
                .redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, java.waitFor(), said);
        Path folder = Path.of(said.lines().reduce((first, last) -> last).orElseThrow()).getParent();
        assertEquals(String.valueOf(java.pid()), folder.getFileName().toString());
        assertFalse(Files.exists(folder), said);
        assertTrue(Files.exists(FakeLibrary.path()), "that of a JVM that runs");
    }

    static final class Install {
        private Install() {
        }

        public static void main(String[] arguments) {
            FakeLibrary.install();
            System.out.println(FakeLibrary.path());
        }
    }
}
