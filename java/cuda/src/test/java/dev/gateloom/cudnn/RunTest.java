package dev.gateloom.cudnn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunTest {

    @Test
    void neighboursInBothBecomeOne() {
        assertEquals(List.of(new Run(0, 10, 30)),
                Run.merged(List.of(new Run(20, 30, 10), new Run(0, 10, 12), new Run(12, 22, 8))));
    }

    @Test
    void neighboursInOneStayApart() {
        List<Run> apart = List.of(new Run(0, 10, 4), new Run(4, 15, 4), new Run(9, 19, 4));
        assertEquals(apart, Run.merged(apart));
        List<Run> exchanged = List.of(new Run(0, 4, 4), new Run(4, 0, 4));
        assertEquals(exchanged, Run.merged(exchanged));
    }
}
