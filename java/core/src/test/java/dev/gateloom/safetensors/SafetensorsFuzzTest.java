package dev.gateloom.safetensors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a file, reading it gives its contents or a {@link SafetensorsException}, and needs little memory. */
class SafetensorsFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String[] TOKENS = {"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "-1", "0", "1e9",
        "9223372036854775807", "18446744073709551616", "null", "F64", "BF16", "shape", "data_offsets", "__metadata__"};

    @Test
    void nothingButSafetensorsExceptionComesOut(@TempDir Path folder) throws IOException {
        long seed = new Random().nextLong();
        System.out.println("SafetensorsFuzzTest seed " + seed);
        Random random = new Random(seed);
        Path file = folder.resolve("mutant.safetensors");
        Safetensors.writer().metadata("config", "{}").floats("w", new float[12], 3, 4).doubles("d", new double[2], 2)
                .floats("s", new float[1]).write(file);
        byte[] original = Files.readAllBytes(file);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutant = original;
            for (int m = 1 + random.nextInt(3); m > 0; m--) {
                mutant = mutate(mutant, random);
            }
            Files.write(file, mutant);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                readAll(file);
            } catch (SafetensorsException expected) {
                refused++;
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + Arrays.toString(mutant), t);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1 << 20, "seed " + seed + ", round " + round + ": " + allocated + " bytes allocated");
        }
        // Flips in the data alone leave the file valid; both outcomes must occur, or the fuzzing reaches nothing.
        assertTrue(refused > ROUNDS / 4 && refused < ROUNDS, refused + " of " + ROUNDS + " refused");
    }

    private static void readAll(Path file) throws SafetensorsException {
        Safetensors s = Safetensors.read(file);
        for (String name : s.names()) {
            long size = s.shape(name).stream().reduce(1L, (a, b) -> a * b);
            assertTrue(s.floats(name).length == size && s.doubles(name).length == size);
        }
    }

    private static byte[] mutate(byte[] in, Random random) {
        int at = random.nextInt(in.length + 1);
        switch (random.nextInt(6)) {
            case 0:                                         // flip a bit
                byte[] flipped = in.clone();
                if (at < in.length) {
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                }
                return flipped;
            case 1:                                         // cut the end off
                return Arrays.copyOf(in, at);
            case 2:                                         // insert a piece of JSON
                byte[] token = TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
                return splice(in, at, at, token);
            case 3:                                         // remove a piece
                return splice(in, at, Math.min(in.length, at + random.nextInt(16)), new byte[0]);
            case 4:                                         // repeat a piece
                return splice(in, at, at, Arrays.copyOfRange(in, at, Math.min(in.length, at + random.nextInt(100))));
            default:                                        // another header length
                byte[] length = in.clone();
                for (int i = 0; i < Math.min(8, in.length); i++) {
                    length[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : in[i]);
                }
                return length;
        }
    }

    private static byte[] splice(byte[] in, int from, int to, byte[] piece) {
        byte[] out = new byte[in.length - (to - from) + piece.length];
        System.arraycopy(in, 0, out, 0, from);
        System.arraycopy(piece, 0, out, from, piece.length);
        System.arraycopy(in, to, out, from + piece.length, in.length - to);
        return out;
    }
}
