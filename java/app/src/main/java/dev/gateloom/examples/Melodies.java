package dev.gateloom.examples;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Generated sound: melodies on the eight tones of a C major scale with rests, each tone with overtones of random strengths, in
 * noise, as spectrograms: {@code log(1 + |X|)} of windows of 64 ms that overlap by half (Hann), up to 1,500 Hz.
 *
 * @param spectra {@code [count, FRAMES, BINS]}
 * @param tones the tone at the middle of each frame, 1 to 8 or {@link #SILENCE}, {@code [count, FRAMES]}
 */
record Melodies(float[] spectra, float[] tones) {
    static final int FRAMES = 40;
    static final int BINS = 96;
    static final int SILENCE = 0;
    /** Equal temperament, A at 440 Hz: C4, D4, E4, F4, G4, A4, B4, C5. */
    private static final double[] FREQUENCIES = {261.63, 293.66, 329.63, 349.23, 392.00, 440.00, 493.88, 523.25};
    static final int CLASSES = 1 + FREQUENCIES.length;
    private static final int RATE = 8000;               // Hz
    private static final int WINDOW = 512;
    private static final int HOP = WINDOW / 2;
    private static final int SAMPLES = (FRAMES - 1) * HOP + WINDOW;
    private static final int OVERTONES = 4;
    private static final double NOISE = 0.5;
    private static final double[] COSINE = new double[WINDOW];
    private static final double[] HANN = new double[WINDOW];

    static {
        for (int i = 0; i < WINDOW; i++) {
            COSINE[i] = Math.cos(2 * Math.PI * i / WINDOW);
            HANN[i] = (1 - COSINE[i]) / 2;
        }
    }

    /** Melodies of about 1.3 seconds. */
    static Melodies of(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Melodies melodies = new Melodies(new float[count * FRAMES * BINS], new float[count * FRAMES]);
        for (int n = 0; n < count; n++) {
            int[] tone = new int[SAMPLES];
            double[] sound = sing(tone, random);
            for (int frame = 0; frame < FRAMES; frame++) {
                melodies.tones[n * FRAMES + frame] = tone[frame * HOP + WINDOW / 2];
                spectrum(sound, frame * HOP, melodies.spectra, (n * FRAMES + frame) * BINS);
            }
        }
        return melodies;
    }

    /** Tone after tone; writes down which. */
    private static double[] sing(int[] tone, SplittableRandom random) {
        double[] sound = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            sound[i] = NOISE * random.nextDouble(-1, 1);
        }
        int start = 0;
        while (start < SAMPLES) {
            int end = Math.min(SAMPLES, start + (int) (RATE * random.nextDouble(0.1, 0.4)));
            int number = random.nextInt(4) == 0 ? SILENCE : 1 + random.nextInt(FREQUENCIES.length);
            double[] strengths = random.doubles(OVERTONES, 0.05, 0.6).toArray();
            for (int i = start; i < end; i++) {
                tone[i] = number;
                for (int k = 0; k < OVERTONES && number != SILENCE; k++) {
                    double fade = Math.min(1, Math.min(i - start, end - i) / (0.01 * RATE));
                    sound[i] += fade * strengths[k] * Math.sin(2 * Math.PI * FREQUENCIES[number - 1] * (k + 1) * i / RATE);
                }
            }
            start = end;
        }
        return sound;
    }

    /** The first bins of a discrete Fourier transform, each {@code RATE / WINDOW} = 15.6 Hz wide. */
    static void spectrum(double[] sound, int from, float[] to, int at) {
        for (int bin = 0; bin < BINS; bin++) {
            double real = 0;
            double imaginary = 0;
            for (int i = 0; i < WINDOW; i++) {
                double value = HANN[i] * sound[from + i];
                int angle = bin * i % WINDOW;
                real += value * COSINE[angle];
                imaginary += value * COSINE[(angle + WINDOW / 4) % WINDOW];         // -sin, whose sign does not matter
            }
            to[at + bin] = (float) Math.log1p(Math.hypot(real, imaginary));
        }
    }

    int count() {
        return tones.length / FRAMES;
    }

    /** How many frames have that tone. */
    double share(int tone) {
        int frames = 0;
        for (float t : tones) {
            frames += t == tone ? 1 : 0;
        }
        return (double) frames / tones.length;
    }

    /** Share of frames that are named rightly after their loudest frequency, below a threshold as silence. */
    double loudest(double threshold) {
        int right = 0;
        for (int frame = 0; frame < tones.length; frame++) {
            int bin = loudestBin(frame);
            int tone = spectra[frame * BINS + bin] < threshold ? SILENCE : nearest(bin * (double) RATE / WINDOW);
            right += tone == tones[frame] ? 1 : 0;
        }
        return (double) right / tones.length;
    }

    /** The threshold with which {@link #loudest} names most frames. */
    double threshold() {
        double best = 0;
        double most = 0;
        for (double threshold = 0; threshold < 6; threshold += 0.1) {
            double share = loudest(threshold);
            if (share > most) {
                most = share;
                best = threshold;
            }
        }
        return best;
    }

    private int loudestBin(int frame) {
        int loudest = 0;
        for (int bin = 1; bin < BINS; bin++) {
            loudest = spectra[frame * BINS + bin] > spectra[frame * BINS + loudest] ? bin : loudest;
        }
        return loudest;
    }

    /** The tone nearest in pitch, in any octave. */
    private static int nearest(double frequency) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 0; k < FREQUENCIES.length - 1; k++) {
            double octaves = Math.log(frequency / FREQUENCIES[k]) / Math.log(2);
            double distance = Math.abs(octaves - Math.rint(octaves));
            if (distance < least) {
                least = distance;
                best = k;
            }
        }
        boolean upperC = best == 0 && frequency > FREQUENCIES[0] * Math.sqrt(2);
        return 1 + (upperC ? FREQUENCIES.length - 1 : best);
    }

    /**
     * The first melody: time to the right, frequency up, below the tones and what they are taken for.
     *
     * @param answers a tone for each frame of that melody
     */
    Svg picture(int[] answers) {
        int cell = 6;
        float loudest = 0;
        for (int i = 0; i < FRAMES * BINS; i++) {
            loudest = Math.max(loudest, spectra[i]);
        }
        Svg svg = new Svg(FRAMES * 3 * cell, BINS * cell + 50);
        for (int i = 0; i < FRAMES * BINS; i++) {
            svg.rectangle(i / BINS * 3 * cell, (BINS - 1 - i % BINS) * cell, 3 * cell, cell, Svg.grey(spectra[i] / loudest));
        }
        for (int frame = 0; frame < FRAMES; frame++) {
            double x = (frame + 0.5) * 3 * cell;
            svg.text(x, BINS * cell + 20, "middle", name((int) tones[frame]));
            svg.text(x, BINS * cell + 40, "middle", name(answers[frame]));
        }
        return svg;
    }

    private static String name(int tone) {
        return tone == SILENCE ? "-" : "CDEFGABC".substring(tone - 1, tone);
    }
}
