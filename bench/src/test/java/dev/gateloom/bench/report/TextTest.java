package dev.gateloom.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void timesHaveThreeDigitsAndAUnit() {
        assertEquals("5.00 ns", Text.time(5));
        assertEquals("12.3 µs", Text.time(12_345));
        assertEquals("1.00 ms", Text.time(999_900));
        assertEquals("4.60 ms", Text.time(4.6e6));
        assertEquals("1.25 s", Text.time(1.25e9));
        assertEquals("4.60 ms ±1.0 %", Text.time(4.6e6, 4.6e4));
    }

    @Test
    void numbersAreRoundedToThreeDigits() {
        assertEquals(List.of("0", "0.0123", "0.999", "1.00", "9.99", "10.0", "99.9", "100", "12,300", "1,000,000"),
                List.of(Text.digits(0), Text.digits(0.01234), Text.digits(0.999), Text.digits(0.9999), Text.digits(9.99),
                        Text.digits(9.999), Text.digits(99.9), Text.digits(99.99), Text.digits(12_345),
                        Text.digits(999_999)));
    }

    @Test
    void shares() {
        assertEquals(List.of("43 %", "1.2 %", "0.15 %", "10 %"),
                List.of(Text.share(0.432), Text.share(0.0123), Text.share(0.0015), Text.share(0.0999)));
    }

    @Test
    void ticksHaveNoUselessZeros() {
        assertEquals(List.of("0", "0.5", "5", "50", "100", "1,000", "2.5"), List.of(Text.tick(0), Text.tick(0.5),
                Text.tick(5), Text.tick(50), Text.tick(100), Text.tick(1000), Text.tick(2.5)));
    }

    @Test
    void aTieIsFivePercent() {
        assertEquals(List.of("wins", "ties", "ties", "ties", "loses"), List.of(Text.verdict(1.06), Text.verdict(1.05),
                Text.verdict(1), Text.verdict(0.95), Text.verdict(0.94)));
    }

    @Test
    void axesHaveRoundTicks() {
        assertEquals(List.of(0.0, 50.0, 100.0, 150.0, 200.0), Axis.fromZero(200).ticks());
        assertEquals(List.of(1.0, 2.0, 5.0, 10.0), new Axis(0.9, 11, true).ticks());
        assertEquals(0.5, new Axis(1, 100, true).at(10), 1e-12);
        assertEquals(0.25, new Axis(-1, 1, false).at(-0.5), 1e-12);
    }
}
