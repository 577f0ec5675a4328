package dev.gateloom.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gateloom.golden.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the files hold: each is counted as passed, failed or unreadable, the last with one line of error, and no
 * exception gets through.
 */
class VerifyFuzzTest {
    private static final int RUNS = Boolean.getBoolean("gateloom.exhaustive") ? 150 : 15;
    private static final int FILES = 100;
    private static final int[] NUMBERS = {-1, 0, 1, 2, 3, 4, 5, 100, 65_536, Integer.MAX_VALUE};
    private static final String[] TEXTS = {"", "lstm", "gru", "rnn_relu", "variant", "zeros", "given", "dropconnect",
        "lstm_layernorm", "gru_layernorm", "lstm_peephole", "zoneout_train", "zoneout_inference", "interlayer_dropout",
        "per_gate", "r,z,n", "null"};
    private static final Pattern SUMMARY = Pattern.compile("(?s).*\\R(\\d+) passed, (\\d+) failed(?:, (\\d+) unreadable)?\\R");

    @TempDir
    Path folder;
    private final int[] counts = new int[3];

    @Test
    void bytesAreMutated() throws IOException {
        Random random = seeded();
        byte[] original = Files.readAllBytes(GoldenFiles.SMALL);
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < FILES; i++) {
                byte[] mutant = original.clone();
                for (int m = random.nextInt(3); m >= 0; m--) {
                    mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
                }
                Files.write(file(i), mutant);
            }
            verifyCalmly();
        }
        assertTrue(counts[1] > 0 && counts[2] > 0, "both wrong numbers and wrong headers must occur");
    }

    @Test
    void configurationsAndTensorsAreMutated() throws IOException {
        Random random = seeded();
        List<Path> originals = new ArrayList<>(GoldenFiles.all());
        originals.addAll(GoldenFiles.under(GoldenFiles.TRAINING));
        for (int run = 0; run < RUNS; run++) {
            for (int i = 0; i < FILES; i++) {
                GoldenFiles.changed(originals.get(random.nextInt(originals.size())), file(i), c -> {
                    if (random.nextInt(4) == 0) {
                        mutateTensor(c, random);
                    } else {
                        mutateConfig(c.config, random);
                    }
                });
            }
            verifyCalmly();
        }
        assertTrue(counts[0] > 0 && counts[1] > 0 && counts[2] > 0, "every outcome must occur");
    }

    private Path file(int i) {
        return folder.resolve(i + ".safetensors");
    }

    private static void mutateConfig(ObjectNode config, Random random) {
        List<String> keys = new ArrayList<>();
        for (Iterator<String> names = config.fieldNames(); names.hasNext();) {
            keys.add(names.next());
        }
        String key = keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(6)) {
            case 0 -> config.remove(key);
            case 1 -> config.putNull(key);
            case 2 -> config.put(key, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> config.put(key, random.nextDouble());
            case 4 -> config.put(key, TEXTS[random.nextInt(TEXTS.length)]);
            default -> config.put(key, random.nextBoolean());
        }
    }

    private static void mutateTensor(GoldenFiles.Copy copy, Random random) {
        List<String> names = List.copyOf(copy.values.keySet());
        String name = names.get(random.nextInt(names.size()));
        float[] values = copy.values.get(name);
        switch (random.nextInt(3)) {
            case 0 -> copy.values.remove(name);
            case 1 -> copy.put(name, values, values.length);
            default -> values[random.nextInt(values.length)] = Float.intBitsToFloat(random.nextInt());
        }
    }

    private void verifyCalmly() {
        Run run = Run.of("verify", "--engine", "reference", folder);
        Matcher summary = SUMMARY.matcher(run.out());
        assertTrue(summary.matches() && !run.out().contains("Exception"), run::toString);
        int[] outcome = new int[counts.length];
        for (int i = 0; i < counts.length; i++) {
            outcome[i] = summary.group(i + 1) == null ? 0 : Integer.parseInt(summary.group(i + 1));
            counts[i] += outcome[i];
        }
        assertEquals(FILES, Arrays.stream(outcome).sum());
        assertEquals(outcome[2], run.err().lines().count(), run::toString);
        assertEquals(outcome[2] > 0 ? 2 : outcome[1] > 0 ? 1 : 0, run.status());
    }

    private static Random seeded() {
        long seed = new Random().nextLong();
        System.out.println("VerifyFuzzTest seed " + seed);
        return new Random(seed);
    }
}
