package dev.gateloom.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gateloom.EngineOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The threads of the engine when something goes wrong. */
class TeamTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RuntimeException FAILURE = new IllegalArgumentException("a task that fails");
    private static final Gang.Task NOTHING = (id, gang) -> { };
    private static final Gang.Task BARRIERS = (id, gang) -> {
        for (int i = 0; i < 5; i++) {
            gang.barrier();
        }
    };

    /** What one thread wrote before a barrier, all others read after it. */
    @Test
    void barriersPublish() {
        try (Team team = new Team(EngineOptions.threads(3))) {
            int[] written = new int[3];
            AtomicInteger wrong = new AtomicInteger();
            for (int call = 0; call < 200; call++) {
                team.run((id, gang) -> {
                    for (int round = 0; round < 20; round++) {
                        written[id] = round;
                        gang.barrier();
                        for (int other : written) {
                            wrong.addAndGet(other == round ? 0 : 1);
                        }
                        gang.barrier();
                    }
                }, false);
            }
            assertEquals(0, wrong.get());
        }
    }

    /** Whichever thread fails, the caller hears of it, nobody waits for ever, and the next call works. */
    @Test
    void failuresReachTheCaller() {
        assertTimeoutPreemptively(LIMIT, () -> {
            try (Team team = new Team(EngineOptions.threads(3))) {
                for (int failing = 0; failing < 3; failing++) {
                    int bad = failing;
                    IllegalArgumentException cause = new IllegalArgumentException("thread " + bad);
                    IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> team.run((id, gang) -> {
                        gang.barrier();
                        if (id == bad) {
                            throw cause;
                        }
                        gang.barrier();
                    }, false));
                    assertSame(cause, thrown.getCause());
                    team.run(BARRIERS, false);
                }
            }
        });
    }

    /** A failure belongs to the caller whose task failed, however the calls of two callers follow each other. */
    @Test
    void failuresReachTheRightCaller() throws Exception {
        try (Team team = new Team(EngineOptions.threads(2))) {
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> healthy = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    team.run(NOTHING, false);
                }
            });
            for (int i = 0; i < 100_000; i++) {
                assertThrows(RuntimeException.class, () -> team.run((id, gang) -> {
                    throw FAILURE;
                }, false));
            }
            done.set(true);
            healthy.get(60, TimeUnit.SECONDS);
        }
    }

    /** Close waits for the call that runs; a call that comes later works alone. */
    @Test
    void closingDuringACallHarmsNobody() {
        assertTimeoutPreemptively(LIMIT, () -> {
            ExecutorService users = Executors.newSingleThreadExecutor();
            for (int round = 0; round < 500; round++) {
                Team team = new Team(EngineOptions.threads(2));
                AtomicInteger calls = new AtomicInteger();
                AtomicBoolean closed = new AtomicBoolean();
                Future<?> user = users.submit(() -> {
                    for (int after = 0; after < 5; after += closed.get() ? 1 : 0) {
                        team.run(NOTHING, false);
                        calls.incrementAndGet();
                    }
                });
                while (calls.get() < round % 20) {
                    Thread.yield();
                }
                team.close();
                team.close();
                closed.set(true);
                user.get();
            }
            users.shutdown();
        });
    }

    /** Nothing is waited for that the Executor refused, or ran on the calling thread. */
    @Test
    void refusedHelpersAreNotAwaited() {
        Executor refusing = task -> {
            throw new RejectedExecutionException();
        };
        Executor direct = Runnable::run;
        for (Executor executor : List.of(refusing, direct)) {
            try (Team team = new Team(new EngineOptions(3, executor))) {
                long fastest = Long.MAX_VALUE;
                for (int i = 0; i < 50; i++) {
                    long start = System.nanoTime();
                    team.run((id, gang) -> assertEquals(1, gang.size()), false);
                    fastest = Math.min(fastest, System.nanoTime() - start);
                }
                assertTrue(fastest < 1_000_000, fastest + " ns");
            }
        }
    }

    /** An Executor that breaks: the caller hears of it, and helpers that had started are free again. */
    @Test
    void brokenExecutors() {
        assertTimeoutPreemptively(LIMIT, () -> {
            ExecutorService pool = Executors.newFixedThreadPool(2);
            AtomicInteger submitted = new AtomicInteger();
            RuntimeException error = new UnsupportedOperationException("broken");
            Executor breaking = task -> {
                if (submitted.incrementAndGet() == 2) {
                    throw error;
                }
                pool.execute(task);
            };
            try (Team team = new Team(new EngineOptions(3, breaking))) {
                IllegalStateException thrown =
                        assertThrows(IllegalStateException.class, () -> team.run(NOTHING, false));
                assertSame(error, thrown.getCause());
                for (int i = 0; i < 100; i++) {
                    AtomicInteger seen = new AtomicInteger();
                    AtomicInteger size = new AtomicInteger();
                    team.run((id, gang) -> {
                        size.set(gang.size());
                        seen.addAndGet(1 << 8 * id);
                        gang.barrier();
                    }, false);
                    int each = size.get() == 3 ? 0x010101 : size.get() == 2 ? 0x0101 : 0x01;
                    assertEquals(each, seen.get(), "every id once");
                }
            } finally {
                pool.shutdown();
            }
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS), "helpers left the Executor");
        });
    }
}
