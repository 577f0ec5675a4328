package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UtterancesTest {

    @Test
    void fifteenIntentsOfTwentyUtterances() throws IOException {
        try (InputStream in = Example.class.getResourceAsStream(IntentsExample.RESOURCE)) {
            Utterances all = Utterances.parse(Context.lines(in));
            assertEquals(15, all.intents().size());
            assertEquals(300, all.texts().stream().distinct().count());
            for (int intent = 0; intent < 15; intent++) {
                int which = intent;
                assertEquals(20, Arrays.stream(all.classes()).filter(c -> c == which).count());
                assertEquals(4, Arrays.stream(all.split().held()).filter(i -> all.classes()[i] == which).count());
            }
        }
    }

    @Test
    void countsWordsWhateverTheirOrder() {
        Utterances all = Utterances.parse(List.of("# a comment", "x\tA b, b!", "x\tb a b", "y\tc a", "x\ta", "x\ta b", "x\ta c"));
        assertEquals(List.of("x", "y"), all.intents());
        assertEquals("a b b", all.texts().get(0));
        assertArrayEquals(new int[] {5}, all.split().held());
        int width = all.words().size();
        float[] bags = all.bagOfWords();
        assertArrayEquals(Arrays.copyOf(bags, width), Arrays.copyOfRange(bags, width, 2 * width));
        assertEquals(3, sum(Arrays.copyOf(bags, width)));
        assertEquals(4 + 2, width, "of a, b and c the rarest is not known");
    }

    private static float sum(float[] values) {
        float sum = 0;
        for (float v : values) {
            sum += v;
        }
        return sum;
    }

    @Test
    void wrongLinesAreNamed() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Utterances.parse(List.of("x\ta", "x a"))).getMessage();
        assertTrue(message.startsWith("line 2: expected an intent, a tab and an utterance, got x a"), message);
        message = assertThrows(IllegalArgumentException.class, () -> Utterances.parse(List.of("x\ta", "y\ta"))).getMessage();
        assertEquals("expected at least 5 samples of a class, got 2 samples of 2 classes", message);
    }
}
