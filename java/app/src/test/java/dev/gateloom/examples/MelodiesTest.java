package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MelodiesTest {

    @Test
    void theSpectrumOfASineIsItsHalfWindowAtItsFrequency() {
        double[] sine = new double[512];
        for (int i = 0; i < sine.length; i++) {
            sine[i] = Math.sin(2 * Math.PI * 28 * i / sine.length + 0.7);       // 28 periods: 437.5 Hz
        }
        float[] spectrum = new float[Melodies.BINS];
        Melodies.spectrum(sine, 0, spectrum, 0);
        for (int bin = 0; bin < Melodies.BINS; bin++) {
            double expected = bin == 28 ? 128 : bin == 27 || bin == 29 ? 64 : 0;        // Hann's three lines
            assertEquals(Math.log1p(expected), spectrum[bin], 1e-4, "bin " + bin);
        }
    }

    @Test
    void everyFrameHasATone() {
        Melodies melodies = Melodies.of(20, 1);
        double all = 0;
        for (int tone = 0; tone < Melodies.CLASSES; tone++) {
            double share = melodies.share(tone);
            assertTrue(share > 0.02 && share < 0.5, "tone " + tone + ": " + share);
            all += share;
        }
        assertEquals(1, all, 1e-12);
    }

    @Test
    void theLoudestFrequencyNamesSomeButNotAllTones() {
        Melodies melodies = Melodies.of(20, 1);
        double share = melodies.loudest(melodies.threshold());
        assertTrue(share > melodies.share(Melodies.SILENCE) && share < 0.95, "share " + share);
    }
}
