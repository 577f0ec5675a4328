package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fresh JVM compiles the kernels without having been trapped in the vector library: the traps are what makes some
 * starts run at half speed. Read from HotSpot's compilation log; a machine short of processors may delay the compiler
 * enough to spring one, so this belongs to the long run.
 */
class VectorProfilesTest {
    private static final Pattern TRAP = Pattern.compile("<uncommon_trap [^>]*reason='(?:class_check|bimorphic[^']*)'"
            + "[^>]*>\\s*<jvms [^>]*method='((?:jdk.internal.vm.vector|jdk.incubator.vector)[^ ]* [^ ]*)");

    @Test
    @EnabledIfSystemProperty(named = "gateloom.exhaustive", matches = "true", disabledReason = "Runs with -Pexhaustive.")
    void springsNoTrapInTheVectorLibrary(@TempDir Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("compilation.xml");
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log,
                "--add-modules", VectorModule.NAME, "-cp", System.getProperty("java.class.path"), Run.class.getName())
                .redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        assertTrue(java.waitFor(2, TimeUnit.MINUTES), "the run has not ended");
        assertEquals(0, java.exitValue(), () -> read(folder.resolve("out")));
        String text = read(log);
        assertTrue(text.contains("SimdTiles multiply"), "the kernels were not compiled");
        assertEquals(List.of(), TRAP.matcher(text).results().map((MatchResult trap) -> trap.group(1)).distinct().toList());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the other JVM does: the forward of an LSTM for three seconds. */
    static final class Run {
        private Run() {
        }

        public static void main(String[] arguments) {
            RnnConfig config = RnnConfig.lstm(128, 256).build();
            float[] x = new float[50 * 32 * 128];
            float[] y = new float[50 * 32 * 256];
            try (RnnEngine engine = Engines.get("cpu-simd");
                    RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
                    RnnPlan plan = engine.plan(config, Shape.of(50, 32), Mode.INFERENCE)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
                while (System.nanoTime() < end) {
                    plan.forward(weights, x, null, null, y, null);
                }
            }
        }
    }
}
