package dev.gateloom.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClocksTest {

    @Test
    void everyGpuHasItsClocks() {
        Clocks clocks = Clocks.of(command -> {
            assertEquals("nvidia-smi", command.get(0));
            assertTrue(command.get(1).contains("clocks.sm"), command.toString());
            return Optional.of("1755 MHz, 2619 MHz, 41, 120.50 W\n1980 MHz, 2619 MHz, 50, 300.00 W\n");
        });
        assertEquals("1755 MHz, 2619 MHz, 41, 120.50 W; 1980 MHz, 2619 MHz, 50, 300.00 W", clocks.now());
    }

    @Test
    void withoutTheProgramTheyAreNotKnown() {
        assertEquals(Clocks.UNKNOWN, Clocks.of(command -> Optional.empty()).now());
        assertEquals(Clocks.UNKNOWN, Clocks.of(command -> Optional.of("\n")).now());
        assertEquals(Clocks.UNKNOWN, Clocks.none().now());
    }
}
