package dev.gateloom.examples;

import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Recurrent;
import dev.gateloom.nn.SimpleRnn;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Batch;
import dev.gateloom.train.Dataset;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Subset;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Why gates: the adding problem (Hochreiter and Schmidhuber 1997). Each of 200 steps shows a number from 0 to 1 and a mark,
 * which is 1 at two steps, one in each half; the answer is the sum of the two marked numbers. What the answer has to change
 * at a step a hundred steps back must come back through every step between. In a plain recurrence it is multiplied by much
 * the same matrix each time and vanishes; gates let it through.
 *
 * <p>The picture shows how much the answers of each trained network depend on each step: the norm of the gradient of the
 * answer with respect to the input, against the distance from the end. One plain network is trained with the regulariser
 * of Pascanu, Mikolov and Bengio (2013), on fewer samples, since it is expensive.
 */
final class VanishingGradientExample implements Example {
    private static final int STEPS = 200;
    private static final int UNITS = 32;
    private static final int BATCH = 50;
    private static final int TRAINING = 2000;
    private static final int REGULARISED = 250;
    private static final int HELD_OUT = 1000;

    @Override
    public String name() {
        return "vanishing-gradient";
    }

    @Override
    public String summary() {
        return "adding two numbers seen up to 200 steps ago: what plain recurrence cannot learn and gates can";
    }

    @Override
    public int epochs() {
        return 20;
    }

    @Override
    public Result run(Context context) throws IOException {
        Dataset training = problems(TRAINING, Split.TRAINING_SEED);
        Dataset heldOut = problems(HELD_OUT, Split.HELD_OUT_SEED);
        int[] few = new int[REGULARISED];
        for (int i = 0; i < few.length; i++) {
            few[i] = i;
        }
        LinePlot plot = new LinePlot("How much the answer depends on what was seen so many steps before it",
                "steps before the answer", "gradient norm").logarithmic();
        Result result = Result.lowerIsBetter("mean squared error of the sum");
        result.model("GRU", error(context, "gru", new Gru(UNITS), training, heldOut, plot));
        result.model("LSTM", error(context, "lstm", new Lstm(UNITS), training, heldOut, plot));
        result.baseline("plain RNN", error(context, "plain-rnn", new SimpleRnn(UNITS), training, heldOut, plot));
        result.baseline("plain RNN, regularised", error(context, "plain-rnn-regularised",
                new SimpleRnn(UNITS).vanishingGradientPenalty(1), new Subset(training, few), heldOut, plot));
        result.baseline("always 1, the mean", 1.0 / 6);         // the variance of a sum of two numbers
        context.save(plot.draw(), "gradients");
        return result;
    }

    /** The mean squared error on held-out problems; adds a curve to the plot. */
    private static double error(Context context, String name, Recurrent layer, Dataset training, Dataset heldOut,
            LinePlot plot) throws IOException {
        try (Model model = Model.sequential(context.setup(), Node.input(STEPS, 2), layer, new Dense(1))) {
            remember(layer, context.seed());
            Trainer trainer = new Trainer(model, new MeanSquaredError(), new Adam(model.parameters(), 0.005)).clipNorm(1)
                    .listener(context.progress(name));
            trainer.fit(training, context.epochs(), BATCH, context.seed());
            context.save(model, name);
            plot.curve(name, distances(), dependence(model, heldOut));
            return trainer.evaluate(heldOut, BATCH).loss();
        }
    }

    /**
     * Lets gates start open for about as long as there are steps: the units' memories are spread over 1 to T steps (Tallec and
     * Ollivier 2018).
     */
    private static void remember(Recurrent layer, long seed) {
        if (layer instanceof SimpleRnn) {
            return;
        }
        SplittableRandom random = new SplittableRandom(seed);
        float[] bias = layer.weights().get("bias_ih_l0");       // LSTM: i, f, g, o; GRU: r, z, n
        for (int unit = 0; unit < UNITS; unit++) {
            float steps = (float) Math.log(random.nextDouble(1, STEPS - 1));
            bias[UNITS + unit] = steps;                         // f and z are the shares that are kept
            if (layer instanceof Lstm) {
                bias[unit] = -steps;
            }
        }
        layer.weights().set("bias_ih_l0", bias);
        layer.weights().changed();
    }

    private static Dataset problems(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[count * STEPS * 2];
        float[] sums = new float[count];
        for (int n = 0; n < count; n++) {
            int first = random.nextInt(STEPS / 2);
            int second = STEPS / 2 + random.nextInt(STEPS / 2);
            for (int t = 0; t < STEPS; t++) {
                int at = (n * STEPS + t) * 2;
                x[at] = (float) random.nextDouble();
                x[at + 1] = t == first || t == second ? 1 : 0;
                sums[n] += x[at] * x[at + 1];
            }
        }
        return new Samples(count).input(x, STEPS, 2).target(sums, 1);
    }

    /** The norm of the answer's gradient with respect to the input at each step, the last one first; over one batch. */
    private static double[] dependence(Model model, Dataset problems) {
        int[] numbers = new int[BATCH];
        for (int b = 0; b < BATCH; b++) {
            numbers[b] = b;
        }
        Batch batch = new Batch(1);
        problems.gather(numbers, 0, BATCH, batch);
        Tensor y = new Tensor();
        model.forward(batch.input(0), y, true);
        Tensor dy = new Tensor(BATCH, 1);
        Arrays.fill(dy.values(), 1);
        Tensor dx = new Tensor();
        model.backward(dy, dx);
        double[] norms = new double[STEPS];
        for (int t = 0; t < STEPS; t++) {
            double squares = 0;
            for (int b = 0; b < BATCH; b++) {
                for (int f = 0; f < 2; f++) {
                    double g = dx.values()[dx.index(b, t, f)];
                    squares += g * g;
                }
            }
            norms[STEPS - 1 - t] = Math.sqrt(squares / BATCH);
        }
        return norms;
    }

    private static double[] distances() {
        double[] distances = new double[STEPS];
        for (int d = 0; d < STEPS; d++) {
            distances[d] = d;
        }
        return distances;
    }
}
