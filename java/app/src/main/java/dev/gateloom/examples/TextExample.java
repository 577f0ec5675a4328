package dev.gateloom.examples;

import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Embedding;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Tensor;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Chunks;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Trainer;
import dev.gateloom.train.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Writes text letter by letter. A GRU learns what comes next in a book, without capitals and punctuation; the last tenth of the
 * book is held out. Training is truncated backpropagation through time: the book is cut into streams that run side by side,
 * each chunk goes on from the state in which the one before ended, and gradients stay within a chunk.
 *
 * <p>The baseline is what statistics can do: how often each letter followed the four before it, smoothed.
 */
final class TextExample implements Example {
    private static final String RESOURCE = "moby-dick.txt.gz";
    private static final int STREAMS = 32;
    private static final int STEPS = 32;
    private static final int EMBEDDING = 32;
    private static final int UNITS = 256;
    private static final int SHORTEST = 2 * STREAMS * STEPS;
    private static final int ORDER = 5;
    private static final int WRITTEN = 500;
    private static final double TEMPERATURE = 0.7;

    @Override
    public String name() {
        return "text";
    }

    @Override
    public String summary() {
        return "writing letter by letter like Moby Dick, or like any text file: a stateful GRU";
    }

    @Override
    public int epochs() {
        return 8;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(RESOURCE);
    }

    private static String parse(InputStream in) {
        String text = PlainText.of(String.join(" ", Context.lines(in)));
        long letters = text.codePoints().count();
        if (letters < SHORTEST) {
            throw new IllegalArgumentException("expected a text of at least " + SHORTEST + " letters, got " + letters);
        }
        long different = text.codePoints().distinct().count();
        int most = WittenBell.largestAlphabet(ORDER) - (Vocabulary.END + 1);
        if (different > most) {
            throw new IllegalArgumentException("expected at most " + most + " different letters, so that the baseline, which counts "
                    + "each " + ORDER + " in a row, can number them; got " + different);
        }
        return text;
    }

    @Override
    public Result run(Context context) throws IOException {
        String text = context.read(RESOURCE, TextExample::parse);
        int[] letters = text.codePoints().toArray();
        int cut = (int) (letters.length * 0.9);
        Vocabulary alphabet = Vocabulary.characters(new String(letters, 0, cut));
        int[] training = alphabet.encode(new String(letters, 0, cut));
        int[] heldOut = alphabet.encode(new String(letters, cut, letters.length - cut));
        try (Model model = Model.sequential(context.setup(), Node.input(-1),
                new Embedding(alphabet.size(), EMBEDDING),
                new Gru(UNITS).stateful(true).returnSequences(true).dropout(0.1f),
                new Dense(alphabet.size()))) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.004)).clipNorm(1)
                    .schedule(Schedule.cosine()).listener(context.progress("GRU"));
            trainer.fit(new Chunks(training, STREAMS, STEPS), context.epochs(), STREAMS, context.seed());
            context.save(model, name());
            String written = write(model, alphabet, heldOut, new SplittableRandom(context.seed()));
            context.print("%n%s", written);
            Files.writeString(context.file("written.txt"), written + "\n");
            Chunks held = new Chunks(heldOut, 1, STEPS);            // a single stream, from its beginning to its end
            return Result.lowerIsBetter("perplexity of the last tenth, letter by letter")
                    .model("GRU", Math.exp(trainer.evaluate(held, 1).loss()))
                    .baseline("5-gram, Witten-Bell", new WittenBell(training, ORDER, alphabet.size())
                            .perplexity(heldOut, 1, 1 + held.size() * STEPS));
        }
    }

    /** Goes on from the beginning of the held-out part. */
    private static String write(Model model, Vocabulary alphabet, int[] heldOut, SplittableRandom random) {
        int[] start = Arrays.copyOf(heldOut, Math.min(STEPS, heldOut.length));
        Tensor x = new Tensor(1, start.length);
        Tensor y = new Tensor();
        for (int t = 0; t < start.length; t++) {
            x.values()[t] = start[t];
        }
        model.resetStates();
        Integer[] written = new Integer[WRITTEN];
        for (int i = 0; i < WRITTEN; i++) {
            model.forward(x, y, false);
            int last = (y.rows() - 1) * y.features();
            Arrays.fill(y.values(), last, last + Vocabulary.END + 1, Float.NEGATIVE_INFINITY);      // no letters
            written[i] = Sampling.draw(Sampling.softmax(y.values(), last, y.features(), TEMPERATURE), random);
            x.shape(1, 1).values()[0] = written[i];
        }
        model.resetStates();
        return "…" + alphabet.decode(Arrays.asList(written));
    }
}
