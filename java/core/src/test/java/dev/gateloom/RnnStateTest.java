package dev.gateloom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class RnnStateTest {

    @Test
    void zerosHaveTheSizesOfTheStack() {
        RnnState lstm = RnnState.zeros(RnnConfig.lstm(3, 5).layers(2).bidirectional(true).projSize(2).build(), 7);
        assertEquals(4 * 7 * 2, lstm.h().length);
        assertEquals(4 * 7 * 5, lstm.c().length);
        RnnState gru = RnnState.zeros(RnnConfig.gru(3, 5).build(), 7);
        assertEquals(7 * 5, gru.h().length);
        assertNull(gru.c());
    }

    @Test
    void memoryIsTheCallers() {
        float[] h = {1, 2};
        float[] c = {3, 4};
        RnnState state = RnnState.of(h, c);
        assertSame(h, state.h());
        assertSame(c, state.c());
        state.reset();
        assertArrayEquals(new float[2], h);
        assertArrayEquals(new float[2], c);
    }

    @Test
    void resetStaysWithinABuffersPart() {
        FloatBuffer h = ByteBuffer.allocateDirect(16).asFloatBuffer().put(new float[] {1, 2, 3, 4});
        h.position(1).limit(3);
        RnnState.of(h, null).reset();
        h.clear();
        float[] values = new float[4];
        h.get(values);
        assertArrayEquals(new float[] {1, 0, 0, 4}, values);
    }

    @Test
    void directBuffersHaveNoArray() {
        FloatBuffer h = ByteBuffer.allocateDirect(16).asFloatBuffer();
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> RnnState.of(h, null).h());
        assertTrue(e.getMessage().startsWith("h: this state stands on a FloatBuffer"), e.getMessage());
    }

    /** Its array is longer than the state, and begins elsewhere. */
    @Test
    void heapBuffersHaveNoArrayEither() {
        FloatBuffer h = FloatBuffer.wrap(new float[10], 2, 4);
        RnnState state = RnnState.of(h, h.duplicate());
        assertThrows(IllegalStateException.class, state::h);
        assertTrue(assertThrows(IllegalStateException.class, state::c).getMessage().startsWith("c: this state stands on a Float"));
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertEquals("config: expected a value, got null",
                assertThrows(IllegalArgumentException.class, () -> RnnState.zeros(null, 1)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> RnnState.zeros(RnnConfig.gru(1, 1).build(), 0));
        assertThrows(IllegalArgumentException.class, () -> RnnState.of((float[]) null, new float[1]));
        assertThrows(IllegalArgumentException.class, () -> RnnState.of((FloatBuffer) null, null));
    }
}
