package dev.gateloom.examples;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Concatenate;
import dev.gateloom.nn.Conv2D;
import dev.gateloom.nn.Conv3D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MaxPooling;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.TimeDistributed;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Video classification three ways: which digit moves how, in clips of eight frames ({@link Clips})?
 *
 * <ul>
 *   <li>a network for images looks at each frame, and an LSTM at what it saw (Donahue et al. 2015);
 *   <li>two streams: one for appearance sees the last frame, one for motion the changes between frames, side by side as
 *       channels (Simonyan and Zisserman 2014);
 *   <li>convolutions over time as well as height and width (Tran et al. 2015).
 * </ul>
 *
 * The digits are real, their motion is made here. Who sees the last frame alone can know the digit, but not how it moved.
 *
 * <p>The learning rate, 0.004 rather than 0.002, is the one whose three networks together knew more clips of every fifth digit of
 * those to train on, after being trained on the other four; the held-out digits had no part in it.
 */
final class ClipsExample implements Example {
    private static final int CLASSES = Clips.DIGITS * Clips.WAYS;
    private static final int TAKES = 4;
    private static final int BATCH = 32;
    private static final double RATE = 0.004;

    @Override
    public String name() {
        return "clips";
    }

    @Override
    public String summary() {
        return "which digit moves how in a clip: images then an LSTM, two streams, and 3-D convolutions";
    }

    @Override
    public int epochs() {
        return 8;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(Digits.RESOURCE);
    }

    @Override
    public Result run(Context context) throws IOException {
        Digits digits = context.read(Digits.RESOURCE, in -> Digits.parse(Context.lines(in)));
        Clips training = Clips.of(digits, digits.split().train(), TAKES, Split.TRAINING_SEED);
        Clips heldOut = Clips.of(digits, digits.split().held(), 1, Split.HELD_OUT_SEED);
        context.save(heldOut.picture(), "clips");
        return Result.higherIsBetter("share of " + heldOut.classes().length + " held-out clips of " + CLASSES
                + " classes known")
                .model("frame by frame, LSTM", accuracy(context, "lstm", lstm(context), video(training), video(heldOut)))
                .model("two streams", accuracy(context, "two-streams", twoStreams(context), streams(training),
                        streams(heldOut)))
                .model("3-D convolution", accuracy(context, "conv3d", conv3d(context), video(training), video(heldOut)))
                .baseline("last frame alone", accuracy(context, "last-frame", lastFrame(context), image(training),
                        image(heldOut)));
    }

    private static Model lstm(Context context) {
        return Model.sequential(context.setup(), Node.input(Clips.FRAMES, Clips.SIDE, Clips.SIDE, 1),
                new TimeDistributed(new Conv2D(16, 3).strides(2).activation(Activation.RELU)),
                new TimeDistributed(new Flatten()),
                new TimeDistributed(new Dense(48, Activation.RELU)),
                new Lstm(64),
                new Dense(CLASSES));
    }

    private static Model twoStreams(Context context) {
        Node appearance = Node.input(Clips.SIDE, Clips.SIDE, 1);
        Node motion = Node.input(Clips.SIDE, Clips.SIDE, Clips.FRAMES - 1);
        return new Model(context.setup(), List.of(appearance, motion),
                List.of(new Dense(CLASSES).on(new Concatenate().on(stream(appearance), stream(motion)))));
    }

    private static Model lastFrame(Context context) {
        Node appearance = Node.input(Clips.SIDE, Clips.SIDE, 1);
        return new Model(context.setup(), List.of(appearance), List.of(new Dense(CLASSES).on(stream(appearance))));
    }

    private static Node stream(Node images) {
        Node seen = new Conv2D(16, 3).activation(Activation.RELU).on(images);
        Node pooled = new MaxPooling(2, 2).on(seen);
        Node parts = new Conv2D(32, 3).activation(Activation.RELU).on(pooled);
        return new Dense(64, Activation.RELU).on(new Flatten().on(parts));
    }

    private static Model conv3d(Context context) {
        return Model.sequential(context.setup(), Node.input(Clips.FRAMES, Clips.SIDE, Clips.SIDE, 1),
                new Conv3D(8, 3).activation(Activation.RELU),
                new MaxPooling(1, 2, 2),
                new Conv3D(16, 3).activation(Activation.RELU),
                new Flatten(),
                new Dense(64, Activation.RELU),
                new Dense(CLASSES));
    }

    private static double accuracy(Context context, String name, Model network, Samples training, Samples heldOut)
            throws IOException {
        try (Model model = network) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), RATE)).clipNorm(1)
                    .schedule(Schedule.cosine()).metrics(Metrics.accuracy()).listener(context.progress(name));
            trainer.fit(training, context.epochs(), BATCH, context.seed());
            context.save(model, name);
            return trainer.evaluate(heldOut, BATCH).metrics().get("accuracy");
        }
    }

    private static Samples video(Clips clips) {
        return new Samples(clips.classes().length).input(clips.frames(), Clips.FRAMES, Clips.SIDE, Clips.SIDE, 1)
                .target(clips.targets(), 1);
    }

    private static Samples image(Clips clips) {
        return new Samples(clips.classes().length).input(clips.lastFrames(), Clips.SIDE, Clips.SIDE, 1)
                .target(clips.targets(), 1);
    }

    private static Samples streams(Clips clips) {
        return image(clips).input(clips.changes(), Clips.SIDE, Clips.SIDE, Clips.FRAMES - 1);
    }
}
