package dev.gateloom.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import dev.gateloom.spi.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictTest {
    @TempDir
    Path folder;

    @Test
    void theErrorIsRelativeToTheLargestValue() {
        assertEquals(0.5, Verdict.error(new float[] {4, 0.5f}, new double[] {4, 0}, 0.25), 1e-12);
        assertEquals(500, Verdict.error(new float[] {0.5f}, new double[] {0}, 1), 1e-9);
        assertEquals(0, Verdict.error(new float[0], new double[0], 1));
        assertEquals(Double.POSITIVE_INFINITY, Verdict.error(new float[] {Float.NaN, 1}, new double[] {1, 1}, 1));
        assertEquals(Double.POSITIVE_INFINITY, Verdict.error(new float[] {1}, new double[] {Double.NaN}, 1));
    }

    @Test
    void everyTensorIsCompared() throws IOException {
        GoldenCase original = GoldenCase.read(GoldenFiles.LSTM);
        try (RnnEngine engine = Engines.get("reference")) {
            assertTrue(Verdict.of(original, engine).passed());
            for (String name : original.expected().keySet()) {
                Path file = GoldenFiles.changed(GoldenFiles.LSTM, folder.resolve("changed.safetensors"), c -> {
                    float[] values = c.values.get(name);
                    float largest = 0;
                    for (float v : values) {
                        largest = Math.max(largest, Math.abs(v));
                    }
                    values[values.length - 1] += 2 * (float) original.rtol() * largest;
                });
                Verdict verdict = Verdict.of(GoldenCase.read(file), engine);
                assertEquals(name, verdict.tensor());
                assertFalse(verdict.passed(), name);
                assertTrue(verdict.error() > 1.5 && verdict.error() < 2.5, verdict.toString());
            }
        }
    }

    @Test
    void anEngineThatWritesNothingFails() throws IOException {
        Verdict verdict = Verdict.of(GoldenCase.read(GoldenFiles.SMALL), new Idle(Optional.empty(), () -> { }));
        assertEquals(new Verdict("y", Double.POSITIVE_INFINITY, "", false), verdict);
        assertFalse(verdict.passed());
    }

    @Test
    void anEngineThatLacksTheOptionOrThrowsFails() throws IOException {
        GoldenCase golden = GoldenCase.read(GoldenFiles.SMALL);
        Verdict lacks = Verdict.of(golden, new Idle(Optional.of("no GRU"), () -> { }));
        assertEquals("not supported: no GRU", lacks.problem());
        assertFalse(lacks.passed());
        assertTrue(lacks.unsupported());
        Verdict throwing = Verdict.of(golden, new Idle(Optional.empty(), () -> {
            throw new IllegalStateException("broken");
        }));
        assertEquals("the engine failed: java.lang.IllegalStateException: broken", throwing.problem());
        assertFalse(throwing.passed());
        assertFalse(throwing.unsupported());
    }

    /** Computes nothing. */
    private record Idle(Optional<String> lacking, Runnable work) implements RnnEngine {
        @Override
        public String name() {
            return "idle";
        }

        @Override
        public String description() {
            return "computes nothing";
        }

        @Override
        public Optional<String> unsupported(RnnConfig config, Mode mode) {
            return lacking;
        }

        @Override
        public RnnPlan plan(RnnConfig config, Shape shape, Mode mode) {
            return new RnnPlan(config, shape, mode) {
                @Override
                protected void run(Call checked) {
                    work.run();
                }

                @Override
                protected void runBackward(Call checked) {
                    work.run();
                }
            };
        }

        @Override
        public void close() {
            // nothing to free
        }
    }
}
