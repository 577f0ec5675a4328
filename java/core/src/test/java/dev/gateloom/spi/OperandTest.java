package dev.gateloom.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies between an operand and a buffer, of which only the named part changes. */
class OperandTest {

    @Test
    void copiesOutToABuffer() {
        for (FloatBuffer memory : memories()) {
            FloatBuffer to = FloatBuffer.allocate(5);
            operand(memory).get(1, to, 2, 3);
            assertArrayEquals(new float[] {0, 0, 11, 12, 13}, to.array(), memory.toString());
            assertEquals(0, to.position());
        }
    }

    @Test
    void copiesInFromABuffer() {
        for (FloatBuffer memory : memories()) {
            FloatBuffer from = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5});
            operand(memory).put(1, from, 2, 3);
            float[] all = new float[6];
            memory.duplicate().clear().get(0, all);
            assertArrayEquals(new float[] {-1, 10, 3, 4, 5, -1}, all, memory.toString());
            assertEquals(0, from.position());
            assertEquals(1, memory.position());
        }
    }

    private static Operand operand(FloatBuffer memory) {
        Operand operand = new Operand();
        operand.set(memory);
        return operand;
    }

    /** On an array, direct, and direct in the byte order that is not the machine's. Values between guards. */
    private static List<FloatBuffer> memories() {
        return List.of(filled(FloatBuffer.allocate(6)),
                filled(ByteBuffer.allocateDirect(24).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()),
                filled(ByteBuffer.allocateDirect(24).order(ByteOrder.BIG_ENDIAN).asFloatBuffer()));
    }

    private static FloatBuffer filled(FloatBuffer memory) {
        return memory.put(0, new float[] {-1, 10, 11, 12, 13, -1}).position(1).limit(5);
    }
}
