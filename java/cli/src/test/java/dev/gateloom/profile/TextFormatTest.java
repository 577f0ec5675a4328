package dev.gateloom.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormatTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 999", "1000, 1.00k", "1234, 1.23k", "9999, 10.0k", "99949, 99.9k", "99960, 100k", "999499, 999k",
        "999600, 1.00M", "36100000, 36.1M", "9223372036854775807, 9.22E"})
    void threeDigitsAndAPrefix(long value, String text) {
        assertEquals(text, TextFormat.si(value));
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        TextTable table = new TextTable();
        table.row(List.of("kernel", "n", "share"));
        table.row(List.of("add", "1000", ""));
        assertEquals("kernel     n  share\nadd     1000\n", table.toString());
        assertThrows(IllegalArgumentException.class, () -> table.row(List.of("too", "few")));
    }
}
