package dev.gateloom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.nn.Dense;
import dev.gateloom.nn.MeanSquaredError;
import dev.gateloom.nn.Sequential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final int ROWS = 30;

    /** The next value is 0.5·(this one): a line that Dense can learn exactly. */
    private static Windows halving() {
        float[] series = new float[ROWS];
        for (int i = 0; i < ROWS; i++) {
            series[i] = (float) (i % 5 == 0 ? 1 + i / 5 : 0.5 * series[i - 1]);
        }
        return new Windows(series, series, 1, 1, 1, 5);     // targets 1 to 4
    }

    private static Trainer trainer(long seed) {
        Sequential model = new Sequential(new Dense(1, 1, seed));
        return new Trainer(model, new MeanSquaredError(), new Adam(model.parameters(), 0.05));
    }

    @Test
    void learnsALine() {
        Trainer trainer = trainer(1).schedule(Schedule.cosine()).clipNorm(1);
        double before = trainer.evaluate(halving(), 3);
        trainer.fit(halving(), 300, 3, 1);
        double after = trainer.evaluate(halving(), 3);
        assertTrue(after < 1e-4 && before > 1e-2, before + " → " + after);
        assertEquals(0.5f, trainer.predict(halving(), 3)[0][0], 0.02f);
        assertEquals(after, trainer.evaluate(halving(), 4), 1e-9, "a smaller last batch counts less");
    }

    @Test
    void sameSeedSameBits() {
        float[][] first = run(1, 5);
        assertArrayEquals(first, run(1, 5));
        assertFalse(Arrays.deepEquals(first, run(1, 6)), "another order of samples");
        assertFalse(Arrays.deepEquals(first, run(2, 5)), "another start");
    }

    private static float[][] run(long start, long shuffle) {
        Trainer trainer = trainer(start);
        trainer.fit(halving(), 3, 1, shuffle);
        return trainer.predict(halving(), 4);
    }

    @Test
    void tellsItsListener() {
        List<String> heard = new ArrayList<>();
        trainer(1).listener(new TrainingListener() {
            @Override
            public void started(int epochs, int batches) {
                heard.add("started " + epochs + " " + batches);
            }

            @Override
            public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
                assertTrue(loss > 0 && gradientNorm > 0);
                heard.add(epoch + "." + batch);
            }

            @Override
            public void epochDone(int epoch, double loss) {
                heard.add("epoch " + epoch);
            }

            @Override
            public void finished() {
                heard.add("finished");
            }
        }).fit(halving(), 2, 3, 1);
        assertEquals(List.of("started 2 2", "1.1", "1.2", "epoch 1", "2.1", "2.2", "epoch 2", "finished"), heard);
    }

    @Test
    void stopsWhenTheLossIsNoNumber() {
        float[] series = {1, Float.NaN, 1};
        Windows broken = new Windows(series, series, 1, 1, 1, 3);
        ArithmeticException e = assertThrows(ArithmeticException.class, () -> trainer(1).fit(broken, 1, 2, 1));
        assertTrue(e.getMessage().startsWith("epoch 1, batch 1: loss NaN"), e.getMessage());
    }

    @Test
    void cosineFallsFromOneToZero() {
        assertEquals(1, Schedule.cosine().factor(0, 10));
        assertEquals(0.5, Schedule.cosine().factor(5, 10), 1e-12);
        assertEquals(0, Schedule.cosine().factor(10, 10), 1e-12);
        assertEquals(1, Schedule.constant().factor(7, 10));
    }
}
