package dev.gateloom.kernels.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {

    @Test
    void placesBecomePathAndLine() {
        Path sources = Path.of("src", "cuda");
        assertEquals(sources.resolve("gemm.cu") + ":12: error: identifier \"x\" is undefined\n      x = 1;\n      ^\n\n"
                + sources.resolve("common.cuh") + ":3: error: expected a \";\"",
                Diagnostics.readable("""
                        gemm.cu(12): error: identifier "x" is undefined
                              x = 1;
                              ^

                        common.cuh(3): error: expected a ";"
                        ptxas info    : 0 bytes gmem
                        """, sources));
    }

    @Test
    void warningsAreTold() {
        assertTrue(Diagnostics.hasWarning("gemm.cu(5): warning #177-D: variable \"x\" was declared but never referenced\n"));
        assertTrue(Diagnostics.hasWarning("ptxas warning : Stack size for entry function 'f' cannot be statically determined\n"));
        assertFalse(Diagnostics.hasWarning("ptxas info    : Compiling entry function 'warning' for 'sm_90'\n"));
        assertFalse(Diagnostics.hasWarning(""));
    }
}
