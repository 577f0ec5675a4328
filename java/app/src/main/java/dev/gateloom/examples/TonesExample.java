package dev.gateloom.examples;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Bidirectional;
import dev.gateloom.nn.Conv2D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Flatten;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Padding;
import dev.gateloom.nn.TimeDistributed;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Samples;
import dev.gateloom.train.StandardScaler;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which tone sounds when, if any? From spectrograms of generated melodies ({@link Melodies}), in noise and with timbres of many
 * kinds: often an overtone is the loudest. A convolution over time and frequency finds partials, a GRU that reads both ways
 * decides for each frame. Held out are other melodies.
 */
final class TonesExample implements Example {
    private static final int TRAINING = 300;
    private static final int HELD_OUT = 100;
    private static final int BATCH = 16;

    @Override
    public String name() {
        return "tones";
    }

    @Override
    public String summary() {
        return "which tone of a generated melody sounds when, from its spectrogram";
    }

    @Override
    public int epochs() {
        return 8;
    }

    @Override
    public Result run(Context context) throws IOException {
        Melodies training = Melodies.of(TRAINING, Split.TRAINING_SEED);
        Melodies heldOut = Melodies.of(HELD_OUT, Split.HELD_OUT_SEED);
        Result result = Result.higherIsBetter("share of frames whose tone is named")
                .baseline("the loudest frequency, silence below a threshold", heldOut.loudest(training.threshold()))
                .baseline("the most frequent: silence", heldOut.share(Melodies.SILENCE));
        StandardScaler scaler = StandardScaler.fit(training.spectra(), 1, 0, training.spectra().length);
        try (Model model = Model.sequential(context.setup(), Node.input(Melodies.FRAMES, Melodies.BINS, 1),
                new Conv2D(8, 3, 5).strides(1, 2).padding(Padding.SAME).activation(Activation.RELU),
                new TimeDistributed(new Flatten()),
                new Bidirectional(new Gru(32).returnSequences(true)),
                new Dense(Melodies.CLASSES))) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.003)).clipNorm(1)
                    .metrics(Metrics.accuracy()).listener(context.progress("tones"));
            trainer.fit(samples(training, scaler), context.epochs(), BATCH, context.seed());
            context.save(model, "tones");
            Samples held = samples(heldOut, scaler);
            context.save(heldOut.picture(tones(trainer.predict(held, BATCH)[0])), "spectrogram");
            return result.model("CNN and bidirectional GRU", trainer.evaluate(held, BATCH).metrics().get("accuracy"));
        }
    }

    private static Samples samples(Melodies melodies, StandardScaler scaler) {
        float[] spectra = melodies.spectra().clone();
        scaler.transform(spectra);
        return new Samples(melodies.count()).input(spectra, Melodies.FRAMES, Melodies.BINS, 1)
                .target(melodies.tones(), Melodies.FRAMES);
    }

    /** The likeliest tone at each frame. */
    private static int[] tones(float[] answer) {
        return IntStream.range(0, Melodies.FRAMES).map(frame -> Sampling.largest(
                Arrays.copyOfRange(answer, frame * Melodies.CLASSES, (frame + 1) * Melodies.CLASSES))).toArray();
    }
}
