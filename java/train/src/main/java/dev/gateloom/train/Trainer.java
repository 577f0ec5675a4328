package dev.gateloom.train;

import dev.gateloom.nn.Layer;
import dev.gateloom.nn.Loss;
import dev.gateloom.nn.Tensor;
import dev.gateloom.nn.Trainable;
import dev.gateloom.train.internal.Require;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The training loop: shuffled mini-batches, clipping, schedule. The same model, data and seed give the same bits on the
 * same machine. Batches are as large as asked, the last of a round may be smaller.
 */
public final class Trainer {
    private final Layer model;
    private final Loss loss;
    private final Optimizer optimizer;
    private final List<Trainable> parameters;
    private double maxNorm = Double.POSITIVE_INFINITY;
    private Schedule schedule = Schedule.constant();
    private TrainingListener listener = new TrainingListener() { };

    private final Tensor x = new Tensor();
    private final Tensor target = new Tensor();
    private final Tensor y = new Tensor();
    private final Tensor dy = new Tensor();

    /**
     * Joins the parts.
     *
     * @param model what is trained
     * @param loss what is to become small
     * @param optimizer made for the model's parameters
     */
    public Trainer(Layer model, Loss loss, Optimizer optimizer) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.parameters = model.parameters();
    }

    /**
     * Clips by the global norm; without this call nothing is clipped.
     *
     * @param norm the largest norm allowed, positive
     * @return this
     */
    public Trainer clipNorm(double norm) {
        Require.that(norm > 0, "norm", "a positive number", norm);
        maxNorm = norm;
        return this;
    }

    /**
     * Changes the learning rate during {@link #fit}; without this call it is constant.
     *
     * @param newSchedule the schedule
     * @return this
     */
    public Trainer schedule(Schedule newSchedule) {
        schedule = newSchedule;
        return this;
    }

    /**
     * Who hears of the progress.
     *
     * @param newListener the listener
     * @return this
     */
    public Trainer listener(TrainingListener newListener) {
        listener = newListener;
        return this;
    }

    /**
     * Trains.
     *
     * @param data the samples
     * @param epochs rounds over the data, at least 1
     * @param batchSize samples of an update, at least 1
     * @param seed of the shuffling
     * @return mean loss of the last round, each batch before its update
     * @throws ArithmeticException if the loss or a gradient is no longer finite, naming the update
     */
    public double fit(Dataset data, int epochs, int batchSize, long seed) {
        Require.that(epochs >= 1, "epochs", "at least 1", epochs);
        int[] order = order(data, batchSize);
        int batches = (data.size() + batchSize - 1) / batchSize;
        SplittableRandom random = new SplittableRandom(seed);
        long updates = (long) epochs * batches;
        long update = 0;
        double mean = 0;
        listener.started(epochs, batches);
        try {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                shuffle(order, random);
                double sum = 0;
                long terms = 0;
                for (int batch = 1; batch <= batches; batch++) {
                    int from = (batch - 1) * batchSize;
                    data.gather(order, from, Math.min(batchSize, order.length - from), x, target);
                    double value = update(schedule.factor(update++, updates), epoch, batch);
                    sum += value * loss.count(target);
                    terms += loss.count(target);
                }
                mean = sum / terms;
                listener.epochDone(epoch, mean);
            }
        } finally {
            listener.finished();
        }
        return mean;
    }

    private double update(double rateFactor, int epoch, int batch) {
        for (int k = 0; k < parameters.size(); k++) {
            Arrays.fill(parameters.get(k).gradients(), 0f);
        }
        model.forward(x, y, true);
        double value = loss.compute(y, target, dy);
        model.backward(dy, null);
        double norm = GradientClip.byGlobalNorm(parameters, maxNorm);
        if (!Double.isFinite(value) || !Double.isFinite(norm)) {
            throw new ArithmeticException("epoch " + epoch + ", batch " + batch + ": loss " + value + ", gradient norm "
                    + norm + "; try a smaller learning rate or clipNorm");
        }
        optimizer.step(rateFactor);
        listener.batchDone(epoch, batch, value, norm);
        return value;
    }

    /**
     * The loss without training.
     *
     * @param data the samples
     * @param batchSize samples at a time, at least 1
     * @return mean over all samples
     */
    public double evaluate(Dataset data, int batchSize) {
        int[] order = order(data, batchSize);
        double sum = 0;
        long terms = 0;
        for (int from = 0; from < order.length; from += batchSize) {
            data.gather(order, from, Math.min(batchSize, order.length - from), x, target);
            model.forward(x, y, false);
            sum += loss.compute(y, target, null) * loss.count(target);
            terms += loss.count(target);
        }
        return sum / terms;
    }

    /**
     * What the model answers.
     *
     * @param data the samples; their targets are not looked at
     * @param batchSize samples at a time, at least 1
     * @return the output of each sample, {@code [size][T·F]}
     */
    public float[][] predict(Dataset data, int batchSize) {
        int[] order = order(data, batchSize);
        float[][] answers = new float[order.length][];
        for (int from = 0; from < order.length; from += batchSize) {
            int count = Math.min(batchSize, order.length - from);
            data.gather(order, from, count, x, target);
            model.forward(x, y, false);
            for (int b = 0; b < count; b++) {
                float[] answer = new float[y.steps() * y.features()];
                for (int t = 0; t < y.steps(); t++) {
                    System.arraycopy(y.values(), y.index(t, b, 0), answer, t * y.features(), y.features());
                }
                answers[from + b] = answer;
            }
        }
        return answers;
    }

    private static int[] order(Dataset data, int batchSize) {
        Require.that(batchSize >= 1, "batchSize", "at least 1", batchSize);
        int[] order = new int[data.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        return order;
    }

    /** Fisher and Yates. */
    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int keep = order[i];
            order[i] = order[j];
            order[j] = keep;
        }
    }
}
