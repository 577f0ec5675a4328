package dev.gateloom.cuda.jcuda;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * What a device has given out and not got back. An owner that the garbage collector finds unclosed is reported at once, but
 * freed only with the device: work that uses it may still be queued.
 */
final class Ledger {
    private static final System.Logger LOG = System.getLogger(Ledger.class.getName());
    private static final Cleaner CLEANER = Cleaner.create();
    /** Lines of an out-of-memory message; the largest allocations come first. */
    private static final int LISTED = 20;

    private final AtomicLong next = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Entry> live = new ConcurrentSkipListMap<>();

    /**
     * Enters something that must be closed.
     *
     * @param owner whose closing it is
     * @param description one line
     * @param bytes device memory it holds; 0 for none
     * @param release frees it; must not refer to the owner; called again after it failed
     */
    Entry enter(Object owner, String description, long bytes, Runnable release) {
        return enter(owner, new Entry(this, next.getAndIncrement(), description, bytes, 0, release));
    }

    /** The same for so many bytes of page-locked memory of the host. */
    Entry enterHost(Object owner, String description, long bytes, Runnable release) {
        return enter(owner, new Entry(this, next.getAndIncrement(), description, 0, bytes, release));
    }

    private Entry enter(Object owner, Entry entry) {
        entry.cleanable = CLEANER.register(owner, entry::collected);
        live.put(entry.id, entry);
        return entry;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        live.values().forEach(entry -> lines.add(entry.toString()));
        return lines;
    }

    /** Device memory of all of them. */
    long bytes() {
        return live.values().stream().mapToLong(entry -> entry.bytes).sum();
    }

    /** For an out-of-memory message: the memory of the device, then of the host, largest first. */
    String memory() {
        String device = largest(entry -> entry.bytes, " are allocated here:");
        String host = largest(entry -> entry.hostBytes, " of the host are page-locked here:");
        return (device.isEmpty() ? "nothing is allocated here: the memory is used by others" : device) + (host.isEmpty() ? "" : "\n" + host);
    }

    private String largest(ToLongFunction<Entry> size, String what) {
        List<Entry> holders = new ArrayList<>(live.values());
        holders.removeIf(entry -> size.applyAsLong(entry) == 0);
        if (holders.isEmpty()) {
            return "";
        }
        holders.sort(Comparator.comparingLong(size).reversed());
        StringBuilder text = new StringBuilder(bytes(holders.stream().mapToLong(size).sum()) + what);
        holders.stream().limit(LISTED).forEach(entry -> text.append("\n  ").append(entry));
        if (holders.size() > LISTED) {
            text.append("\n  and ").append(holders.size() - LISTED).append(" smaller ones");
        }
        return text.toString();
    }

    /** Frees what is left, the youngest first, and reports it. What cannot be freed ends with the context: it is no longer ours. */
    void releaseAll(Cleanup cleanup) {
        for (Entry entry : live.descendingMap().values()) {
            if (!entry.closed) {
                LOG.log(System.Logger.Level.WARNING, "closed with the device, by nobody else: {0}", entry);
            }
            cleanup.run(entry::close);
        }
        live.clear();
    }

    static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%,d bytes", bytes);
    }

    static final class Entry {
        private final Ledger ledger;
        private final long id;
        private final String description;
        private final long bytes;
        private final long hostBytes;
        private final Runnable release;
        private final AtomicBoolean released = new AtomicBoolean();
        private volatile boolean closed;
        private Cleaner.Cleanable cleanable;

        private Entry(Ledger ledger, long id, String description, long bytes, long hostBytes, Runnable release) {
            this.ledger = ledger;
            this.id = id;
            this.description = description;
            this.bytes = bytes;
            this.hostBytes = hostBytes;
            this.release = release;
        }

        /**
         * Frees it at the first call that succeeds. After one that fails it is not for use any more, perhaps freed in part, but
         * it stays in the ledger and can be closed again.
         */
        void close() {
            closed = true;
            if (released.compareAndSet(false, true)) {
                try {
                    release.run();
                } catch (RuntimeException | Error e) {
                    released.set(false);
                    throw e;
                }
                ledger.live.remove(id);
                cleanable.clean();
            }
        }

        /** Throws if it was closed. */
        void requireOpen() {
            if (closed) {
                throw new IllegalStateException("used after close: " + this);
            }
        }

        private void collected() {
            if (!closed) {
                LOG.log(System.Logger.Level.WARNING, "never closed: {0}; it stays until the device is closed", this);
            }
        }

        @Override
        public String toString() {
            return description;
        }
    }
}
