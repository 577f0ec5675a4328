package dev.gateloom.examples;

import dev.gateloom.train.Epoch;
import dev.gateloom.train.TrainingListener;

/** Adds up how long trainings take, one after the other, scoring left out. */
final class TrainingClock {
    private long nanos;

    /** Hands everything on to a listener and looks at the clock at the beginning and the end. */
    TrainingListener around(TrainingListener listener) {
        return new TrainingListener() {
            private long start;

            @Override
            public void started(int epochs, int batches) {
                start = System.nanoTime();
                listener.started(epochs, batches);
            }

            @Override
            public void batchDone(int epoch, int batch, double loss, double gradientNorm) {
                listener.batchDone(epoch, batch, loss, gradientNorm);
            }

            @Override
            public void epochDone(Epoch epoch) {
                listener.epochDone(epoch);
            }

            @Override
            public void stoppedEarly(Epoch last, int bestEpoch) {
                listener.stoppedEarly(last, bestEpoch);
            }

            @Override
            public void finished() {
                listener.finished();
                nanos += System.nanoTime() - start;
            }
        };
    }

    /** All trainings so far together. */
    double seconds() {
        return nanos / 1e9;
    }
}
