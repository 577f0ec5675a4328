package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OtherProgramsTest {

    @Test
    void muchIsSaid() {
        assertEquals(Map.of("Other programs", "use 43 % of the processors: times will be longer and uneven"), OtherPrograms.lines(0.43));
        assertEquals(Map.of(), OtherPrograms.lines(0.05));
        assertEquals(Map.of(), OtherPrograms.lines(-1));
    }
}
