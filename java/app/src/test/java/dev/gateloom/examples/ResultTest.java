package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {

    @Test
    void everyModelHasToBeatEveryBaseline() {
        assertTrue(Result.lowerIsBetter("m").model("a", 1).model("b", 2).baseline("c", 3).beatsEveryBaseline());
        assertFalse(Result.lowerIsBetter("m").model("a", 1).model("b", 4).baseline("c", 3).beatsEveryBaseline());
        assertFalse(Result.lowerIsBetter("m").model("a", 3).baseline("c", 3).beatsEveryBaseline());
        assertTrue(Result.higherIsBetter("m").model("a", 4).baseline("c", 3).beatsEveryBaseline());
        assertFalse(Result.higherIsBetter("m").model("a", 4).baseline("c", 3).baseline("d", 5).beatsEveryBaseline());
        assertFalse(Result.higherIsBetter("m").model("a", Double.NaN).baseline("c", 3).beatsEveryBaseline());
        assertFalse(Result.lowerIsBetter("m").model("a", Double.NaN).baseline("c", 3).beatsEveryBaseline());
    }

    @Test
    void meansAreTakenScoreByScore() {
        Result mean = Result.mean(List.of(Result.lowerIsBetter("m").model("a", 1).baseline("b", 2),
                Result.lowerIsBetter("m").model("a", 2).baseline("b", 6)));
        assertEquals(Map.of("a", 1.5), mean.models());
        assertEquals(Map.of("b", 4.0), mean.baselines());
        assertFalse(mean.higherIsBetter());
    }
}
