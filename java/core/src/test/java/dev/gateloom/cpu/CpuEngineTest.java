package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.gateloom.CellType;
import dev.gateloom.Direction;
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
import dev.gateloom.spi.Workers;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the cpu engine promises beyond right numbers: the same bits on any threads, and nothing allocated. */
@Tag("engine")
class CpuEngineTest {
    /** Looked up once: the look-up allocates, and would be counted. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** T, B, I, H; large enough that the team is used, and with steps of a single sequence. */
    private static final int[][] SHAPES = {{7, 1, 33, 100}, {5, 13, 64, 48}, {3, 40, 7, 130}, {9, 2, 16, 256}};

    @ParameterizedTest
    @EnumSource(value = CellType.class, names = {"LSTM", "GRU"})
    void sameBitsOnAnyNumberOfThreads(CellType cell) {
        for (int[] s : SHAPES) {
            for (Direction direction : Direction.values()) {
                RnnConfig config = RnnConfig.of(cell, s[2], s[3]).direction(direction).layers(2).dropout(0.2f).build();
                for (boolean ragged : new boolean[] {false, true}) {
                    List<float[]> first = run(config, s, ragged, EngineOptions.threads(1));
                    for (int threads : new int[] {1, 2, 3, 5}) {
                        assertSame(first, run(config, s, ragged, EngineOptions.threads(threads)), config + ", " + threads
                                + " threads");
                    }
                }
            }
        }
    }

    @Test
    void sameBitsOnTheCallersExecutor() throws InterruptedException {
        int[] s = SHAPES[1];
        RnnConfig config = RnnConfig.lstm(s[2], s[3]).bidirectional(true).build();
        List<float[]> expected = run(config, s, true, EngineOptions.threads(1));
        ExecutorService enough = Executors.newFixedThreadPool(3);
        ExecutorService tooFew = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));
        try {
            Executor direct = Runnable::run;
            for (Executor executor : List.of(enough, tooFew, direct)) {
                assertSame(expected, run(config, s, true, new EngineOptions(4, executor)), executor.toString());
            }
        } finally {
            enough.shutdown();
            tooFew.shutdown();
        }
        assertTrue(enough.awaitTermination(10, TimeUnit.SECONDS), "helpers left the Executor");
    }

    /** Threads that meet after each step divide only steps that are worth it; those with sequences of their own don't meet. */
    @Test
    void smallStepsStayOnTheCallersThread() {
        assertEquals(0, helpers(RnnConfig.gru(16, 32).build(), 100, 4), "18,432 multiply-adds a step");
        assertEquals(0, helpers(RnnConfig.lstm(16, 32).layers(3).build(), 100, 4));
        assertEquals(2, helpers(RnnConfig.gru(64, 96).build(), 100, 1), "46,080, forward and backward");
        assertEquals(2, helpers(RnnConfig.lstm(16, 32).build(), 100, 64), "whole tiles of sequences for each");
        assertEquals(2, helpers(RnnConfig.lstm(16, 32).peephole(true).build(), 100, 4), "a cell without meetings");
    }

    /** Tasks that a forward and a backward hand to the Executor of an engine with two threads. */
    private static int helpers(RnnConfig config, int steps, int batch) {
        AtomicInteger tasks = new AtomicInteger();
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (RnnEngine engine = Engines.get("cpu-simd", new EngineOptions(2, task -> {
            tasks.incrementAndGet();
            pool.execute(task);
        }));
                RnnPlan plan = engine.plan(config, Shape.of(steps, batch), Mode.TRAINING)) {
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
            float[] y = new float[steps * batch * config.hiddenSize()];
            float[] x = random(steps * batch * config.inputSize(), 1);
            plan.forward(weights, x, null, null, y, null);              // packs the weights too
            plan.backward(weights, y, null, null, null, RnnWeights.zeros(config));
            tasks.set(0);
            plan.forward(weights, x, null, null, y, null);
            plan.backward(weights, y, null, null, null, RnnWeights.zeros(config));
            return tasks.get();
        } finally {
            pool.shutdown();
        }
    }

    /** Many parts go to all threads, few to the calling one; none is left out or done twice. */
    @Test
    void lendsItsThreads() {
        try (CpuEngine engine = (CpuEngine) Engines.get("cpu-scalar", EngineOptions.threads(3))) {
            Workers workers = engine.workers();
            for (int parts : new int[] {0, 1, 15, 16, 17, 1000}) {
                int[] done = new int[parts];
                Set<Thread> threads = ConcurrentHashMap.newKeySet();
                workers.run(parts, part -> {
                    done[part]++;
                    threads.add(Thread.currentThread());
                });
                assertTrue(Arrays.stream(done).allMatch(times -> times == 1), parts + " parts");
                assertEquals(parts < 16 ? Math.min(parts, 1) : 3, threads.size(), parts + " parts");
            }
        }
    }

    /** Several callers at once: one has the team, the others work alone, none disturbs another. */
    @Test
    void concurrentCallsDoNotDisturbEachOther() throws Exception {
        int[] s = SHAPES[1];
        RnnConfig config = RnnConfig.gru(s[2], s[3]).build();
        try (RnnEngine engine = Engines.get("cpu-simd", EngineOptions.threads(2))) {
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
            List<float[]> expected = run(engine, weights, s, false);
            ExecutorService users = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Void>> calls = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    calls.add(() -> {
                        for (int repeat = 0; repeat < 20; repeat++) {
                            assertSame(expected, run(engine, weights, s, false), "repeat " + repeat);
                        }
                        return null;
                    });
                }
                for (Future<Void> call : users.invokeAll(calls)) {
                    call.get();
                }
            } finally {
                users.shutdown();
            }
        }
    }

    /** Cells of a hidden size: the fused ones, then some with rare options. */
    static Stream<IntFunction<RnnConfig.Builder>> cells() {
        return Stream.of(h -> RnnConfig.lstm(20, h), h -> RnnConfig.gru(20, h),
                h -> RnnConfig.lstm(20, h).peephole(true).recurrentDropout(0.3f), h -> RnnConfig.gru(20, h).resetAfter(false));
    }

    /**
     * On arrays and on direct buffers, with weights that the team packs (64 units) and that one thread packs (40). The JVM
     * allocates until the code is compiled, so the first round of at least 1,000 calls without an allocation ends the test.
     */
    @ParameterizedTest
    @MethodSource("cells")
    void thousandCallsAllocateNothing(IntFunction<RnnConfig.Builder> cell) {
        RnnConfig config = cell.apply(64).bidirectional(true).build();
        RnnConfig serving = cell.apply(40).build();
        try (RnnEngine engine = Engines.get("cpu-simd", EngineOptions.threads(2));
                RnnPlan plan = engine.plan(config, Shape.of(4, 6), Mode.TRAINING);
                RnnPlan step = engine.plan(serving, Shape.of(1, 6), Mode.INFERENCE)) {
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
            RnnWeights servingWeights = RnnWeights.init(serving, Initializer.pytorch(1));
            RnnWeights gradients = RnnWeights.zeros(config);
            RnnState state = RnnState.zeros(serving, 6);
            int[] lengths = {4, 1, 0, 3, 4, 2};
            float[] x = random(4 * 6 * 20, 1);
            float[] y = new float[4 * 6 * 2 * config.hiddenSize()];
            float[] dx = new float[x.length];
            FloatBuffer directX = direct(x.length).put(0, x);
            FloatBuffer directY = direct(y.length);
            FloatBuffer directDx = direct(dx.length);
            long deadline = System.nanoTime() + 120_000_000_000L;
            long[] threads = threadIds();
            while (threads.length > 2 && System.nanoTime() < deadline) {        // those of an engine just closed are on their way out
                Thread.onSpinWait();
                threads = threadIds();
            }
            assertEquals(2, threads.length, "this thread and the helper");
            long allocated;
            do {
                long before = allocated(threads);
                for (int i = 0; i < 250; i++) {
                    weights.changed();
                    plan.forward(weights, x, null, lengths, y, null);
                    plan.backward(weights, y, null, dx, null, gradients);
                    servingWeights.changed();
                    step.step(servingWeights, x, state, y);
                    weights.changed();
                    plan.forward(weights, directX, null, lengths, directY, null);
                    plan.backward(weights, directY, null, directDx, null, gradients);
                    step.step(servingWeights, directX, state, directY);
                }
                allocated = allocated(threads) - before;
            } while (allocated > 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated, "bytes in 1,000 calls after two minutes of warm-up");
        }
    }

    @Test
    void oneWeightsObjectServesPlansInTurn() {
        int[] s = SHAPES[1];
        RnnConfig config = RnnConfig.lstm(s[2], s[3]).build();
        try (RnnEngine engine = Engines.get("cpu-simd", EngineOptions.threads(2))) {
            RnnWeights weights = RnnWeights.init(config, Initializer.pytorch(1));
            List<float[]> before = run(engine, weights, s, false);
            RnnWeights other = RnnWeights.init(config, Initializer.pytorch(2));
            System.arraycopy(other.data(), 0, weights.data(), 0, other.data().length);
            weights.changed();
            assertSame(run(engine, other, s, false), run(engine, weights, s, false), "changed weights");
            assertThrows(AssertionError.class, () -> assertSame(before, run(engine, weights, s, false), ""));
        }
    }

    private static List<float[]> run(RnnConfig config, int[] s, boolean ragged, EngineOptions options) {
        try (RnnEngine engine = Engines.get("cpu-simd", options)) {
            return run(engine, RnnWeights.init(config, Initializer.pytorch(1)), s, ragged);
        }
    }

    /** Forward and backward from fixed seeds: every result. */
    private static List<float[]> run(RnnEngine engine, RnnWeights weights, int[] s, boolean ragged) {
        RnnConfig config = weights.config();
        int[] lengths = null;
        if (ragged) {
            lengths = new Random(3).ints(s[1], 0, s[0] + 1).toArray();
        }
        float[] x = random(s[0] * s[1] * s[2], 4);
        float[] y = new float[s[0] * s[1] * config.numDirections() * s[3]];
        float[] dx = new float[x.length];
        RnnState last = RnnState.zeros(config, s[1]);
        RnnState initial = RnnState.zeros(config, s[1]);
        RnnWeights gradients = RnnWeights.zeros(config);
        try (RnnPlan plan = engine.plan(config, Shape.of(s[0], s[1]), Mode.TRAINING)) {
            plan.forward(weights, x, null, lengths, y, last);
            plan.backward(weights, random(y.length, 5), null, dx, initial, gradients);
        }
        return List.of(y, last.h(), dx, initial.h(), gradients.data());
    }

    private static void assertSame(List<float[]> expected, List<float[]> got, String what) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), got.get(i), what + ", result " + i);
        }
    }

    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    private static FloatBuffer direct(int n) {
        return ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** This thread and those of the engines that are open. */
    private static long[] threadIds() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t == Thread.currentThread() || t.getName().startsWith("gateloom-")).mapToLong(Thread::getId).toArray();
    }

    /** Bytes allocated by threads so far. */
    private static long allocated(long[] threads) {
        long sum = 0;
        for (long id : threads) {
            sum += THREADS.getThreadAllocatedBytes(id);
        }
        return sum;
    }
}
