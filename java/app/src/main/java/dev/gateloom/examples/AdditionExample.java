package dev.gateloom.examples;

import dev.gateloom.nn.Activation;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.RepeatVector;
import dev.gateloom.nn.TimeDistributed;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Dataset;
import dev.gateloom.train.Samples;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Learns to add from examples alone: {@code 535+61} is read character by character and {@code 596} is written the same way.
 * An encoder reads the question into one vector, which a decoder is shown at each step of the answer (Sutskever, Vinyals
 * and Le 2014, in the form of RepeatVector and TimeDistributed). The question is read backwards, so that its last digits, which
 * the answer's depend on most simply, are not the oldest. Held out are sums none of which was in training.
 */
final class AdditionExample implements Example {
    private static final String CHARACTERS = "0123456789+ ";
    private static final int QUESTION = 7;              // "999+999"
    private static final int ANSWER = 4;                // "1998"
    private static final int LIMIT = 1000;
    private static final int TRAINING = 20_000;
    private static final int HELD_OUT = 2000;
    private static final int UNITS = 96;
    private static final int BATCH = 64;

    private record Sum(int a, int b) {
        String question() {
            return String.format("%-" + QUESTION + "s", a + "+" + b);
        }

        String answer() {
            return String.format("%-" + ANSWER + "s", a + b);
        }
    }

    @Override
    public String name() {
        return "addition";
    }

    @Override
    public String summary() {
        return "adding numbers of up to three digits, read and written as text";
    }

    @Override
    public int epochs() {
        return 30;
    }

    @Override
    public Result run(Context context) throws IOException {
        Sum[] sums = sums(TRAINING + HELD_OUT);
        Dataset training = samples(sums, 0, TRAINING);
        Dataset heldOut = samples(sums, TRAINING, sums.length);
        try (Model model = Model.sequential(context.setup(), Node.input(QUESTION),
                new Embedding(CHARACTERS.length(), CHARACTERS.length()),
                new Lstm(UNITS).goBackwards(true),
                new RepeatVector(ANSWER),
                new Lstm(UNITS).returnSequences(true),
                new TimeDistributed(new Dense(CHARACTERS.length(), Activation.SOFTMAX)))) {
            Trainer trainer = new Trainer(model, CrossEntropy.ofProbabilities(), new Adam(model.parameters(), 0.004))
                    .clipNorm(1).schedule(Schedule.cosine()).listener(context.progress("addition"));
            trainer.fit(training, context.epochs(), BATCH, context.seed());
            context.save(model, "addition");
            float[][] answers = trainer.predict(heldOut, BATCH);
            int right = 0;
            for (int i = 0; i < HELD_OUT; i++) {
                Sum sum = sums[TRAINING + i];
                String answer = decode(answers[i]);
                right += answer.equals(sum.answer()) ? 1 : 0;
                if (i < 5) {
                    context.print("%s = %s (%s)", sum.question().strip(), answer.strip(), sum.answer().strip());
                }
            }
            return Result.higherIsBetter("share of held-out sums that are right in every digit")
                    .model("encoder-decoder", (double) right / HELD_OUT)
                    .baseline("chance: always the most frequent answer", mostFrequent(sums))
                    .baseline("one of the 1,999 answers by lot", 1.0 / (2 * LIMIT - 1));
        }
    }

    /** All different; a + b and b + a count as the same. */
    private static Sum[] sums(int count) {
        SplittableRandom random = new SplittableRandom(Split.TRAINING_SEED);
        Set<Sum> seen = new HashSet<>();
        Sum[] sums = new Sum[count];
        for (int i = 0; i < count;) {
            int a = random.nextInt(LIMIT);
            int b = random.nextInt(LIMIT);
            if (seen.add(new Sum(Math.min(a, b), Math.max(a, b)))) {
                sums[i++] = new Sum(a, b);
            }
        }
        return sums;
    }

    private static Dataset samples(Sum[] sums, int begin, int end) {
        float[] questions = new float[(end - begin) * QUESTION];
        float[] answers = new float[(end - begin) * ANSWER];
        for (int i = begin; i < end; i++) {
            encode(sums[i].question(), questions, (i - begin) * QUESTION);
            encode(sums[i].answer(), answers, (i - begin) * ANSWER);
        }
        return new Samples(end - begin).input(questions, QUESTION).target(answers, ANSWER);
    }

    private static void encode(String text, float[] to, int at) {
        for (int i = 0; i < text.length(); i++) {
            to[at + i] = CHARACTERS.indexOf(text.charAt(i));
        }
    }

    /** The likeliest character at each place. */
    private static String decode(float[] probabilities) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < probabilities.length; at += CHARACTERS.length()) {
            int best = 0;
            for (int c = 1; c < CHARACTERS.length(); c++) {
                best = probabilities[at + c] > probabilities[at + best] ? c : best;
            }
            text.append(CHARACTERS.charAt(best));
        }
        return text.toString();
    }

    /** The answer that is most frequent in training, scored on the held-out sums. */
    private static double mostFrequent(Sum[] sums) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < TRAINING; i++) {
            counts.merge(sums[i].answer(), 1, Integer::sum);
        }
        String answer = counts.entrySet().stream().max(Map.Entry.<String, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey())).orElseThrow().getKey();
        int right = 0;
        for (int i = TRAINING; i < sums.length; i++) {
            right += sums[i].answer().equals(answer) ? 1 : 0;
        }
        return (double) right / HELD_OUT;
    }
}
