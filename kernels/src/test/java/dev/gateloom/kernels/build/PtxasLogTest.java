package dev.gateloom.kernels.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PtxasLogTest {

    @Test
    void readsEveryKernel() throws CompileException {
        List<PtxasLog.Usage> kernels = PtxasLog.parse("""
                ptxas info    : 0 bytes gmem
                ptxas info    : Compiling entry function 'first' for 'sm_90'
                ptxas info    : Function properties for first
                    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
                ptxas info    : Used 78 registers, used 1 barriers, 24064 bytes smem
                ptxas info    : Compile time = 10.000 ms
                ptxas info    : Compiling entry function 'second' for 'sm_90'
                ptxas info    : Function properties for second
                    64 bytes stack frame, 12 bytes spill stores, 16 bytes spill loads
                ptxas info    : Used 255 registers, 64 bytes cumulative stack size, 420 bytes cmem[0]
                """);
        assertEquals(List.of(new PtxasLog.Usage("first", 78, 0, 0, 0, 24064), new PtxasLog.Usage("second", 255, 64, 12, 16, 0)),
                kernels);
    }

    @Test
    void aLogWithoutKernelsHasNone() throws CompileException {
        assertEquals(List.of(), PtxasLog.parse(""));
    }

    @Test
    void anUnknownFormIsAnError() {
        String message = assertThrows(CompileException.class,
                () -> PtxasLog.parse("ptxas info    : Compiling entry function 'f' for 'sm_90'\nno numbers\n")).getMessage();
        assertTrue(message.contains("no numbers"), message);
    }
}
