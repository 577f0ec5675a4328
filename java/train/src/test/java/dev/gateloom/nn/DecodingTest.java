package dev.gateloom.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.Engines;
import dev.gateloom.RnnEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecodingTest {
    private static final int BEGIN = 1;
    private static final int END = 2;
    private static final int TOKENS = 4;
    private static final int LONGEST = 3;
    private static final int[] SOURCE = {3, 4, 2};

    /** A beam that drops nothing finds every answer there is, each with the probability that teacher forcing gives it. */
    @Test
    void aWideBeamIsAFullEnumeration() {
        try (RnnEngine engine = Engines.get("reference");
                EncoderDecoder model = EncoderDecoder.withAttention(Setup.of(engine, 4), 5, TOKENS, 3, 2, Attention.dot())) {
            model.parameters().forEach(t -> {           // an untrained model finds all tokens about equally probable
                for (int i = t.offset(); i < t.end(); i++) {
                    t.values()[i] *= 3;
                }
                t.changed().run();
            });
            Map<List<Integer>, Double> all = new HashMap<>();
            enumerate(model, List.of(), all);
            List<Decoding.Answer> found = new Decoding(model, BEGIN, END, LONGEST).beam(SOURCE, 64);
            assertEquals(1 + 3 + 9 + 27, all.size(), "ended by themselves, or by their length");
            assertEquals(all.size(), found.size());
            List<Integer> best = null;
            for (Decoding.Answer answer : found) {
                List<Integer> tokens = new ArrayList<>(answer.tokens());
                if (answer.ended()) {
                    tokens.add(END);
                }
                assertTrue(all.containsKey(tokens), tokens::toString);
                assertEquals(all.get(tokens), answer.logProbability(), 1e-5, tokens::toString);
                best = best == null ? tokens : best;
            }
            assertEquals(all.keySet().stream().max((p, q) -> Double.compare(all.get(p) / p.size(), all.get(q) / q.size()))
                    .orElseThrow(), best, "the highest log probability by token first");
            double share = all.values().stream().mapToDouble(Math::exp).sum();
            assertEquals(1, share, 1e-6, "all answers together");
        }
    }

    private static void enumerate(EncoderDecoder model, List<Integer> tokens, Map<List<Integer>, Double> all) {
        if (tokens.size() == LONGEST || !tokens.isEmpty() && tokens.get(tokens.size() - 1) == END) {
            all.put(tokens, logProbability(model, tokens));
            return;
        }
        for (int next = 0; next < TOKENS; next++) {
            List<Integer> longer = new ArrayList<>(tokens);
            longer.add(next);
            enumerate(model, longer, all);
        }
    }

    private static double logProbability(EncoderDecoder model, List<Integer> tokens) {
        Tensor source = new Tensor(1, SOURCE.length);
        for (int t = 0; t < SOURCE.length; t++) {
            source.values()[t] = SOURCE[t];
        }
        Tensor read = new Tensor(1, tokens.size());
        for (int t = 0; t < tokens.size(); t++) {
            read.values()[t] = t == 0 ? BEGIN : tokens.get(t - 1);
        }
        Tensor logits = Plain.forward(model, source, read);
        double sum = 0;
        for (int t = 0; t < tokens.size(); t++) {
            double all = 0;
            for (int k = 0; k < TOKENS; k++) {
                all += Math.exp(logits.values()[t * TOKENS + k]);
            }
            sum += logits.values()[t * TOKENS + tokens.get(t)] - Math.log(all);
        }
        return sum;
    }
}
