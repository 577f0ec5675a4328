package dev.gateloom.examples;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Clips of real handwritten digits that move: a zero, a one or a two in one of six ways, so eighteen classes. What leaves the
 * frame on one side comes back on the other, so that no single frame says how the digit moves. Place, speed and phase are
 * drawn.
 *
 * @param frames {@code [clips, FRAMES, SIDE, SIDE]}
 * @param classes {@code digit · WAYS + way}
 */
record Clips(float[] frames, int[] classes) {
    static final int FRAMES = 8;
    static final int SIDE = 12;
    static final int DIGITS = 3;
    private static final List<String> NAMES = List.of("right", "down", "left", "up", "clockwise", "anticlockwise");
    static final int WAYS = NAMES.size();
    private static final int[][] STEPS = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};     // x, y; also the order of a clockwise round
    private static final double GROUND = 0.1;           // paper in pictures, so that one sees where a frame ends
    private static final int TURN_AFTER = 2;                                    // frames in one direction of a round

    /**
     * Every chosen digit in each way.
     *
     * @param chosen numbers of digits; others than zeros, ones and twos are left out
     * @param takes how often each digit moves in each way
     * @param seed of place, speed and phase
     */
    static Clips of(Digits digits, int[] chosen, int takes, long seed) {
        int[] used = Arrays.stream(chosen).filter(i -> digits.labels()[i] < DIGITS).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        int count = used.length * WAYS * takes;
        Clips clips = new Clips(new float[count * FRAMES * SIDE * SIDE], new int[count]);
        for (int clip = 0; clip < count; clip++) {
            int digit = used[clip / WAYS % used.length];
            int way = clip % WAYS;
            clips.classes[clip] = digits.labels()[digit] * WAYS + way;
            clips.film(clip, digits.pixels()[digit], way, random);
        }
        return clips;
    }

    private void film(int clip, float[] digit, int way, SplittableRandom random) {
        int x = random.nextInt(SIDE);
        int y = random.nextInt(SIDE);
        int speed = 1 + random.nextInt(2);
        int phase = random.nextInt(STEPS.length * TURN_AFTER);
        for (int t = 0; t < FRAMES; t++) {
            for (int p = 0; p < digit.length; p++) {
                int column = (x + p % Digits.SIZE) % SIDE;
                int row = (y + p / Digits.SIZE) % SIDE;
                frames[((clip * FRAMES + t) * SIDE + row) * SIDE + column] = digit[p];
            }
            int corner = (t + phase) / TURN_AFTER % STEPS.length;
            int[] step = STEPS[way < STEPS.length ? way : way == STEPS.length ? corner : STEPS.length - 1 - corner];
            x = Math.floorMod(x + speed * step[0], SIDE);
            y = Math.floorMod(y + speed * step[1], SIDE);
        }
    }

    /** The first digit in every way, a clip in each row; time goes to the right. */
    Svg picture() {
        int pixel = 6;
        int step = SIDE * pixel + 10;
        int left = 100;
        Svg picture = new Svg(left + FRAMES * step, WAYS * step + 10);
        for (int way = 0; way < WAYS; way++) {
            int top = way * step + 10;
            picture.text(left - 10, top + step / 2.0, "end", NAMES.get(way));
            for (int i = 0; i < FRAMES * SIDE * SIDE; i++) {
                int frame = i / (SIDE * SIDE);
                picture.pixel(left + frame * step + i % SIDE * pixel, top + i / SIDE % SIDE * pixel, pixel,
                        GROUND + (1 - GROUND) * frames[way * FRAMES * SIDE * SIDE + i]);
            }
        }
        return picture;
    }

    /** The classes as a loss takes them. */
    float[] targets() {
        float[] targets = new float[classes.length];
        for (int clip = 0; clip < targets.length; clip++) {
            targets[clip] = classes[clip];
        }
        return targets;
    }

    /** The last frame of each clip: {@code [clips, SIDE, SIDE]}. */
    float[] lastFrames() {
        int size = SIDE * SIDE;
        float[] last = new float[classes.length * size];
        for (int clip = 0; clip < classes.length; clip++) {
            System.arraycopy(frames, (clip * FRAMES + FRAMES - 1) * size, last, clip * size, size);
        }
        return last;
    }

    /** The change from each frame to the next, as channels: {@code [clips, SIDE, SIDE, FRAMES - 1]}. */
    float[] changes() {
        int size = SIDE * SIDE;
        float[] changes = new float[classes.length * size * (FRAMES - 1)];
        for (int i = 0; i < changes.length; i++) {
            int t = i % (FRAMES - 1);
            int pixel = i / (FRAMES - 1) % size;
            int before = (i / (FRAMES - 1) / size * FRAMES + t) * size + pixel;
            changes[i] = frames[before + size] - frames[before];
        }
        return changes;
    }
}
