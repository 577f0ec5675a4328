package dev.gateloom.cpu;

import dev.gateloom.EngineOptions;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that run one task at a time: daemons of the engine, or tasks on the caller's Executor for the time of a call.
 * Waiting is spinning first, then yielding, then (between calls) parking. A caller that finds the team busy works alone.
 */
final class Team implements Gang, AutoCloseable {
    /** Spins before a waiting thread gives way, 5 to 20 µs; longer spinning starves the others on a busy machine. */
    private static final int SPINS = 300;
    /** Yields before an idle daemon parks. */
    private static final int YIELDS = 200;
    /** How long a call waits for the Executor to start its helpers before it goes on with fewer. */
    private static final long ENLIST_NANOS = 2_000_000;
    private static final int CLOSED = Integer.MIN_VALUE / 2;

    private final int threads;
    private final Executor executor;
    private final Thread[] daemons;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger epoch = new AtomicInteger();        // counts calls
    private final AtomicInteger finished = new AtomicInteger();     // helpers that are done with this call
    private final AtomicInteger arrived = new AtomicInteger();      // at the barrier, counted over all barriers
    private final AtomicInteger enlisted = new AtomicInteger();     // helpers of this call; negative once closed
    private final Runnable helper = this::help;
    private volatile Thread caller;
    private int awaited;                                            // helpers that the Executor took; the caller's own
    private Task task;
    private int size;
    private volatile boolean started;                               // helpers of this call are counted
    private volatile Throwable failure;
    private volatile boolean closing;                               // callers work alone
    private volatile boolean closed;                                // daemons end

    Team(EngineOptions options) {
        threads = options.threads();
        executor = options.executor();
        daemons = new Thread[executor == null ? threads - 1 : 0];
        for (int i = 0; i < daemons.length; i++) {
            int id = i + 1;
            daemons[i] = new Thread(() -> serve(id), "gateloom-" + id);
            daemons[i].setDaemon(true);
            daemons[i].start();
        }
    }

    /** Threads at most. */
    int threads() {
        return threads;
    }

    @Override
    public int size() {
        return size;
    }

    /** Runs a task to its end on all threads, or on the calling one alone. The first failure is thrown here. */
    void run(Task work, boolean alone) {
        if (alone || threads == 1 || closing || !busy.compareAndSet(false, true)) {
            work.work(0, SOLO);
            return;
        }
        Throwable failed;
        try {
            failure = null;
            task = work;
            caller = Thread.currentThread();
            finished.set(0);
            arrived.set(0);
            start();
            work(0);
            for (int spins = 0; finished.get() < size - 1; spins++) {
                pause(spins);
            }
            task = null;
            caller = null;
            failed = failure;       // once the team is free, this may be another call's
        } finally {
            busy.set(false);
        }
        if (failed != null) {
            throw new IllegalStateException("a thread of the engine failed: " + failed, failed);
        }
    }

    @Override
    public void barrier() {
        int ticket = arrived.getAndIncrement();
        int all = ticket - ticket % size + size;
        for (int spins = 0; arrived.get() < all; spins++) {
            if (failure != null) {
                throw new IllegalStateException("another thread of the engine failed", failure);
            }
            pause(spins);
        }
    }

    /** Waits for the call that runs, and stays busy for ever. Later callers work alone. */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        for (int spins = 0; !busy.compareAndSet(false, true); spins++) {
            pause(spins);
        }
        closed = true;
        for (Thread daemon : daemons) {
            LockSupport.unpark(daemon);
        }
    }

    private void start() {
        if (executor == null) {
            size = threads;
            epoch.incrementAndGet();
            for (Thread daemon : daemons) {
                LockSupport.unpark(daemon);
            }
            return;
        }
        started = false;
        awaited = 0;
        enlisted.set(0);
        try {
            for (int i = 1; i < threads; i++) {
                executor.execute(helper);
                awaited++;
            }
        } catch (RejectedExecutionException full) {
            // the call goes on with those that were accepted
        } catch (Throwable e) {     // run throws it when those that were accepted are done
            failure = e;
        }
        long start = System.nanoTime();
        for (int spins = 0; enlisted.get() < awaited && System.nanoTime() - start < ENLIST_NANOS; spins++) {
            pause(spins);
        }
        size = enlisted.getAndSet(CLOSED) + 1;
        started = true;
    }

    /** A helper on the caller's Executor. One that comes late, or on the calling thread itself, leaves at once. */
    private void help() {
        if (Thread.currentThread() == caller) {
            awaited--;
            return;
        }
        int id;
        do {
            id = enlisted.get() + 1;
            if (id < 1 || id >= threads) {
                return;
            }
        } while (!enlisted.compareAndSet(id - 1, id));
        for (int spins = 0; !started; spins++) {
            pause(spins);
        }
        work(id);
        finished.incrementAndGet();
    }

    private void serve(int id) {
        int seen = 0;
        while (!closed) {
            for (int spins = 0; epoch.get() == seen && !closed; spins++) {
                if (spins < SPINS + YIELDS) {
                    pause(spins);
                } else {
                    LockSupport.park(this);
                }
            }
            if (epoch.get() != seen) {
                seen++;
                work(id);
                finished.incrementAndGet();
            }
        }
    }

    private void work(int id) {
        try {
            task.work(id, this);
        } catch (Throwable e) {     // whatever it is, the others must not wait for this thread
            if (failure == null) {
                failure = e;
            }
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }
}
