package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.spi.EngineProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;

class EnginesTest {

    @Test
    void theReferenceIsFoundByNameAndNeverChosen() {
        try (RnnEngine engine = Engines.get("reference")) {
            assertEquals("reference", engine.name());
        }
        assertTrue(Engines.list().contains(new Engines.Info("reference", true, "", "")));
        try (RnnEngine engine = Engines.best(EngineOptions.threads(1))) {
            assertNotEquals("reference", engine.name());
        }
    }

    /** One that could run, but then fails, is no reason to do without the others; the log says why. */
    @Test
    void theAutomaticChoicePassesOverWhatCannotStart() {
        List<EngineProvider> providers = List.of(
                provider("listed", 3, Optional.of(new EngineProvider.Obstacle("no driver", "install one")), null),
                provider("taken", 2, Optional.empty(), () -> {
                    throw new IllegalStateException("another process has the GPU");
                }),
                provider("torn", 1, Optional.empty(), () -> {
                    throw new UnsatisfiedLinkError("no library");
                }),
                provider("oracle", -1, Optional.empty(), () -> {
                    throw new AssertionError("is never chosen");
                }),
                provider("cpu", 0, Optional.empty(), () -> Engines.get("reference")));
        List<String> logged = new ArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord message) {
                logged.add(new SimpleFormatter().formatMessage(message));
            }
        };
        Logger logger = Logger.getLogger("dev.gateloom");
        logger.addHandler(handler);
        try (RnnEngine engine = Engines.best(providers, EngineOptions.threads(1))) {
            assertEquals("reference", engine.name());
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, logged.size());
        assertTrue(logged.get(0).endsWith("; not listed: no driver; not taken: java.lang.IllegalStateException: another process "
                + "has the GPU; not torn: java.lang.UnsatisfiedLinkError: no library"), logged.get(0));
        String none = assertThrows(IllegalStateException.class,
                () -> Engines.best(providers.subList(0, 2), EngineOptions.threads(1))).getMessage();
        assertTrue(none.startsWith("no engine can run here in FP32; not listed: no driver; not taken: "), none);
    }

    private static EngineProvider provider(String name, int priority, Optional<EngineProvider.Obstacle> obstacle,
            Supplier<RnnEngine> create) {
        return new EngineProvider() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int priority() {
                return priority;
            }

            @Override
            public Optional<Obstacle> obstacle() {
                return obstacle;
            }

            @Override
            public RnnEngine create(EngineOptions options) {
                return create.get();
            }
        };
    }

    /** A state is one array, of all layers and directions. */
    @Test
    void aStateThatNoArrayHoldsIsRefused() {
        RnnConfig config = RnnConfig.gru(1, 64).layers(64).build();
        try (RnnEngine engine = Engines.get("reference")) {
            assertEquals("state: expected at most 2^31 elements in one array, got [64, 1048576, 64]",
                    message(() -> engine.plan(config, Shape.of(1, 1 << 20), Mode.INFERENCE)));
        }
    }

    @Test
    void unknownNamesAreRefusedWithThoseThereAre() {
        String message = assertThrows(IllegalArgumentException.class, () -> Engines.get("abacus")).getMessage();
        assertTrue(message.startsWith("name: expected one of [") && message.contains("reference")
                && message.endsWith("] (cuda and cudnn are in gateloom-cuda, which is not on the class path), got abacus"), message);
    }

    @Test
    void missingOptionsAreRefused() {
        assertEquals("options: expected a value, got null", message(() -> Engines.get("cpu", null)));
        assertEquals("options: expected a value, got null", message(() -> Engines.best(null)));
    }

    @Test
    void shapesAndOptionsCheckTheirNumbers() {
        assertEquals("maxSteps: expected at least 1, got 0", message(() -> Shape.of(0, 1)));
        assertEquals("maxBatch: expected at least 1, got -1", message(() -> new Shape(1, -1)));
        assertEquals("threads: expected at least 1, got 0", message(() -> EngineOptions.threads(0)));
        assertEquals(Runtime.getRuntime().availableProcessors(), EngineOptions.defaults().threads());
    }

    @Test
    void aPrecisionThatAnEngineLacksIsRefusedWithThoseItHas() {
        EngineOptions bf16 = EngineOptions.threads(1).precision(Precision.BF16);
        assertEquals("precision: expected one that engine cpu has, [FP32], got BF16", message(() -> Engines.get("cpu", bf16)));
        assertEquals("precision: expected a value, got null", message(() -> bf16.precision(null)));
        String none = assertThrows(IllegalStateException.class, () -> Engines.best(bf16)).getMessage();
        assertTrue(none.startsWith("no engine can run here in BF16") && none.contains("not cpu: it does not compute in BF16"), none);
    }

    private static String message(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
