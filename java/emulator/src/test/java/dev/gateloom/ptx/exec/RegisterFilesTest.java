package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gateloom.ptx.exec.RegisterFiles.File;
import dev.gateloom.ptx.parse.Function;
import dev.gateloom.ptx.parse.PtxParser;
import org.junit.jupiter.api.Test;

/** How many places registers need. That values survive is tested by programs that run. */
class RegisterFilesTest {

    private static RegisterFiles files(String body) {
        Function function = PtxParser.parse("""
                .version 7.0
                .target sm_75
                .address_size 64
                .visible .entry k(.param .u64 out)
                {
                .reg .pred %p<10>;
                .reg .b32 %r<2000>;
                .reg .b64 %rd<10>;
                """ + body + "ret;\n}\n").kernels().get("k");
        return new RegisterFiles(function, new ControlFlow(function.body()));
    }

    @Test
    void aChainNeedsOnePlace() {
        StringBuilder chain = new StringBuilder("mov.u32 %r0, 1;\n");
        for (int i = 1; i < 2000; i++) {
            chain.append("add.u32 %r").append(i).append(", %r").append(i - 1).append(", 1;\n");
        }
        assertEquals(1, files(chain.toString()).size(File.WORDS));
    }

    @Test
    void whatLivesTogetherLiesApart() {
        RegisterFiles files = files("mov.u32 %r0, 1;\nmov.u32 %r1, 2;\nadd.u32 %r2, %r0, %r1;\nadd.u32 %r3, %r2, %r0;\n");
        assertEquals(2, files.size(File.WORDS));
        assertEquals(0, files.undefined(File.WORDS).length);
    }

    @Test
    void resultsOfOneInstructionLieApartFromItsOperands() {
        assertEquals(3, files("mov.u32 %r0, 1;\nmov.b32 {%r1, %r2}, %r0;\nadd.u32 %r3, %r1, %r2;\n").size(File.WORDS));
    }

    @Test
    void valuesSurviveTheLoopThatReadsThem() {
        RegisterFiles files = files("""
                mov.u32 %r0, 1;
                mov.u32 %r1, 0;
                L:
                mov.u32 %r2, 5;
                add.u32 %r3, %r2, %r0;
                add.u32 %r1, %r1, %r3;
                setp.lt.u32 %p0, %r1, 100;
                @%p0 bra L;
                """);
        assertEquals(3, files.size(File.WORDS));
    }

    @Test
    void whatMayBeReadUnwrittenIsZeroed() {
        RegisterFiles files = files("setp.eq.u32 %p0, 0, 0;\n@%p0 mov.u32 %r0, 1;\nadd.u32 %r1, %r0, %r0;\n");
        assertArrayEquals(new int[] {0}, files.undefined(File.WORDS));
        assertEquals(0, files.undefined(File.LONGS).length);
    }
}
