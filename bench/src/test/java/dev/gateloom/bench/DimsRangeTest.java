package dev.gateloom.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DimsRangeTest {

    @Test
    void fourNumbersAreOneShape() {
        assertEquals(List.of(new Dims(32, 50, 128, 256)), DimsRange.parse("32x50x128x256"));
        assertEquals("32x50x128x256", Dims.parse("32x50x128x256").toString());
    }

    @Test
    void namesStandForTheFiveShapes() {
        assertEquals(List.of(new Dims(64, 64, 512, 512)), DimsRange.parse("S3"));
        assertEquals(DimsRange.parse("S5"), DimsRange.parse("s5"));
    }

    @Test
    void rangeDoublesAndIncludesItsEnd() {
        assertEquals(List.of(1, 2, 4, 8, 16, 32, 64), batches("1..64x100x256x256"));
        assertEquals(List.of(3, 6, 10), batches("3..10x1x1x1"));
        assertEquals(List.of(5), batches("5..5x1x1x1"));
    }

    @Test
    void rangeWithStepAdds() {
        assertEquals(List.of(100, 200, 300, 350), DimsRange.parse("1x100..350:100x8x8").stream().map(Dims::steps).toList());
    }

    @Test
    void twoRangesGiveEveryCombination() {
        assertEquals(List.of(new Dims(1, 1, 8, 16), new Dims(1, 1, 8, 32), new Dims(2, 1, 8, 16), new Dims(2, 1, 8, 32)),
                DimsRange.parse("1..2x1x8x16..32"));
    }

    @Test
    void anInputSizeMayFollowTheHiddenSize() {
        assertEquals(List.of(new Dims(64, 256, 128, 128), new Dims(64, 256, 256, 256), new Dims(64, 256, 512, 512)),
                DimsRange.parse("64x256x=x128..512"));
        assertEquals(new Dims(1, 2, 3, 3), Dims.parse("1x2x=x3"));
        assertEquals(DimsRange.MOST, DimsRange.parse("1x1x=x1..500:1").size(), "each once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=x1x1x1", "1x1x1x=", "1x1x==x1", "1x1x=..4x1", "1x1x4..=x1",
        "", "S6", "1x2x3", "1x2x3x4x5", "0x1x1x1", "-1x1x1x1", "ax1x1x1", "1.5x1x1x1", "8..4x1x1x1",
        "1..4:0x1x1x1", "1x1x1x", "99999999999x1x1x1", "1..1000:1x1x1x1"})
    void badShapeSaysWhatIsExpected(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> DimsRange.parse(text)).getMessage();
        assertTrue(message.contains("BxTxIxH") && message.endsWith("got \"" + text + "\""), message);
    }

    @Test
    void theSignIsForTheInputSizeOnly() {
        String message = assertThrows(IllegalArgumentException.class, () -> DimsRange.parse("=x1x1x8")).getMessage();
        assertTrue(message.startsWith("expected = in place of the input size only as BxTxIxH"), message);
    }

    private static List<Integer> batches(String text) {
        return DimsRange.parse(text).stream().map(Dims::batch).toList();
    }
}
