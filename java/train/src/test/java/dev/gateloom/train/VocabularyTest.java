package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {

    @Test
    void characters() {
        Vocabulary v = Vocabulary.characters("abba ✓a𝄞");
        assertEquals(4 + 5, v.size());
        assertArrayEquals(new int[] {4, 5, Vocabulary.UNKNOWN}, v.encode("abz"), "a is the most frequent");
        int[] music = v.encode("𝄞");
        assertEquals(1, music.length, "a code point, not two chars");
        assertEquals("a𝄞b\uFFFD", v.decode(List.of(Vocabulary.BEGIN, 4, music[0], 5, Vocabulary.UNKNOWN, Vocabulary.END,
                Tokens.PADDING)));
    }

    @Test
    void words() {
        Vocabulary v = Vocabulary.words(" the cat  and the\nhat and the bat ", 3);
        assertEquals(4 + 3, v.size());
        assertArrayEquals(new int[] {4, Vocabulary.UNKNOWN, 5, 6}, v.encode("the hat and bat"), "bat comes before cat");
        assertEquals("the bat", v.decode(List.of(4, 6)));
        assertThrows(IllegalArgumentException.class, () -> v.decode(List.of(7)));
    }
}
