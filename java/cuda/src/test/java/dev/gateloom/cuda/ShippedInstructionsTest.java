package dev.gateloom.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.kernels.Kernels;
import dev.gateloom.ptx.CoveredInstructions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** No kernel has an instruction, modifiers and type included, that the emulator's own tests leave out. */
class ShippedInstructionsTest {
    private static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90, 100, 120);

    @Test
    void everyInstructionOfTheKernelsIsTested() {
        Set<String> covered = CoveredInstructions.all();
        Map<String, String> uncovered = new TreeMap<>();
        int programs = 0;
        for (String program : Kernels.names()) {
            for (int architecture : ARCHITECTURES) {
                byte[] ptx = Kernels.program(program).ptx(architecture);
                if (ptx != null) {
                    programs++;
                    for (String name : CoveredInstructions.named(new String(ptx, StandardCharsets.UTF_8))) {
                        if (!covered.contains(name)) {
                            uncovered.putIfAbsent(name, program + " for compute_" + architecture);
                        }
                    }
                }
            }
        }
        assertTrue(programs >= ARCHITECTURES.size() * Kernels.names().size(), () -> "PTX is missing");
        assertEquals(Map.of(), uncovered, "write a test of the emulator for them, see CoveredInstructions");
    }
}
