package dev.gateloom.examples;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Lstm;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Chunks;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Trainer;
import java.io.IOException;

/**
 * A layer that carries its state from call to call beside one that does not. The alphabet is recited up and down,
 * {@code a b c … y z y … b a b …}, and the networks see one letter at a time: a batch is one step long. What comes after
 * {@code m} depends on the letter before it, so without a state every second answer is a guess.
 *
 * <p>Eight recitals run side by side, each from another letter on. Held out are recitals that start at letters where none
 * of those in training started. Their first letter comes without a past and can only be guessed; all count.
 */
final class AlphabetExample implements Example {
    private static final int LETTERS = 26;
    private static final int ROUND = 2 * (LETTERS - 1);         // letters until the recital repeats
    private static final int STREAMS = 8;
    private static final int UNITS = 32;

    @Override
    public String name() {
        return "alphabet";
    }

    @Override
    public String summary() {
        return "the alphabet up and down, one letter at a time: a stateful LSTM against a stateless one";
    }

    @Override
    public int epochs() {
        return 20;
    }

    /** Letter at a place of the recital. */
    private static int letter(int place) {
        int p = place % ROUND;
        return p < LETTERS ? p : ROUND - p;
    }

    /**
     * Recitals of the same length side by side. Each stream of {@link Chunks} goes on where the one before it ended, so a
     * length of {@code k·ROUND + shift} lets each start {@code shift} letters later.
     */
    private static Chunks recitals(int start, int rounds, int shift) {
        int[] letters = new int[STREAMS * (rounds * ROUND + shift) + 1];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = letter(start + i);
        }
        return new Chunks(letters, STREAMS, 1);
    }

    @Override
    public Result run(Context context) throws IOException {
        Chunks training = recitals(0, 4, 6);                    // they start at places 0, 6, 12, …
        Chunks heldOut = recitals(3, 4, 6);                     // 3, 9, 15, …
        double stateful = accuracy(context, true, training, heldOut);
        double stateless = accuracy(context, false, training, heldOut);
        return Result.higherIsBetter("share of letters foretold").model("stateful LSTM", stateful)
                .baseline("stateless LSTM", stateless)
                .baseline("always the next of the alphabet", always(heldOut.size() / STREAMS));
    }

    private static double accuracy(Context context, boolean stateful, Chunks training, Chunks heldOut) throws IOException {
        String kind = stateful ? "stateful" : "stateless";
        try (Model model = Model.sequential(context.setup(), Node.input(1),
                new Embedding(LETTERS, LETTERS),
                new Lstm(UNITS).returnSequences(true).stateful(stateful),
                new Dense(LETTERS))) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.01)).clipNorm(1)
                    .metrics(Metrics.accuracy()).listener(context.progress(kind));
            trainer.fit(training, context.epochs(), STREAMS, context.seed());
            context.save(model, kind);
            return trainer.evaluate(heldOut, STREAMS).metrics().get("accuracy");
        }
    }

    /** Right on the way up, wrong on the way down. */
    private static double always(int length) {
        int right = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            for (int i = 0; i < length; i++) {
                int place = 3 + stream * length + i;
                right += letter(place + 1) == letter(place) + 1 ? 1 : 0;
            }
        }
        return (double) right / (STREAMS * length);
    }
}
