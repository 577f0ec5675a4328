package dev.gateloom.examples;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.Augmentation;
import dev.gateloom.nn.Conv1D;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MaxPooling;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Imputer;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Samples;
import dev.gateloom.train.StandardScaler;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is somebody doing who carries an accelerometer? Four seconds of three axes, <em>simulated</em> ({@link Accelerometer}),
 * with gaps. Gaps are filled and axes scaled as the training part has it; in training each window is altered a little every
 * time, since there are few people in it. Convolutions find short patterns, an LSTM what they add up to. Held out are other
 * people than those in training.
 */
final class ActivityExample implements Example {
    private static final int TRAINING = 24;             // people
    private static final int HELD_OUT = 24;
    private static final int BATCH = 32;

    @Override
    public String name() {
        return "activity";
    }

    @Override
    public String summary() {
        return "what somebody is doing, from a simulated accelerometer";
    }

    @Override
    public int epochs() {
        return 20;
    }

    @Override
    public Result run(Context context) throws IOException {
        Accelerometer training = Accelerometer.of(TRAINING, Split.TRAINING_SEED);
        Accelerometer heldOut = Accelerometer.of(HELD_OUT, Split.HELD_OUT_SEED);
        context.save(training.plot(), "windows");
        int rows = training.values().length / Accelerometer.AXES;
        Imputer imputer = Imputer.fit(Imputer.Strategy.FORWARD_FILL, training.values(), Accelerometer.AXES, 0, rows);
        imputer.transform(training.values(), Accelerometer.STEPS);
        imputer.transform(heldOut.values(), Accelerometer.STEPS);
        StandardScaler scaler = StandardScaler.fit(training.values(), Accelerometer.AXES, 0, rows);
        scaler.transform(training.values());
        scaler.transform(heldOut.values());

        Result result = Result.higherIsBetter("share of windows recognised, of people not seen before");
        try (Model model = Model.sequential(context.setup(), Node.input(Accelerometer.STEPS, Accelerometer.AXES),
                new Augmentation().jitter(0.05f).scaling(0.1f).shift(8),
                new Conv1D(16, 5).activation(Activation.RELU), new MaxPooling(2),
                new Conv1D(32, 5).activation(Activation.RELU), new MaxPooling(2),
                new Lstm(32), new Dense(Accelerometer.Activity.values().length))) {
            result.model("Conv1D and LSTM", accuracy(context, "conv-lstm", model, windows(training), windows(heldOut)));
        }
        result.baseline("logistic regression on mean and deviation of each axis", summarised(context, training, heldOut));
        return result.baseline("chance", 1.0 / Accelerometer.Activity.values().length);
    }

    private static double accuracy(Context context, String name, Model model, Samples training, Samples heldOut)
            throws IOException {
        Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.003)).clipNorm(1)
                .metrics(Metrics.accuracy()).listener(context.progress(name));
        trainer.fit(training, context.epochs(), BATCH, context.seed());
        context.save(model, name);
        return trainer.evaluate(heldOut, BATCH).metrics().get("accuracy");
    }

    private static Samples windows(Accelerometer data) {
        return new Samples(data.activities().length).input(data.values(), Accelerometer.STEPS, Accelerometer.AXES)
                .target(data.activities(), 1);
    }

    /** What mean and deviation of each axis tell a logistic regression. */
    private static double summarised(Context context, Accelerometer training, Accelerometer heldOut) {
        int count = training.activities().length;
        int all = count + heldOut.activities().length;
        int width = 2 * Accelerometer.AXES;
        float[] rows = Arrays.copyOf(summaries(training), all * width);
        System.arraycopy(summaries(heldOut), 0, rows, count * width, (all - count) * width);
        StandardScaler.fit(rows, width, 0, count).transform(rows);
        int[] classes = new int[all];
        Arrays.setAll(classes, i -> (int) (i < count ? training.activities()[i] : heldOut.activities()[i - count]));
        return LogisticRegression.accuracy(context.engine(), rows, classes,
                new Split(IntStream.range(0, count).toArray(), IntStream.range(count, all).toArray()));
    }

    /** Mean and standard deviation of each axis of each window. */
    private static float[] summaries(Accelerometer data) {
        int count = data.activities().length;
        float[] x = new float[count * 2 * Accelerometer.AXES];
        for (int i = 0; i < count * Accelerometer.AXES; i++) {
            int window = i / Accelerometer.AXES;
            double sum = 0;
            double squares = 0;
            for (int t = 0; t < Accelerometer.STEPS; t++) {
                double v = data.values()[(window * Accelerometer.STEPS + t) * Accelerometer.AXES + i % Accelerometer.AXES];
                sum += v;
                squares += v * v;
            }
            double mean = sum / Accelerometer.STEPS;
            x[2 * i] = (float) mean;
            x[2 * i + 1] = (float) Math.sqrt(Math.max(0, squares / Accelerometer.STEPS - mean * mean));
        }
        return x;
    }
}
