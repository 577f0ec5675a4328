package dev.gateloom.kernels.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PtxEntriesTest {

    @Test
    void readsBlockSizesInEveryForm() throws CompileException {
        assertEquals(Map.of("a", 256, "b", 128, "c", 256), PtxEntries.threads("""
                .version 8.8
                .target sm_90
                .visible .entry a(
                    .param .u64 a_param_0
                )
                .maxntid 256, 1, 1
                { ret; }
                .visible .entry b(
                )
                .maxntid 128
                .minnctapersm 2
                { ret; }
                .visible .entry c()
                .reqntid 32, 8, 1
                { ret; }
                """));
    }

    @Test
    void aKernelWithoutLaunchBoundsIsAnError() {
        String message = assertThrows(CompileException.class, () -> PtxEntries.threads("""
                .visible .entry unbounded()
                { ret; }
                .visible .entry bounded()
                .maxntid 256, 1, 1
                { ret; }
                """)).getMessage();
        assertTrue(message.contains("unbounded") && message.contains("__launch_bounds__"), message);
    }
}
