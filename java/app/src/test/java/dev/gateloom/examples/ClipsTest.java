package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClipsTest {

    @Test
    void clipsMoveAsTheirClassSays() throws IOException {
        Digits digits = DigitsTest.digits();
        Clips clips = Clips.of(digits, digits.split().held(), 1, 3);
        int size = Clips.SIDE * Clips.SIDE;
        assertEquals(0, clips.classes().length % Clips.WAYS);
        int[][] steps = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
        for (int clip = 0; clip < clips.classes().length; clip++) {
            int way = clips.classes()[clip] % Clips.WAYS;
            int first = clip * Clips.FRAMES * size;
            int turns = 0;
            int before = -1;
            for (int t = 1; t < Clips.FRAMES; t++) {
                int direction = direction(clips.frames(), first + (t - 1) * size, first + t * size, steps);
                assertTrue(way >= 4 || direction == way, "clip " + clip + " goes " + direction + ", not " + way);
                turns += before < 0 ? 0 : Math.floorMod(direction - before, 4) == 1 ? 1 : direction == before ? 0 : -1;
                before = direction;
            }
            assertTrue(way < 4 || (way == 4 ? turns >= 2 : turns <= -2), "clip " + clip + " turns " + turns);
        }
    }

    /** In which of four directions, one or two pixels a frame, one frame becomes the other. */
    private static int direction(float[] frames, int from, int to, int[][] steps) {
        for (int direction = 0; direction < steps.length; direction++) {
            for (int speed = 1; speed <= 2; speed++) {
                boolean same = true;
                for (int p = 0; p < Clips.SIDE * Clips.SIDE; p++) {
                    int x = Math.floorMod(p % Clips.SIDE + speed * steps[direction][0], Clips.SIDE);
                    int y = Math.floorMod(p / Clips.SIDE + speed * steps[direction][1], Clips.SIDE);
                    same &= frames[from + p] == frames[to + y * Clips.SIDE + x];
                }
                if (same) {
                    return direction;
                }
            }
        }
        throw new AssertionError("the digit did not move as a whole");
    }

    @Test
    void viewsOfAClipAgree() throws IOException {
        Digits digits = DigitsTest.digits();
        Clips clips = Clips.of(digits, Arrays.copyOf(digits.split().held(), 20), 1, 3);
        int size = Clips.SIDE * Clips.SIDE;
        float[] last = clips.lastFrames();
        float[] changes = clips.changes();
        for (int clip = 0; clip < clips.classes().length; clip++) {
            for (int p = 0; p < size; p++) {
                float value = clips.frames()[clip * Clips.FRAMES * size + p];
                for (int t = 0; t < Clips.FRAMES - 1; t++) {
                    value += changes[(clip * size + p) * (Clips.FRAMES - 1) + t];
                }
                assertEquals(last[clip * size + p], value, 1e-5f, "the first frame and all changes");
            }
        }
        assertArrayEquals(clips.frames(), Clips.of(digits, Arrays.copyOf(digits.split().held(), 20), 1, 3).frames());
        assertEquals(clips.classes()[7], (int) clips.targets()[7]);
    }
}
