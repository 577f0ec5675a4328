package dev.gateloom.bench;

import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntToDoubleFunction;

/**
 * What this machine can do at most, measured. Results are shown as a share of it.
 *
 * @param threads number of cores used for "all threads"
 * @param peakOne float multiply-adds in registers, one thread, GFLOP/s
 * @param peakAll the same with all threads
 * @param bandwidth {@code a = b + s·c} on arrays far larger than the caches, all threads, GB/s (three floats moved per
 *     element, as STREAM counts)
 * @param how which instructions were used
 */
public record Limits(int threads, double peakOne, double peakAll, double bandwidth, String how) {
    private static final int PEAK_TRIALS = 100;         // of some milliseconds each: one of them is undisturbed
    private static final int TRIAD_TRIALS = 20;
    private static final int TRIAD = 1 << 24;           // elements of each array, 64 MiB: beyond any cache
    private static final float SCALE = 3f;

    /** The loop that keeps the multiply-add units busy. */
    interface Peak {
        /**
         * Multiplies and adds in registers.
         *
         * @param n turns of the loop
         * @return something that depends on all of them
         */
        float run(int n);

        /**
         * Floating-point operations per turn.
         *
         * @return the count
         */
        int flops();

        /**
         * Which instructions.
         *
         * @return for the report
         */
        String how();
    }

    /**
     * Measures. Takes a few seconds.
     *
     * @return the limits
     */
    public static Limits measure() {
        Peak peak = SimdModule.present() ? new SimdPeak() : new ScalarPeak();
        int threads = Runtime.getRuntime().availableProcessors();
        peak(peak, 1);                                   // compiles the loop
        return new Limits(threads, peak(peak, 1), peak(peak, threads), bandwidth(threads), peak.how());
    }

    private static double peak(Peak peak, int threads) {
        int turns = 2_000_000;
        float[] sink = new float[threads * 64];          // one cache line and more for each thread
        double seconds = best(PEAK_TRIALS, threads, id -> {
            long start = System.nanoTime();
            sink[id * 64] = peak.run(turns);
            return (System.nanoTime() - start) * 1e-9;
        });
        if (Float.isNaN(sink[0])) {
            throw new IllegalStateException("the peak loop lost its numbers");
        }
        return threads * (double) turns * peak.flops() / seconds * 1e-9;
    }

    private static double bandwidth(int threads) {
        float[] a = new float[TRIAD];
        float[] b = new float[TRIAD];
        float[] c = new float[TRIAD];
        Arrays.fill(b, 1f);
        Arrays.fill(c, 2f);
        double seconds = best(TRIAD_TRIALS, threads, id -> {
            long start = System.nanoTime();
            triad(a, b, c, (int) ((long) TRIAD * id / threads), (int) ((long) TRIAD * (id + 1) / threads));
            return (System.nanoTime() - start) * 1e-9;
        });
        return 3.0 * Float.BYTES * TRIAD / seconds * 1e-9;
    }

    private static void triad(float[] a, float[] b, float[] c, int from, int to) {
        for (int i = from; i < to; i++) {
            a[i] = b[i] + SCALE * c[i];
        }
    }

    /** Seconds of the slowest thread in the best of some trials that all threads start together. */
    private static double best(int trials, int threads, IntToDoubleFunction work) {
        double[][] seconds = new double[trials][threads];
        CyclicBarrier start = new CyclicBarrier(threads);
        Thread[] team = new Thread[threads];
        for (int id = 0; id < threads; id++) {
            int self = id;
            team[id] = new Thread(() -> {
                for (double[] trial : seconds) {
                    try {
                        start.await();
                    } catch (InterruptedException | BrokenBarrierException e) {
                        throw new IllegalStateException("the measurement of the limits was interrupted", e);
                    }
                    trial[self] = work.applyAsDouble(self);
                }
            }, "limits-" + id);
            team[id].setDaemon(true);
            team[id].start();
        }
        for (Thread t : team) {
            try {
                t.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("the measurement of the limits was interrupted", e);
            }
        }
        return Arrays.stream(seconds).mapToDouble(trial -> Arrays.stream(trial).max().getAsDouble()).min()
                .getAsDouble();
    }
}
