package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code java/gateloom} in a project of its own, with stand-ins for Maven and Java that print what they are asked. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a POSIX shell script; gateloom.cmd is its counterpart")
class LauncherTest {
    private static final String JAVA = """
        #!/bin/sh
        for a in "$@"; do
          if [ "$a" = -version ]; then
            echo 'Picked up JAVA_TOOL_OPTIONS: -Dx="1"' >&2
            echo 'openjdk version "%s" 2024-01-01' >&2
            exit 0
          fi
        done
        for a in "$@"; do echo "<$a>"; done
        exit 3
        """;

    @TempDir
    Path folder;
    private Path root;
    private Path script;
    private final Map<String, String> environment = new HashMap<>();
    private Path java;

    @BeforeEach
    void project() throws IOException {
        root = folder.toRealPath().resolve("a project");
        Path cli = Files.createDirectories(root.resolve("java/cli/src/main/java")).getParent().getParent().getParent();
        Files.writeString(root.resolve("pom.xml"), "");
        Files.writeString(cli.resolve("pom.xml"), "");
        Files.writeString(cli.resolve("src/main/java/A.java"), "");
        Files.createDirectories(root.resolve("kernels/src/main/cuda"));
        Files.writeString(root.resolve("kernels/pom.xml"), "");
        Files.writeString(root.resolve("kernels/src/main/cuda/a.cu"), "");
        script = program(root.resolve("java/gateloom"), Files.readString(Path.of("../gateloom")));
        program(root.resolve("mvnw"), "echo \"mvnw $*\"; [ ! -e broken ]");
        java = folder.toRealPath().resolve("a jdk/bin/java");
        Files.createDirectories(java.getParent());
        program(java, JAVA.formatted("17.0.9"));
    }

    @Test
    void buildsOnceAndPassesEverythingOn() throws Exception {
        Run first = launch(script, "verify", "a file", "");
        assertEquals(3, first.status());
        assertTrue(first.err().contains("gateloom: building; a first build also downloads"), first.err());
        assertTrue(first.err().contains("362 MB"), first.err());
        assertTrue(first.err().contains("mvnw -q -B -ntp -DskipTests"), first.err());
        assertEquals(List.of("<--add-modules=jdk.incubator.vector>", "<--enable-native-access=ALL-UNNAMED>",
                "<-Dgateloom.progress=false>", "<-cp>",
                "<" + root + "/java/cli/target/gateloom-cli.jar:" + root + "/java/cli/target/lib/*>",
                "<dev.gateloom.cli.Gateloom>", "<verify>", "<a file>", "<>"), first.out().lines().toList());
        assertEquals("", launch(script, "info").err());
    }

    /** With the profile, whose jar it puts on the class path too; without the variable all is as before. */
    @Test
    void bringsTheLibrariesOfNvidiaWhenAsked() throws Exception {
        Files.writeString(root.resolve("mvnw"), "echo \"mvnw $*\"\n"
                + "echo '/a repository/cuda-redist.jar' >java/cli/target/cuda-libs.txt\n");
        environment.put("GATELOOM_CUDA_LIBRARIES", "download");
        Run run = launch(script, "info");
        assertTrue(run.err().contains("362 MB, and cuBLAS and cuDNN, 2 GB"), run.err());
        assertTrue(run.err().contains(" -Pcuda-libs -pl java/cli -am package"), run.err());
        assertTrue(run.out().contains("/java/cli/target/lib/*:/a repository/cuda-redist.jar>"), run.out());
        assertEquals("", launch(script, "info").err());
        environment.put("GATELOOM_CUDA_LIBRARIES", "/opt/cuda");
        run = launch(script, "info");
        assertFalse(run.err().contains("cuda-libs"), run.err());
        assertTrue(run.out().contains("/java/cli/target/lib/*>"), run.out());
    }

    /** Where Maven Central has none, that is said, and all else goes on. */
    @Test
    void goesOnWithoutTheLibrariesWhereThereAreNone() throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        program(tools.resolve("uname"), "#!/bin/sh\nif [ \"$1\" = -m ]; then echo arm64; else echo Darwin; fi\n");
        environment.put("GATELOOM_CUDA_LIBRARIES", "download");
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        Run run = launch(script, "info");
        assertEquals(3, run.status(), run.err());
        assertTrue(run.err().contains("for Linux and Windows on x86-64 only, this is Darwin on arm64: going on without them"), run.err());
        assertTrue(run.err().contains("mvnw ") && !run.err().contains("-Pcuda-libs"), run.err());
        assertTrue(run.out().contains("/java/cli/target/lib/*>"), run.out());
    }

    /** Read only: there is no cmd.exe here to run it. */
    @Test
    void theOneForWindowsBuildsAndRunsTheSame() throws IOException {
        String cmd = Files.readString(Path.of("../gateloom.cmd"));
        for (String part : List.of("java\\cli\\target", "-pl java/cli -am package", "gateloom-cli.jar", "dev.gateloom.cli.Gateloom",
                "kernels\\pom.xml, kernels\\src", "349 MB", "-Pcuda-libs", "cuda-libs.txt", "going on without them")) {
            assertTrue(cmd.contains(part), () -> "gateloom.cmd lacks " + part);
        }
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        launch(script);
        Path source = root.resolve("java/cli/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertTrue(launch(script).err().contains("building"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(60)));
        launch(script);
        assertFalse(launch(script).err().contains("building"));
    }

    @Test
    void aChangedKernelIsASourceToo() throws Exception {
        launch(script);
        Files.setLastModifiedTime(root.resolve("kernels/src/main/cuda/a.cu"), FileTime.from(Instant.now().plusSeconds(60)));
        assertTrue(launch(script).err().startsWith("gateloom: building (sources have changed)"));
    }

    @Test
    void aFailedBuildIsSaidAndTriedAgain() throws Exception {
        Files.writeString(root.resolve("broken"), "");
        for (int i = 0; i < 2; i++) {
            Run run = launch(script);
            assertEquals(70, run.status());
            assertTrue(run.err().endsWith("gateloom: the build failed, see above\n"), run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void isFoundThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("direct"), script);
        Path chain = Files.createSymbolicLink(folder.resolve("chain"), Path.of("direct"));
        assertEquals(3, launch(link).status());
        assertEquals(3, launch(chain).status());
    }

    @Test
    void anUnsuitableJavaIsNamed() throws Exception {
        program(java, JAVA.formatted("1.8.0_392"));
        Run old = launch(script);
        assertEquals(2, old.status());
        assertEquals("gateloom: " + java + " is Java 1.8.0_392, Java 17 or newer is needed: set JAVA_HOME\n", old.err());
        program(java, JAVA.formatted("26-ea"));
        assertEquals(3, launch(script).status());
        Files.delete(java);
        Run none = launch(script);
        assertEquals(2, none.status());
        assertTrue(none.err().contains("there is no bin/java in it: point it at a JDK 17 or newer"), none.err());
    }

    @Test
    void aJvmWithoutTheVectorModuleStillRuns() throws Exception {
        program(java, "#!/bin/sh\nif [ \"$1\" = --add-modules ]; then exit 1; fi\n" + JAVA.formatted("21").substring(10));
        Run run = launch(script, "info");
        assertEquals(3, run.status());
        assertTrue(run.out().startsWith("<--enable-native-access=ALL-UNNAMED>"), run.out());
    }

    private Run launch(Path program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", program.toString()));
        command.addAll(List.of(arguments));
        Path err = folder.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectError(err.toFile());
        builder.environment().remove("GATELOOM_CUDA_LIBRARIES");
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", java.getParent().getParent().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    private static Path program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
