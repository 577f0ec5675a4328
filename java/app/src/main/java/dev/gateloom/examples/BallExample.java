package dev.gateloom.examples;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Conv2D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.TimeDistributed;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Where is the ball going? Six small pictures of a ball that flies in one of eight directions, in noise: a convolution looks
 * at each picture, a GRU at what it found in one after the other. Where the ball is in the last picture says nothing about
 * where it came from, and so the same network without the pictures before can only guess.
 */
final class BallExample implements Example {
    private static final int FRAMES = 6;
    private static final int SIZE = 16;
    private static final String ARROWS = "→↘↓↙←↖↑↗";
    private static final int DIRECTIONS = ARROWS.length();
    private static final double RADIUS = 1.2;
    private static final double NOISE = 0.2;
    private static final int TRAINING = 2000;
    private static final int HELD_OUT = 1000;
    private static final int BATCH = 32;

    @Override
    public String name() {
        return "ball";
    }

    @Override
    public String summary() {
        return "the direction in which a ball flies, from its past pictures";
    }

    @Override
    public int epochs() {
        return 6;
    }

    /** Flights {@code [N, FRAMES, SIZE, SIZE]} and their directions {@code [N]}, places in {@link #ARROWS}. */
    private record Flights(float[] pictures, float[] directions) {

        /** Their last pictures. */
        Samples of(int frames) {
            int size = SIZE * SIZE;
            int count = directions.length;
            float[] x = new float[count * frames * size];
            for (int n = 0; n < count; n++) {
                System.arraycopy(pictures, ((n + 1) * FRAMES - frames) * size, x, n * frames * size, frames * size);
            }
            return new Samples(count).input(x, frames, SIZE, SIZE, 1).target(directions, 1);
        }

        /** The share of answers that are right. */
        double right(int[] answers) {
            return (double) IntStream.range(0, answers.length).filter(n -> answers[n] == directions[n]).count() / answers.length;
        }
    }

    @Override
    public Result run(Context context) throws IOException {
        Flights training = flights(TRAINING, Split.TRAINING_SEED);
        Flights heldOut = flights(HELD_OUT, Split.HELD_OUT_SEED);
        int[] answers = answers(context, "six-pictures", training, heldOut, FRAMES);
        context.save(picture(heldOut, answers), "flights");
        return Result.higherIsBetter("share of directions recognised")
                .model("CNN and GRU, six pictures", heldOut.right(answers))
                .baseline("the same, the last picture alone", heldOut.right(answers(context, "last-picture", training, heldOut,
                        1)))
                .baseline("chance", 1.0 / DIRECTIONS);
    }

    /** Trains on the last few pictures of each flight; the directions that the network takes those held out for. */
    private static int[] answers(Context context, String name, Flights training, Flights heldOut, int frames)
            throws IOException {
        Layer look = new TimeDistributed(new Conv2D(8, 3).strides(2).activation(Activation.RELU));
        try (Model model = Model.sequential(context.setup(), Node.input(frames, SIZE, SIZE, 1), look,
                new TimeDistributed(new Flatten()), new Gru(32), new Dense(DIRECTIONS))) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.003)).clipNorm(1)
                    .listener(context.progress(name));
            trainer.fit(training.of(frames), context.epochs(), BATCH, context.seed());
            context.save(model, name);
            return Arrays.stream(trainer.predict(heldOut.of(frames), BATCH)).mapToInt(Sampling::largest).toArray();
        }
    }

    private static Flights flights(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] pictures = new float[count * FRAMES * SIZE * SIZE];
        float[] directions = new float[count];
        for (int n = 0; n < count; n++) {
            int direction = random.nextInt(DIRECTIONS);
            double angle = 2 * Math.PI * direction / DIRECTIONS;
            double speed = random.nextDouble(0.5, 1);
            double lastX = random.nextDouble(5, SIZE - 6);      // no path leaves the picture
            double lastY = random.nextDouble(5, SIZE - 6);
            directions[n] = direction;
            for (int frame = 0; frame < FRAMES; frame++) {
                double back = speed * (FRAMES - 1 - frame);
                draw(pictures, (n * FRAMES + frame) * SIZE * SIZE, lastX - back * Math.cos(angle),
                        lastY - back * Math.sin(angle), random);
            }
        }
        return new Flights(pictures, directions);
    }

    /** A soft round spot in noise. */
    private static void draw(float[] pictures, int at, double x, double y, SplittableRandom random) {
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                double distance = Math.hypot(column - x, row - y) / RADIUS;
                pictures[at + row * SIZE + column] = (float) (Math.exp(-distance * distance)
                        + NOISE * random.nextDouble(-1, 1));
            }
        }
    }

    /** A flight in each row, and what it was taken for. */
    private static Svg picture(Flights flights, int[] answers) {
        int cell = 5;
        int step = SIZE * cell + 10;
        Svg svg = new Svg(FRAMES * step + 100, DIRECTIONS * step + 10);
        for (int direction = 0; direction < DIRECTIONS; direction++) {
            int n = 0;
            while (n < HELD_OUT - 1 && flights.directions[n] != direction) {
                n++;
            }
            String answer = ARROWS.substring(answers[n], answers[n] + 1);
            svg.text(FRAMES * step + 20, (direction + 0.5) * step + 10, "start", answers[n] == direction ? answer
                    : answer + ", not " + ARROWS.charAt(direction));
            float[] flight = Arrays.copyOfRange(flights.pictures, n * FRAMES * SIZE * SIZE, (n + 1) * FRAMES * SIZE * SIZE);
            for (int i = 0; i < flight.length; i++) {
                int frame = i / (SIZE * SIZE);
                svg.pixel(10 + frame * step + i % SIZE * cell, 10 + direction * step + i / SIZE % SIZE * cell, cell, flight[i]);
            }
        }
        return svg;
    }
}
