package dev.gateloom.examples;

import dev.gateloom.nn.Attention;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Decoding;
import dev.gateloom.nn.EncoderDecoder;
import dev.gateloom.train.Adam;
import dev.gateloom.train.Schedule;
import dev.gateloom.train.Tokens;
import dev.gateloom.train.Trainer;
import dev.gateloom.train.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Sequence to sequence of another length: how is a word pronounced that is spelt like this? A GRU reads the letters in both
 * directions, another one says the phonemes, and at each it attends to some of the letters. Every tenth word of the dictionary
 * is held out.
 */
final class PronunciationExample implements Example {
    private static final int HELD_OUT = 10;             // one of ten
    private static final int EMBEDDING = 32;
    private static final int UNITS = 64;
    private static final int BATCH = 64;
    private static final int LONGEST = 40;
    private static final int MAPS = 4;
    private static final int LONG_WORD = 9;

    @Override
    public String name() {
        return "pronunciation";
    }

    @Override
    public String summary() {
        return "from spelling to phonemes: encoder, decoder and attention on the CMU dictionary";
    }

    @Override
    public int epochs() {
        return 1;
    }

    @Override
    public Optional<String> data() {
        return Optional.of(CmuDict.RESOURCE);
    }

    @Override
    public Result run(Context context) throws IOException {
        CmuDict dict = context.read(CmuDict.RESOURCE, in -> CmuDict.parse(Context.lines(in)));
        Split split = Split.oneOf(HELD_OUT, dict.words().size());
        Vocabulary letters = Vocabulary.characters(String.join("", dict.words()));
        Vocabulary phonemes = Vocabulary.words(String.join(" ", dict.sounds()), Integer.MAX_VALUE);
        int[][] source = Arrays.stream(split.train()).mapToObj(i -> letters.encode(dict.words().get(i))).toArray(int[][]::new);
        int[][] target = Arrays.stream(split.train()).mapToObj(i -> phonemes.encode(dict.sounds().get(i)))
                .toArray(int[][]::new);
        try (EncoderDecoder model = EncoderDecoder.withAttention(context.setup(), letters.size(), phonemes.size(), EMBEDDING,
                UNITS, Attention.dot())) {
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.004)).clipNorm(1)
                    .schedule(Schedule.cosine()).bucketing(50).listener(context.progress("encoder-decoder"));
            trainer.fit(Tokens.translation(source, target, Vocabulary.BEGIN, Vocabulary.END), context.epochs(), BATCH,
                    context.seed());
            context.save(model, name());
            Decoding decoding = new Decoding(model, Vocabulary.BEGIN, Vocabulary.END, LONGEST);
            Map<Character, String> usual = dict.mostFrequentPhonemes(split.train());
            List<AttentionMap> maps = new ArrayList<>();
            long all = 0;
            long wrong = 0;
            long usualWrong = 0;
            for (int i : split.held()) {
                String word = dict.words().get(i);
                List<String> right = List.of(dict.sounds().get(i).split(" "));
                Decoding.Answer answer = decoding.greedy(letters.encode(word));
                List<String> said = answer.tokens().stream().map(t -> phonemes.decode(List.of(t))).toList();
                all += right.size();
                wrong += EditDistance.between(said, right);
                usualWrong += EditDistance.between(word.chars().mapToObj(c -> usual.get((char) c)).filter(Objects::nonNull)
                        .toList(), right);
                if (word.length() >= LONG_WORD && maps.size() < MAPS) {
                    maps.add(new AttentionMap(List.of(word.split("")), said, answer.attention()));
                    context.print("%s: %s; in the dictionary %s", word, String.join(" ", said), String.join(" ", right));
                }
            }
            context.save(AttentionMap.picture(maps), "attention");
            return Result.lowerIsBetter("phoneme error rate of " + split.held().length + " held-out words")
                    .model("encoder-decoder with attention", (double) wrong / all)
                    .baseline("most frequent phoneme of each letter", (double) usualWrong / all);
        }
    }
}
