package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody else's Maven project, outside this build, with nothing but the installed gateloom-core: compiles and runs
 * {@link OwnTrainer}. Core goes into a local repository of its own, before which Maven looks nowhere else; the user's
 * repository stands behind it (Maven 3.9's {@code maven.repo.local.tail}) for Maven's plugins alone and is not
 * written to. Needs the packaged jar, so the build runs this test in its {@code integration-test} phase.
 */
@Tag("installed")
class StrangerTest {
    private static final Path ROOT = Path.of(property("gateloom.root"));
    private static final String VERSION = property("gateloom.version");
    private static final String VECTOR = "--add-modules=jdk.incubator.vector";
    private static final Pattern LOSS = Pattern.compile("update +(\\d+)  loss ([0-9.]+)");

    @TempDir
    private static Path folder;
    private static Path core;
    private static Path classes;

    @BeforeAll
    static void build() throws Exception {
        Path repository = folder.resolve("repository");
        core = install(repository, "gateloom-core", ROOT.resolve("java/core/pom.xml"),
                ROOT.resolve("java/core/target/gateloom-core-" + VERSION + ".jar"));
        install(repository, "gateloom", ROOT.resolve("pom.xml"), null);

        Path project = folder.resolve("stranger");
        Path sources = Files.createDirectories(project.resolve("src/main/java/com/example"));
        Files.copy(ROOT.resolve("java/app/src/test/stranger/pom.xml"), project.resolve("pom.xml"));
        String example = Files.readString(ROOT.resolve("java/app/src/main/java/dev/gateloom/examples/OwnTrainer.java"));
        Files.writeString(sources.resolve("OwnTrainer.java"),
                example.replace("package dev.gateloom.examples;", "package com.example;"));
        classes = project.resolve("target/classes");

        boolean windows = System.getProperty("os.name").startsWith("Windows");
        run(project, Path.of(property("maven.home"), "bin", windows ? "mvn.cmd" : "mvn").toString(), "-B", "-o",
                "-Dmaven.repo.local=" + repository, "-Dmaven.repo.local.tail=" + property("maven.repo.user"),
                "-Dgateloom.version=" + VERSION, "compile");
    }

    @Test
    void runsOnTheClassPath() throws Exception {
        learns(run(folder, java(), VECTOR, "-cp", classes + File.pathSeparator + core,
                "com.example.OwnTrainer"));
    }

    @Test
    void runsOnTheModulePath() throws Exception {
        learns(run(folder, java(), VECTOR, "-p", core.toString(), "--add-modules", "dev.gateloom", "-cp",
                classes.toString(), "com.example.OwnTrainer"));
    }

    @Test
    void runsWithoutTheVectorModule() throws Exception {
        List<String> outputs = List.of(
                run(folder, java(), "-cp", classes + File.pathSeparator + core, "com.example.OwnTrainer"),
                run(folder, java(), "-p", core.toString(), "--add-modules", "dev.gateloom", "-cp", classes.toString(),
                        "com.example.OwnTrainer"));
        for (String output : outputs) {
            learns(output);
            assertEquals(1, output.lines().filter(l -> l.contains("--add-modules jdk.incubator.vector")).count(),
                    "warned once, with the flag to add: " + output);
        }
    }

    private static void learns(String output) {
        List<Double> losses = new ArrayList<>();
        Matcher line = LOSS.matcher(output);
        while (line.find()) {
            losses.add(Double.parseDouble(line.group(2)));
        }
        assertEquals(11, losses.size(), output);
        assertTrue(losses.get(10) < losses.get(0) / 20, output);
    }

    /** What {@code mvn install} does to a repository. */
    private static Path install(Path repository, String artifact, Path pom, Path jar) throws IOException {
        Path to = Files.createDirectories(repository.resolve("dev/gateloom").resolve(artifact).resolve(VERSION));
        String name = artifact + "-" + VERSION;
        Files.copy(pom, to.resolve(name + ".pom"));
        if (jar == null) {
            return null;
        }
        assertTrue(Files.exists(jar), jar + ": not there, run the package phase of java/core first");
        return Files.copy(jar, to.resolve(name + ".jar"));
    }

    private static String run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(directory, "run", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeAll(List.of("MAVEN_OPTS", "MAVEN_ARGS", "MAVEN_PROJECTBASEDIR",
                "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertTrue(ended, () -> String.join(" ", command) + "\ndid not end within ten minutes:\n" + output);
        assertEquals(0, process.exitValue(), () -> String.join(" ", command) + "\n" + output);
        return output;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("system property " + name + " is missing: java/app/pom.xml sets it");
        }
        return value;
    }
}
