package dev.gateloom.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void eachLiesAtAMultipleOfItsSize() {
        Arguments arguments = new Arguments().float32(1.5f).address(0x1234).int32(-7).int32(8).int32(9).int64(1L << 40);
        int[] expected = {0, 8, 16, 20, 24, 32};
        assertEquals(expected.length, arguments.count());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], arguments.offset(i));
        }
        assertEquals(40, arguments.size());
        assertEquals(1.5f, arguments.bytes().getFloat(0));
        assertEquals(0, arguments.bytes().getInt(4), "a gap is zero");
        assertEquals(0x1234, arguments.bytes().getLong(8));
        assertEquals(-7, arguments.bytes().getInt(16));
        assertEquals(1L << 40, arguments.bytes().getLong(32));
        assertThrows(IndexOutOfBoundsException.class, () -> arguments.offset(6));
    }

    @Test
    void areUsedAgain() {
        Arguments arguments = new Arguments();
        for (int i = 0; i < 40; i++) {
            arguments.int64(-1);
        }
        assertEquals(8 * 39, arguments.offset(39));
        arguments.clear().float32(2).address(3);
        assertEquals(2, arguments.count());
        assertEquals(16, arguments.size());
        assertEquals(0, arguments.bytes().getInt(4), "nothing is left from before");
    }

    @Test
    void aCopyStaysAsItIs() {
        Arguments arguments = new Arguments().int32(7).address(8);
        Arguments copy = arguments.copy();
        arguments.clear().int64(-1).int64(-1).int64(-1);
        assertEquals(2, copy.count());
        assertEquals(16, copy.size());
        assertEquals(7, copy.bytes().getInt(0));
        assertEquals(8, copy.bytes().getLong(8));
        assertEquals(8, copy.offset(1));
        assertEquals(20, copy.float32(1).size(), "it can grow on its own");
        assertEquals(24, arguments.size());
    }

    @Test
    void endWithWhatAKernelMayHave() {
        Arguments arguments = new Arguments();
        for (int i = 0; i < 4096 / 4; i++) {
            arguments.int32(i);
        }
        assertEquals(4096, arguments.size());
        assertThrows(IllegalArgumentException.class, () -> arguments.int32(0));
        assertEquals(1024, arguments.count());
    }
}
