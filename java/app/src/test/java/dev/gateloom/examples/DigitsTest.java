package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gateloom.nn.BinaryCrossEntropy;
import dev.gateloom.nn.Concatenate;
import dev.gateloom.nn.Dense;
import dev.gateloom.nn.Model;
import dev.gateloom.nn.Node;
import dev.gateloom.nn.RepeatVector;
import dev.gateloom.nn.Setup;
import dev.gateloom.train.Sgd;
import dev.gateloom.train.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The digits and their means. */
class DigitsTest {

    static Digits digits() throws IOException {
        try (InputStream in = new GZIPInputStream(Example.class.getResourceAsStream(Digits.RESOURCE))) {
            return Digits.parse(Context.lines(in));
        }
    }

    @Test
    void everyDigitIsHeldOutOnceInFive() throws IOException {
        Digits digits = digits();
        assertEquals(1797, digits.labels().length);
        for (int digit = 0; digit < Digits.CLASSES; digit++) {
            int which = digit;
            long all = Arrays.stream(digits.labels()).filter(l -> l == which).count();
            assertEquals(all / 5, Arrays.stream(digits.split().held()).filter(i -> digits.labels()[i] == which).count());
        }
        assertEquals(1797, IntStream.concat(Arrays.stream(digits.split().train()), Arrays.stream(digits.split().held()))
                .distinct().count());
    }

    @Test
    void wrongLinesAreRefused() {
        String row = "0,".repeat(64);
        assertEquals("line 2: expected a finite number, got NaN", assertThrows(IllegalArgumentException.class,
                () -> Digits.parse(List.of(row + "7", "NaN," + row.substring(2) + "7"))).getMessage());
        assertThrows(IllegalArgumentException.class, () -> Digits.parse(List.of(row + "10")));
        assertThrows(IllegalArgumentException.class, () -> Digits.parse(List.of(row)));
        assertThrows(IllegalArgumentException.class, () -> Digits.parse(List.of(row + "7")));
        List<String> onlySevens = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            onlySevens.add(row + "7");
        }
        assertEquals("expected at least five of each digit, got too few of some",
                assertThrows(IllegalArgumentException.class, () -> Digits.parse(onlySevens)).getMessage());
    }

    /** Two drawings of a one, inked in pixel 0 both and in pixel 1 once. */
    @Test
    void meansAreSharesOfInk() {
        float[][] inked = new float[3][64];
        inked[0][0] = 1;
        inked[1][0] = 1;
        inked[1][1] = 1;
        inked[2][5] = 1;
        ClassMeans means = new ClassMeans(inked, new int[] {1, 1, 2}, new int[] {0, 1, 2});
        double log2 = Math.log(2);
        double expected = -(Math.log(3 / 4.0) + Math.log(2 / 4.0) + 62 * Math.log(3 / 4.0)) / log2 / 64;
        assertEquals(64 * expected, means.bits(inked[0])[1], 1e-10);
        assertEquals(64, means.bits(inked[0])[3], 1e-10, "nothing is known of a three");
        assertEquals(1, means.nearest(inked[1]));
        assertEquals(2, means.nearest(inked[2]));
        assertEquals(0.5, means.errorRate(new float[][] {inked[1], inked[2]}, new int[] {1, 1}));
    }

    /** Told a digit from 0 to 7, the model expects ink in that column, with a chance of 3/4; of all else it knows nothing. */
    @Test
    void aDrawingIsTakenForTheDigitThatMakesItLeastSurprising() {
        double[][] bits = bits(weight -> {
            for (int digit = 0; digit < Digits.SIZE; digit++) {
                weight[digit][digit] = (float) Math.log(3);
            }
        }, column(3), column(5), new float[64]);
        double known = Math.log(4 / 3.0) / Math.log(2);
        for (int digit = 0; digit < Digits.CLASSES; digit++) {
            double knowsNothing = digit < Digits.SIZE ? 56 : 64;
            assertEquals(knowsNothing + (digit == 3 ? 8 * known : digit < Digits.SIZE ? 8 * 2 : 0), bits[0][digit], 1e-4);
            assertEquals(knowsNothing + (digit < Digits.SIZE ? 8 * 2 : 0), bits[2][digit], 1e-4);
        }
        double[][] drawn = {bits[0], bits[1]};
        assertEquals(0, DigitsExample.errorRate(drawn, new int[] {3, 5}));
        assertEquals(0.5, DigitsExample.errorRate(drawn, new int[] {3, 4}));
        assertEquals(1, DigitsExample.errorRate(drawn, new int[] {5, 3}));
        assertEquals(1, DigitsExample.errorRate(new double[][] {bits[2]}, new int[] {8}), "a nine surprises no more");
        assertEquals(1, DigitsExample.errorRate(new double[][] {{Double.NaN, 1, 1, 1, 1, 1, 1, 1, 1, 1}}, new int[] {0}));
        assertEquals((56 + 8 * known + 56 + 16) / 2 / 64, DigitsExample.bitsPerPixel(drawn, new int[] {3, 4}), 1e-6);
    }

    /** It may look at the row above, of which the first has none, never at the row itself. */
    @Test
    void aRowIsForetoldFromTheOneAbove() {
        double[][] bits = bits(weight -> {
            for (int column = 0; column < Digits.SIZE; column++) {
                weight[column][Digits.CLASSES + column] = (float) Math.log(3);
            }
        }, column(3));
        for (double asDigit : bits[0]) {
            assertEquals(8 + 7 * (7 + Math.log(4 / 3.0) / Math.log(2)), asDigit, 1e-4);
        }
    }

    /** A linear model without a bias whose weights, {@code [column, digit and row above]}, are zeros but for those that are set. */
    private static double[][] bits(Consumer<float[][]> set, float[]... drawings) {
        float[][] rows = new float[Digits.SIZE][Digits.CLASSES + Digits.SIZE];
        set.accept(rows);
        Node digit = Node.input(Digits.CLASSES);
        Node above = Node.input(Digits.SIZE, Digits.SIZE);
        Node told = new Concatenate().on(new RepeatVector(Digits.SIZE).on(digit), above);
        try (Model model = new Model(Setup.of(null, 1), List.of(digit, above),
                List.of(new Dense(Digits.SIZE).useBias(false).on(told)))) {
            float[] weight = model.parameters().get(0).values();
            for (int column = 0; column < rows.length; column++) {
                System.arraycopy(rows[column], 0, weight, column * rows[column].length, rows[column].length);
            }
            return DigitsExample.bits(new Trainer(model, new BinaryCrossEntropy(), new Sgd(model.parameters(), 1)), drawings);
        }
    }

    private static float[] column(int column) {
        float[] inked = new float[Digits.SIZE * Digits.SIZE];
        for (int row = 0; row < Digits.SIZE; row++) {
            inked[row * Digits.SIZE + column] = 1;
        }
        return inked;
    }
}
