package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @Test
    void unknownNamesAreRefusedWithThoseThereAre() {
        String message = assertThrows(IllegalArgumentException.class, () -> Engines.get("abacus")).getMessage();
        assertTrue(message.startsWith("name: expected one of [") && message.contains("reference")
                && message.endsWith("got abacus"), message);
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
