package dev.gateloom.examples;

import dev.gateloom.nn.Attention;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Decoding;
import dev.gateloom.nn.EncoderDecoder;
import dev.gateloom.train.AdamW;
import dev.gateloom.train.Metrics;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Tokens;
import dev.gateloom.train.Trainer;
import dev.gateloom.train.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Translates short sentences, from English to Spanish. A demonstration of the method only: some two thousand verses do not
 * teach a language. The score is that of teacher forcing: the share of words foretold right when the right words before
 * them are given; a word that training never saw cannot be.
 */
final class TranslationExample implements Example {
    private static final String RESOURCE = "verses-en-es.tsv";
    private static final int HELD_OUT = 10;             // one of ten
    private static final int EMBEDDING = 64;
    private static final int UNITS = 64;
    private static final int BATCH = 32;
    private static final int SHOWN = 5;

    @Override
    public String name() {
        return "translation";
    }

    @Override
    public String summary() {
        return "short verses from English to Spanish: encoder, decoder and attention (a demonstration: few data)";
    }

    @Override
    public int epochs() {
        return 12;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(RESOURCE);
    }

    /** English and Spanish sentences, each English one once; words in small letters with a space between them. */
    private record Sentences(List<String> english, List<String> spanish) {

        static Sentences parse(List<String> lines) {
            Sentences s = new Sentences(new ArrayList<>(), new ArrayList<>());
            Set<String> known = new HashSet<>();            // the book repeats itself: a held-out verse must not be in training
            for (int n = 0; n < lines.size(); n++) {
                List<String> pair = Arrays.stream(lines.get(n).split("\t", -1)).map(PlainText::of).toList();
                if (pair.size() != 2 || pair.contains("")) {
                    throw new IllegalArgumentException("line " + (n + 1) + ": expected two sentences and a tab between them, got "
                            + lines.get(n));
                }
                if (known.add(pair.get(0))) {
                    s.english.add(pair.get(0));
                    s.spanish.add(pair.get(1));
                }
            }
            if (s.english.size() < HELD_OUT) {
                throw new IllegalArgumentException("expected at least " + HELD_OUT + " different sentences, got " + s.english.size());
            }
            return s;
        }
    }

    @Override
    public Result run(Context context) throws IOException {
        Sentences sentences = context.read(RESOURCE, in -> Sentences.parse(Context.lines(in)));
        Split split = Split.oneOf(HELD_OUT, sentences.english().size());
        Vocabulary english = words(sentences.english(), split);
        Vocabulary spanish = words(sentences.spanish(), split);
        int[][] source = encode(english, sentences.english(), split.train());
        int[][] target = encode(spanish, sentences.spanish(), split.train());
        int[][] heldSource = encode(english, sentences.english(), split.held());
        int[][] heldTarget = encode(spanish, sentences.spanish(), split.held());
        try (EncoderDecoder model = EncoderDecoder.withAttention(context.setup(), english.size(), spanish.size(), EMBEDDING,
                UNITS, Attention.dot())) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new AdamW(model.parameters(), 0.002).weightDecay(0.1))
                    .clipNorm(1).schedule(Schedule.cosine()).bucketing(10).metrics(Metrics.accuracy())
                    .listener(context.progress("encoder-decoder"));
            trainer.fit(Tokens.translation(source, target, Vocabulary.BEGIN, Vocabulary.END), context.epochs(), BATCH,
                    context.seed());
            context.save(model, name());
            Decoding decoding = new Decoding(model, Vocabulary.BEGIN, Vocabulary.END, 20);
            for (int i = 0; i < Math.min(SHOWN, heldSource.length); i++) {
                context.print("%s: %s; in the book: %s", sentences.english().get(split.held()[i]),
                        spanish.decode(decoding.beam(heldSource[i], 4).get(0).tokens()),
                        sentences.spanish().get(split.held()[i]));
            }
            Tokens held = Tokens.translation(heldSource, heldTarget, Vocabulary.BEGIN, Vocabulary.END);
            return Result.higherIsBetter("share of words foretold right, ends of sentences included")
                    .model("encoder-decoder with attention", trainer.evaluate(held, BATCH).metrics().get("accuracy"))
                    .baseline("always the most frequent word", unigram(target, heldTarget));
        }
    }

    private static Vocabulary words(List<String> sentences, Split split) {
        return Vocabulary.words(Arrays.stream(split.train()).mapToObj(sentences::get).collect(Collectors.joining(" ")),
                Integer.MAX_VALUE);
    }

    private static int[][] encode(Vocabulary words, List<String> sentences, int[] chosen) {
        return Arrays.stream(chosen).mapToObj(i -> words.encode(sentences.get(i))).toArray(int[][]::new);
    }

    /** The most frequent token of the training sentences, be it the end, at every place. */
    private static double unigram(int[][] training, int[][] heldOut) {
        Map<Integer, Integer> counts = new HashMap<>(Map.of(Vocabulary.END, training.length));
        Arrays.stream(training).flatMapToInt(Arrays::stream).forEach(t -> counts.merge(t, 1, Integer::sum));
        int most = counts.entrySet().stream().max(Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey())).orElseThrow().getKey();
        long words = Arrays.stream(heldOut).mapToLong(s -> s.length).sum();
        long right = most == Vocabulary.END ? heldOut.length
                : Arrays.stream(heldOut).flatMapToInt(Arrays::stream).filter(t -> t == most).count();
        return (double) right / (words + heldOut.length);
    }
}
