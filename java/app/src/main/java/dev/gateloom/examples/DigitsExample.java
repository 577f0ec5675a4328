package dev.gateloom.examples;

import dev.gateloom.nn.BinaryCrossEntropy;
import dev.gateloom.nn.Concatenate;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.RepeatVector;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Subset;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Vector to sequence: a digit is given and comes out as a drawing, row by row. A GRU is told the digit at each step, and the row
 * that it drew before; its answer is for each pixel of the next row a chance of ink, and a drawing is a draw from these. So each
 * drawing is another one, as with real hands.
 *
 * <p>Scored is whether it knows how each digit is drawn: which digit makes a real drawing that was held out least surprising?
 * The share of drawings for which it is another one than was meant stands against that of the nearest mean drawing, and against
 * that of the mean drawings as chances of ink. How often its own drawings are nearest to the mean of another digit is printed
 * beside the same of real ones. It is no score: pixels drawn each by itself from the mean give more legible digits than real
 * hands, all much the same.
 */
final class DigitsExample implements Example {
    private static final int UNITS = 96;
    private static final int BATCH = 32;
    private static final int COPIES = 12;

    @Override
    public String name() {
        return "digits";
    }

    @Override
    public String summary() {
        return "drawing a digit row by row: a GRU on handwritten digits";
    }

    @Override
    public int epochs() {
        return 40;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(Digits.RESOURCE);
    }

    @Override
    public Result run(Context context) throws IOException {
        Digits digits = context.read(Digits.RESOURCE, in -> Digits.parse(Context.lines(in)));
        float[][] inked = digits.inked();
        Split split = digits.split();
        ClassMeans means = new ClassMeans(inked, digits.labels(), split.train());
        Node digit = Node.input(Digits.CLASSES);
        Node above = Node.input(Digits.SIZE, Digits.SIZE);
        Node told = new Concatenate().on(new RepeatVector(Digits.SIZE).on(digit), above);
        Node rows = new Dense(Digits.SIZE).on(new Gru(UNITS).returnSequences(true).recurrentDropout(0.3f).on(told));
        try (Model model = new Model(context.setup(), List.of(digit, above), List.of(rows))) {
            Samples all = samples(inked, digits.labels());
            Trainer trainer = new Trainer(model, new BinaryCrossEntropy(), new Adam(model.parameters(), 0.005)).clipNorm(1)
                    .schedule(Schedule.cosine()).listener(context.progress("GRU"));
            trainer.fit(new Subset(all, split.train()), context.epochs(), BATCH, context.seed());
            context.save(model, name());
            float[][] drawn = draw(model, new SplittableRandom(context.seed()));
            context.save(Digits.picture(drawn, COPIES), "drawn");
            float[][] held = IntStream.of(split.held()).mapToObj(i -> inked[i]).toArray(float[][]::new);
            int[] labels = IntStream.of(split.held()).map(i -> digits.labels()[i]).toArray();
            double nearest = means.errorRate(held, labels);
            context.print("The nearest mean is that of another digit for %.0f %% of the digits drawn and %.0f %% of the real "
                    + "ones held out.", 100 * means.errorRate(drawn,
                    IntStream.range(0, drawn.length).map(i -> i / COPIES).toArray()), 100 * nearest);
            double[][] network = bits(trainer, held);
            double[][] mean = Arrays.stream(held).map(means::bits).toArray(double[][]::new);
            context.print("Told the digit, the GRU is surprised by %.3f bits a pixel of the latter, the mean drawing by %.3f.",
                    bitsPerPixel(network, labels), bitsPerPixel(mean, labels));
            return Result.lowerIsBetter("share of " + held.length + " held-out drawings taken for another digit")
                    .model("GRU, least surprised", errorRate(network, labels))
                    .baseline("nearest mean drawing", nearest)
                    .baseline("mean drawing, least surprised", errorRate(mean, labels));
        }
    }

    /** How surprising each drawing is to the network as one of each digit: in bits, {@code [drawings, CLASSES]}. */
    static double[][] bits(Trainer trainer, float[][] inked) {
        double[][] bits = new double[inked.length][Digits.CLASSES];
        int[] labels = new int[inked.length];
        for (int digit = 0; digit < Digits.CLASSES; digit++) {
            Arrays.fill(labels, digit);
            float[][] logits = trainer.predict(samples(inked, labels), BATCH);
            for (int i = 0; i < inked.length; i++) {
                for (int p = 0; p < inked[i].length; p++) {
                    double against = inked[i][p] > 0 ? -logits[i][p] : logits[i][p];
                    bits[i][digit] += (Math.max(0, against) + Math.log1p(Math.exp(-Math.abs(against)))) / Math.log(2);
                }
            }
        }
        return bits;
    }

    /** The share of drawings that would not surprise less as their own digit than as any other. */
    static double errorRate(double[][] bits, int[] labels) {
        return (double) IntStream.range(0, labels.length)
                .filter(i -> !IntStream.range(0, Digits.CLASSES).allMatch(d -> d == labels[i] || bits[i][labels[i]] < bits[i][d]))
                .count() / labels.length;
    }

    /** Of each drawing as its own digit. */
    static double bitsPerPixel(double[][] bits, int[] labels) {
        return IntStream.range(0, labels.length).mapToDouble(i -> bits[i][labels[i]]).average().orElseThrow()
                / (Digits.SIZE * Digits.SIZE);
    }

    /** Inputs are the digit, as a vector with a single one, and the rows moved down by one. */
    private static Samples samples(float[][] inked, int[] labels) {
        int size = Digits.SIZE * Digits.SIZE;
        float[] digit = new float[inked.length * Digits.CLASSES];
        float[] above = new float[inked.length * size];
        float[] rows = new float[inked.length * size];
        for (int i = 0; i < inked.length; i++) {
            digit[i * Digits.CLASSES + labels[i]] = 1;
            System.arraycopy(inked[i], 0, rows, i * size, size);
            System.arraycopy(inked[i], 0, above, i * size + Digits.SIZE, size - Digits.SIZE);
        }
        return new Samples(inked.length).input(digit, Digits.CLASSES).input(above, Digits.SIZE, Digits.SIZE)
                .target(rows, Digits.SIZE, Digits.SIZE);
    }

    /** Some of each digit. The rows so far are read again for each new one: so short a sequence needs no carried state. */
    private static float[][] draw(Model model, SplittableRandom random) {
        int size = Digits.SIZE;
        float[][] drawn = new float[Digits.CLASSES * COPIES][size * size];
        Tensor digit = new Tensor(drawn.length, Digits.CLASSES);
        Tensor above = new Tensor(drawn.length, size, size);
        Tensor[] y = {new Tensor()};
        for (int i = 0; i < drawn.length; i++) {
            digit.values()[i * Digits.CLASSES + i / COPIES] = 1;
        }
        for (int row = 0; row < size; row++) {
            model.forward(new Tensor[] {digit, above}, y, false);
            for (int i = 0; i < drawn.length; i++) {
                for (int column = 0; column < size; column++) {
                    int at = row * size + column;
                    double chance = 1 / (1 + Math.exp(-y[0].values()[i * size * size + at]));
                    drawn[i][at] = random.nextDouble() < chance ? 1 : 0;
                    if (row < size - 1) {
                        above.values()[i * size * size + at + size] = drawn[i][at];
                    }
                }
            }
        }
        return drawn;
    }
}
