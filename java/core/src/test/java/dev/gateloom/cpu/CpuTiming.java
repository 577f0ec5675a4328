package dev.gateloom.cpu;

import dev.gateloom.CellType;
import dev.gateloom.EngineOptions;
import dev.gateloom.Engines;
import dev.gateloom.Initializer;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.RnnState;
import dev.gateloom.RnnWeights;
import dev.gateloom.Shape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Times the cpu engine while tuning it; the benchmark suite is what measures for the record. Arguments: names of
 * shapes ({@code S1} to {@code S5}, {@code step}, {@code peak}), {@code lstm} or {@code gru}, {@code threads=N},
 * {@code seconds=N}; by default everything. With one thread it is the thread's processor time that counts, which a busy
 * machine disturbs less.
 */
final class CpuTiming {
    /** B, T, I, H. */
    private static final int[][] SHAPES = {{1, 100, 64, 128}, {32, 50, 128, 256}, {64, 64, 512, 512}, {16, 256, 64, 64},
            {128, 32, 1024, 1024}};

    private final RnnEngine engine;
    private final double seconds;
    private final LongSupplier clock;

    private CpuTiming(RnnEngine engine, double seconds, boolean processorTime) {
        this.engine = engine;
        this.seconds = seconds;
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        clock = processorTime ? threads::getCurrentThreadCpuTime : System::nanoTime;
    }

    public static void main(String[] args) {
        List<String> wanted = Arrays.asList(args);
        int threads = number(wanted, "threads", Runtime.getRuntime().availableProcessors());
        boolean all = wanted.stream().noneMatch(a -> a.matches("S\\d|step|peak"));
        try (RnnEngine engine = Engines.get("cpu", EngineOptions.threads(threads))) {
            System.out.println(engine.description() + ", Java " + Runtime.version());
            if (all || wanted.contains("peak")) {
                System.out.printf("multiply-add in registers, one thread: %.0f GF/s%n", peak());
            }
            CpuTiming timing = new CpuTiming(engine, number(wanted, "seconds", 2), threads == 1);
            for (CellType cell : new CellType[] {CellType.LSTM, CellType.GRU}) {
                String other = cell == CellType.LSTM ? "gru" : "lstm";
                if (wanted.contains(other) && !wanted.contains(cell.name().toLowerCase())) {
                    continue;
                }
                for (int s = 0; s < SHAPES.length; s++) {
                    if (all || wanted.contains("S" + (s + 1))) {
                        timing.sequence(cell, "S" + (s + 1), SHAPES[s]);
                    }
                }
                for (int h = 128; h <= 512 && (all || wanted.contains("step")); h *= 4) {
                    timing.step(cell, h);
                }
            }
        }
    }

    private static int number(List<String> args, String name, int usual) {
        return args.stream().filter(a -> a.startsWith(name + "=")).map(a -> Integer.parseInt(a.substring(name.length() + 1)))
                .findFirst().orElse(usual);
    }

    private void sequence(CellType cell, String name, int[] s) {
        int b = s[0];
        int t = s[1];
        RnnConfig config = RnnConfig.of(cell, s[2], s[3]).build();
        double products = 2.0 * cell.gates() * s[3] * (s[2] + s[3]) * b * t;
        float[] x = random(t * b * s[2]);
        float[] y = new float[t * b * s[3]];
        float[] dy = random(y.length);
        float[] dx = new float[x.length];
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        RnnWeights gradients = RnnWeights.zeros(config);
        try (RnnPlan inference = engine.plan(config, Shape.of(t, b), Mode.INFERENCE);
                RnnPlan training = engine.plan(config, Shape.of(t, b), Mode.TRAINING)) {
            report(cell, name + " forward", products, time(() -> inference.forward(weights, x, null, null, y, null)));
            report(cell, name + " training", 3 * products, time(() -> {
                weights.changed();
                training.forward(weights, x, null, null, y, null);
                training.backward(weights, dy, null, dx, null, gradients);
            }));
            double packing = time(() -> {
                weights.changed();
                training.forward(weights, x, null, null, y, null);
            });
            double forward = time(() -> training.forward(weights, x, null, null, y, null));
            System.out.printf("     %-4s %-14s %9.3f ms forward, %.3f ms packing%n", cell, name + " of which", forward,
                    packing - forward);
        }
    }

    private void step(CellType cell, int h) {
        RnnConfig config = RnnConfig.of(cell, h, h).build();
        float[] x = random(h);
        float[] y = new float[h];
        RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
        RnnState state = RnnState.zeros(config, 1);
        try (RnnPlan plan = engine.plan(config, Shape.of(1, 1), Mode.INFERENCE)) {
            double ms = time(() -> {
                for (int i = 0; i < 100; i++) {
                    plan.step(weights, x, state, y);
                }
            });
            report(cell, "step H=" + h, 4.0 * cell.gates() * h * h, ms / 100);
        }
    }

    private void report(CellType cell, String name, double operations, double ms) {
        System.out.printf("%-4s %-14s %9.4f ms %7.0f GF/s%n", cell, name, ms, operations / ms * 1e-6);
    }

    /** The fastest run in milliseconds: of all statistics the one that other processes disturb least. */
    private double time(Runnable action) {
        long warm = clock.getAsLong();
        while (clock.getAsLong() - warm < seconds * 0.5e9) {
            action.run();
        }
        double best = Double.MAX_VALUE;
        long start = clock.getAsLong();
        for (int n = 0; n < 5 || clock.getAsLong() - start < seconds * 0.5e9; n++) {
            long before = clock.getAsLong();
            action.run();
            best = Math.min(best, (clock.getAsLong() - before) * 1e-6);
        }
        return best;
    }

    private static float[] random(int n) {
        Random random = new Random(n);
        float[] a = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = random.nextFloat() * 2 - 1;
        }
        return a;
    }

    private static double peak() {
        double best = 0;
        for (int i = 0; i < 40; i++) {
            int n = 200_000;
            long start = System.nanoTime();
            sink += multiplyAdds(n);
            best = Math.max(best, 24.0 * n * FloatVector.SPECIES_PREFERRED.length() / (System.nanoTime() - start));
        }
        return best;
    }

    private static volatile float sink;

    /** Twelve independent chains. */
    private static float multiplyAdds(int n) {
        FloatVector a = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1.0001f);
        FloatVector b = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0.9999f);
        FloatVector c0 = a;
        FloatVector c1 = a;
        FloatVector c2 = a;
        FloatVector c3 = a;
        FloatVector c4 = a;
        FloatVector c5 = a;
        FloatVector c6 = a;
        FloatVector c7 = a;
        FloatVector c8 = a;
        FloatVector c9 = a;
        FloatVector ca = a;
        FloatVector cb = a;
        for (int i = 0; i < n; i++) {
            c0 = c0.fma(b, a);
            c1 = c1.fma(b, a);
            c2 = c2.fma(b, a);
            c3 = c3.fma(b, a);
            c4 = c4.fma(b, a);
            c5 = c5.fma(b, a);
            c6 = c6.fma(b, a);
            c7 = c7.fma(b, a);
            c8 = c8.fma(b, a);
            c9 = c9.fma(b, a);
            ca = ca.fma(b, a);
            cb = cb.fma(b, a);
        }
        return c0.add(c1).add(c2).add(c3).add(c4.add(c5).add(c6).add(c7)).add(c8.add(c9).add(ca).add(cb))
                .reduceLanes(VectorOperators.ADD);
    }
}
