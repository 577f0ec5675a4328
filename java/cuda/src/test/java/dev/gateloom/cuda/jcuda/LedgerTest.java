package dev.gateloom.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger(Ledger.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord message) {
            logged.add(new SimpleFormatter().formatMessage(message));
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void closesOnce() {
        List<String> freed = new ArrayList<>();
        Ledger ledger = new Ledger();
        Object owner = new Object();
        Ledger.Entry entry = ledger.enter(owner, "weights", 4, () -> freed.add("weights"));
        entry.requireOpen();
        entry.close();
        entry.close();
        assertEquals(List.of("weights"), freed);
        assertThrows(IllegalStateException.class, entry::requireOpen);
        assertEquals(List.of(), ledger.lines());
        assertTrue(logged.isEmpty());
        Reference.reachabilityFence(owner);
    }

    @Test
    void reportsAnOwnerThatWasForgotten() throws InterruptedException {
        Ledger ledger = new Ledger();
        List<String> freed = new ArrayList<>();
        ledger.enter(new Object(), "4 bytes for weights", 4, () -> freed.add("weights"));
        for (int i = 0; i < 100 && logged.isEmpty(); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(List.of("never closed: 4 bytes for weights; it stays until the device is closed"), List.copyOf(logged));
        assertEquals(List.of(), freed, "work that uses it may still be queued");
        assertEquals(List.of("4 bytes for weights"), ledger.lines());
        ledger.releaseAll(new Cleanup());
        assertEquals(List.of("weights"), freed);
    }

    @Test
    void freesTheYoungestFirstThoughOneFails() {
        Ledger ledger = new Ledger();
        List<String> freed = new ArrayList<>();
        Object owner = new Object();
        ledger.enter(owner, "stream", 0, () -> freed.add("stream"));
        ledger.enter(owner, "event", 0, () -> {
            throw new IllegalStateException("no event");
        });
        ledger.enter(owner, "memory", 4, () -> freed.add("memory"));
        Cleanup cleanup = new Cleanup();
        ledger.releaseAll(cleanup);
        assertEquals(List.of("memory", "stream"), freed);
        assertEquals(List.of(), ledger.lines(), "with the device ends all");
        assertEquals("no event", assertThrows(IllegalStateException.class, cleanup::finish).getMessage());
        Reference.reachabilityFence(owner);
    }

    /** It is not lost from sight, is no longer for use, and can be closed again. */
    @Test
    void whatCannotBeFreedStays() {
        Ledger ledger = new Ledger();
        List<String> freed = new ArrayList<>();
        Object owner = new Object();
        Ledger.Entry entry = ledger.enter(owner, "4 bytes for weights", 4, () -> {
            freed.add("tried");
            if (freed.size() == 1) {
                throw new IllegalStateException("not now");
            }
        });
        assertThrows(IllegalStateException.class, entry::close);
        assertEquals(List.of("4 bytes for weights"), ledger.lines());
        assertThrows(IllegalStateException.class, entry::requireOpen);
        entry.close();
        entry.close();
        assertEquals(List.of("tried", "tried"), freed);
        assertEquals(List.of(), ledger.lines());
        Reference.reachabilityFence(owner);
    }

    @Test
    void listsTheLargestFirstAndNotAll() {
        Ledger ledger = new Ledger();
        List<Object> owners = new ArrayList<>();
        for (int i = 1; i <= 25; i++) {
            owners.add(new Object());
            ledger.enter(owners.get(i - 1), "piece " + i, i, () -> { });
        }
        String[] lines = ledger.memory().split("\n");
        assertEquals("325 bytes are allocated here:", lines[0]);
        assertEquals("  piece 25", lines[1]);
        assertEquals("  and 5 smaller ones", lines[21]);
        assertEquals(22, lines.length);
        owners.add(new Object());
        ledger.enterHost(owners.get(25), "staging", 3, () -> { });
        lines = ledger.memory().split("\n");
        assertEquals(List.of("  and 5 smaller ones", "3 bytes of the host are page-locked here:", "  staging"), List.of(lines).subList(21, 24));
        assertEquals(325, ledger.bytes(), "of the device");
        assertEquals("nothing is allocated here: the memory is used by others", new Ledger().memory());
        Reference.reachabilityFence(owners);
    }
}
