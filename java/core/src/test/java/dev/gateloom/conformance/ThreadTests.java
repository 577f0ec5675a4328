package dev.gateloom.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.CellType;
import dev.gateloom.EngineOptions;
import dev.gateloom.Mode;
import dev.gateloom.RnnConfig;
import dev.gateloom.RnnEngine;
import dev.gateloom.RnnPlan;
import dev.gateloom.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Determinism, and use by several threads. */
interface ThreadTests extends ConformanceSubject {

    /** Large enough to be worth sharing, unless the engine is a slow one; ragged so that the shares differ. */
    private Problem problem(CellType cell) {
        boolean large = oneProblemOf() == 1 || RandomTests.EXHAUSTIVE;
        RnnConfig config = RnnConfig.of(cell, large ? 33 : 5, large ? 49 : 17).layers(2).bidirectional(true).build();
        return new Draw(cell.ordinal()).ragged(true).problem(config, Mode.TRAINING, large ? 9 : 3, large ? 13 : 5);
    }

    private Stream<CellType> cells() {
        return Stream.of(CellType.values())
                .filter(cell -> !unsupported().covers(RnnConfig.of(cell, 2, 2).layers(2).bidirectional(true).build(),
                        Mode.TRAINING));
    }

    /** Any number of threads gives the same bits, and so does every repetition. */
    @TestFactory
    default Stream<DynamicTest> anyNumberOfThreadsGivesTheSameBits() {
        return cells().map(cell -> DynamicTest.dynamicTest(cell.name(), () -> {
            Problem problem = problem(cell);
            Results expected = problem.run(engine());
            problem.run(engine()).assertSameBits(expected);
            for (int threads : new int[] {1, 2, 3, 7}) {
                try (RnnEngine engine = newEngine(EngineOptions.threads(threads));
                        RnnPlan plan = engine.plan(problem.config(), Shape.of(problem.steps(), problem.batch()),
                                problem.mode())) {
                    for (int repeat = 0; repeat < 3; repeat++) {
                        problem.run(plan, Memory.USUAL).assertSameBits(expected);
                    }
                }
            }
        }));
    }

    /** The caller's executor instead of the engine's threads. */
    @Test
    default void callersExecutorGivesTheSameBits() throws InterruptedException {
        Problem problem = problem(CellType.GRU);
        Results expected = problem.run(engine());
        ExecutorService executor = Executors.newCachedThreadPool();
        try (RnnEngine engine = newEngine(new EngineOptions(3, executor))) {
            problem.run(engine).assertSameBits(expected);
        } finally {
            executor.shutdown();
            assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS), "close() gives the executor's threads back");
        }
    }

    /** One engine and one set of weights, a plan for each thread. */
    @Test
    default void severalThreadsShareEngineAndWeights() throws Exception {
        Problem problem = problem(CellType.LSTM);
        Results expected = problem.run(engine());
        problem.weights().changed();        // so that all threads meet weights that are not packed
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Results>> futures = new ArrayList<>();
            for (int n = 0; n < 12; n++) {
                futures.add(callers.submit(() -> problem.run(engine())));
            }
            for (Future<Results> future : futures) {
                future.get(10, TimeUnit.MINUTES).assertSameBits(expected);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    /** Threads of an engine do not keep the process alive, and end with the engine. */
    @Test
    default void threadsAreDaemonsAndEndWithTheEngine() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Set<Thread> own;
        try (RnnEngine engine = newEngine(EngineOptions.threads(4))) {
            problem(CellType.LSTM).run(engine);
            own = new HashSet<>(Thread.getAllStackTraces().keySet());
            own.removeAll(before);
            own.removeIf(thread -> "system".equals(thread.getThreadGroup() == null ? "system"
                    : thread.getThreadGroup().getName()));         // the compiler's and the collector's
            own.forEach(thread -> assertTrue(thread.isDaemon(), thread + " is a daemon"));
        }
        for (Thread thread : own) {
            thread.join(10_000);
            assertFalse(thread.isAlive(), thread + " ended with the engine");
        }
    }
}
