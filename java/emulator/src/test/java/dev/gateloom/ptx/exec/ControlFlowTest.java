package dev.gateloom.ptx.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.ptx.parse.PtxParser;
import org.junit.jupiter.api.Test;

/** Blocks, post-dominators and the order that lets threads meet again. */
class ControlFlowTest {

    private static ControlFlow flow(String body) {
        String text = ".version 7.0\n.target sm_80\n.address_size 64\n.entry k()\n{\n.reg .pred %p;\n.reg .b32 %r;\n"
                + body + "\n}\n";
        return new ControlFlow(PtxParser.parse(text).kernels().get("k").body());
    }

    private static int place(ControlFlow flow, int block) {
        for (int i = 0; i < flow.layout().length; i++) {
            if (flow.layout()[i] == block) {
                return i;
            }
        }
        throw new AssertionError("block " + block + " is not laid out");
    }

    @Test
    void diamond() {
        ControlFlow flow = flow("@%p bra A; mov.u32 %r, 1; bra E; A: mov.u32 %r, 2; E: ret;");
        assertEquals(4, flow.size());
        assertEquals(3, flow.postDominator(0));
        assertEquals(3, flow.postDominator(1));
        assertEquals(3, flow.postDominator(2));
        assertEquals(-1, flow.postDominator(3));
        assertEquals(3, place(flow, 3));
    }

    @Test
    void joinThatStandsFirstInTheText() {
        ControlFlow flow = flow("bra START; E: ret; START: @%p bra A; mov.u32 %r, 1; bra E; A: mov.u32 %r, 2; bra E;");
        assertEquals(1, flow.postDominator(2));
        assertTrue(place(flow, 1) > place(flow, 3) && place(flow, 1) > place(flow, 4), "the join comes last");
    }

    @Test
    void loopWhoseExitStandsBeforeItsBody() {
        ControlFlow flow = flow("bra H; X: ret; H: @%p bra X; mov.u32 %r, 1; bra H;");
        assertEquals(1, flow.postDominator(2));
        assertArrayEquals(new int[] {0, 2, 3, 1}, flow.layout());
    }

    @Test
    void loopWithoutEndAndCodeThatIsNeverReached() {
        ControlFlow flow = flow("L: mov.u32 %r, 1; bra L; mov.u32 %r, 2; ret;");
        assertArrayEquals(new int[] {0}, flow.layout());
    }
}
