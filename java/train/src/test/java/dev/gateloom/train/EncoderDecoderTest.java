package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import dev.gateloom.nn.Attention;
import dev.gateloom.nn.CrossEntropy;
import dev.gateloom.nn.Decoding;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.EncoderDecoder;
import dev.gateloom.nn.Gru;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.Setup;
import dev.gateloom.nn.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Learns to turn a sequence round and to leave out every token 3: an answer of another length than the source. */
class EncoderDecoderTest {
    private static final int BEGIN = 1;
    private static final int END = 2;
    private static final int TOKENS = 8;

    private static int[][] sources(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] sources = new int[count][];
        for (int i = 0; i < count; i++) {
            sources[i] = random.ints(2 + random.nextInt(4), 3, TOKENS).toArray();
        }
        return sources;
    }

    private static int[] answer(int[] source) {
        List<Integer> tokens = new ArrayList<>(Arrays.stream(source).filter(t -> t != 3).boxed().toList());
        Collections.reverse(tokens);
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void learnsToTurnRound() {
        int[][] sources = sources(400, 1);
        int[][] held = Arrays.stream(sources(60, 2)).filter(s -> Arrays.stream(sources).noneMatch(t -> Arrays.equals(s, t)))
                .toArray(int[][]::new);
        try (RnnEngine engine = Engines.get("cpu", EngineOptions.threads(1));
                EncoderDecoder model = EncoderDecoder.withAttention(Setup.of(engine, 4), TOKENS, TOKENS, 12, 16,
                        Attention.dot())) {
            Tokens data = Tokens.translation(sources, Arrays.stream(sources).map(EncoderDecoderTest::answer)
                    .toArray(int[][]::new), BEGIN, END);
            Trainer trainer = new Trainer(model, new CrossEntropy(), new Adam(model.parameters(), 0.01)).clipNorm(1)
                    .bucketing(10).metrics(Metrics.accuracy());
            trainer.fit(data, 25, 20, 1);
            assertTrue(trainer.evaluate(data, 50).metrics().get("accuracy") > 0.97);
            Decoding decoding = new Decoding(model, BEGIN, END, 10);
            int greedy = 0;
            int beam = 0;
            for (int[] source : held) {
                List<Integer> expected = Arrays.stream(answer(source)).boxed().toList();
                Decoding.Answer one = decoding.greedy(source);
                List<Decoding.Answer> five = decoding.beam(source, 5);
                greedy += one.tokens().equals(expected) ? 1 : 0;
                beam += five.get(0).tokens().equals(expected) ? 1 : 0;
                check(source, one, five);
            }
            assertTrue(greedy > 0.7 * held.length, greedy + " of " + held.length + " right");
            assertTrue(beam >= greedy - 2, "beam " + beam + ", greedy " + greedy);
        }
    }

    /** What does not fit is refused when the models are joined, not in the middle of training. */
    @Test
    void refusesModelsThatDoNotFit() {
        try (RnnEngine engine = Engines.get("cpu-scalar", EngineOptions.threads(1))) {
            Setup setup = Setup.of(engine, 1);
            Node x = Node.input(-1, 3);
            Node last = new Gru(4).returnState(true).on(x);
            Model encoder = new Model(setup, List.of(x), List.of(last.output(1)));
            assertEquals("input 1 of the decoder: expected [4], as output 0 of the encoder, got [5]",
                    refused(() -> new EncoderDecoder(encoder, decoder(setup, 5, 5), 1)));
            assertEquals("output 1 of the decoder: expected [4], as the state that it reads, input 1, got [7]",
                    refused(() -> new EncoderDecoder(encoder, decoder(setup, 4, 7), 1)));
            EncoderDecoder model = new EncoderDecoder(encoder, decoder(setup, 4, 4), 1);
            assertEquals("source: expected [-1, 3], as the encoder's input, got [-1, 2]",
                    refused(() -> model.build(setup, new int[] {-1, 2}, new int[] {-1, 2})));
            assertEquals("x: expected source and tokens, a batch of the same size each, got [[2, 5, 3], [1, 5, 2]]",
                    refused(() -> model.forward(new Tensor[] {new Tensor(2, 5, 3), new Tensor(1, 5, 2)},
                            new Tensor[] {new Tensor()}, false)));
            assertEquals("x: expected source and tokens, a batch of the same size each, got [[2, 5, 3]]",
                    refused(() -> model.forward(new Tensor[] {new Tensor(2, 5, 3)}, new Tensor[] {new Tensor()}, false)));
            assertEquals("end: expected a token from 0 to 5, got 6", refused(() -> new Decoding(model, 1, 6, 3)));
            assertEquals("source: expected at least one token, got none",
                    refused(() -> new Decoding(model, 1, 2, 3).greedy(new int[0])));
        }
    }

    /** Reads a first state of one width and gives a last one of another. */
    private static Model decoder(Setup setup, int read, int given) {
        Node tokens = Node.input(-1, 2);
        Node state = Node.input(read);
        Node h = new Gru(read).returnSequences(true).returnState(true).on(tokens, state);
        Node end = given == read ? h.output(1) : new Dense(given).on(h.output(1));
        return new Model(setup, List.of(tokens, state), List.of(new Dense(6).on(h), end));
    }

    private static String refused(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    private static void check(int[] source, Decoding.Answer one, List<Decoding.Answer> five) {
        assertEquals(5, five.size());
        assertEquals(one.tokens().size() + (one.ended() ? 1 : 0), one.attention().size());
        for (float[] weights : one.attention()) {
            assertEquals(source.length, weights.length);
            double sum = 0;
            for (float w : weights) {
                sum += w;
            }
            assertEquals(1, sum, 1e-5);
        }
        double before = Double.POSITIVE_INFINITY;
        for (Decoding.Answer a : five) {
            double score = a.logProbability() / Math.max(1, a.tokens().size() + (a.ended() ? 1 : 0));
            assertTrue(score <= before, "in order");
            before = score;
        }
    }
}
