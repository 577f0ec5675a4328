package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineUnavailableException;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code cpu-simd} is never something else. The build runs this with the vector module and without it. */
@Tag("scalar")
class CpuSimdProviderTest {

    @Test
    void runsWithTheVectorModuleAndRefusesWithout() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            try (RnnEngine engine = Engines.get("cpu-simd")) {
                assertEquals("cpu-simd", engine.name());
            }
        } else {
            String message = assertThrows(EngineUnavailableException.class, () -> Engines.get("cpu-simd")).getMessage();
            assertTrue(message.contains("cpu-simd") && message.contains("--add-modules jdk.incubator.vector"), message);
        }
    }
}
