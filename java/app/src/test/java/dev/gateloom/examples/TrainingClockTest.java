package dev.gateloom.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.train.Epoch;
import dev.gateloom.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingClockTest {
    private final List<Object> heard = new ArrayList<>();
    private final TrainingClock clock = new TrainingClock();
    private final TrainingListener listener = clock.around(new TrainingListener() {
        @Override
        public void started(int epochs, int batches) {
            heard.add(List.of(epochs, batches));
        }

        @Override
        public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
            heard.add(List.of(epoch, batch, loss, gradientNorm));
        }

        @Override
        public void epochDone(Epoch epoch) {
            heard.add(epoch);
        }

        @Override
        public void stoppedEarly(Epoch last, int bestEpoch) {
            heard.add(List.of(last, bestEpoch));
        }

        @Override
        public void finished() {
            heard.add("finished");
        }
    });

    @Test
    void handsEverythingOn() {
        Epoch epoch = new Epoch(1, 0.5, Double.NaN, Map.of());
        listener.started(2, 3);
        listener.batchDone(4, 5, 6.5, 7.5);
        listener.epochDone(epoch);
        listener.stoppedEarly(epoch, 8);
        listener.finished();
        assertEquals(List.of(List.of(2, 3), List.of(4, 5, 6.5, 7.5), epoch, List.of(epoch, 8), "finished"), heard);
    }

    @Test
    void addsUpTrainingAndNothingElse() throws InterruptedException {
        long start = System.nanoTime();
        for (int training = 0; training < 2; training++) {
            listener.started(1, 1);
            Thread.sleep(20);
            listener.finished();
            Thread.sleep(50);
        }
        double all = (System.nanoTime() - start) / 1e9;
        assertTrue(clock.seconds() >= 0.039 && clock.seconds() <= all - 0.099, clock.seconds() + " of " + all);
    }
}
