package dev.gateloom.ptx.memory;

/**
 * How an instruction touches memory: what a race detector must know of it, apart from where.
 *
 * @param kind what it does
 * @param bytes of one thread
 * @param elements that the bytes are made of: a vector may be torn between them
 * @param order of memory around it
 * @param scope of the threads that see this order
 * @param nonCoherent whether it goes through the read-only path ({@code .nc})
 * @param asynchronous whether it happens at some time before a later wait ({@code cp.async})
 */
public record Access(Kind kind, int bytes, int elements, Order order, Scope scope, boolean nonCoherent,
        boolean asynchronous) {

    /** What it does. */
    public enum Kind {
        /** Reads. */
        READ,
        /** Writes. */
        WRITE,
        /** Reads and writes at once. */
        ATOMIC
    }

    /** Order of memory. */
    public enum Order {
        /** May race with nobody. */
        WEAK,
        /** Like relaxed at system scope, and never torn from its place by the compiler. */
        VOLATILE,
        /** May race; orders nothing. */
        RELAXED,
        /** What follows happens after it. */
        ACQUIRE,
        /** What precedes happens before it. */
        RELEASE,
        /** Both. */
        ACQUIRE_RELEASE,
        /** Both, and one order for all. */
        SEQUENTIAL
    }

    /** Threads for which an order holds. */
    public enum Scope {
        /** The block. */
        CTA,
        /** The cluster. */
        CLUSTER,
        /** The device. */
        GPU,
        /** Everything. */
        SYS;

        /**
         * The scope of a modifier.
         *
         * @param name without the dot
         * @return the scope; null if it names none
         */
        public static Scope of(String name) {
            return switch (name) {
                case "cta" -> CTA;
                case "cluster" -> CLUSTER;
                case "gpu", "gl" -> GPU;
                case "sys" -> SYS;
                default -> null;
            };
        }
    }

    /**
     * The access to one element of a vector.
     *
     * @return this one if it has no more
     */
    public Access element() {
        return elements == 1 ? this : new Access(kind, bytes / elements, 1, order, scope, nonCoherent, asynchronous);
    }

    /**
     * Whether memory may change.
     *
     * @return true for writes and atomics
     */
    public boolean writes() {
        return kind != Kind.READ;
    }

    /**
     * Whether memory is read.
     *
     * @return true for reads and atomics
     */
    public boolean reads() {
        return kind != Kind.WRITE;
    }

    /**
     * As reports name it.
     *
     * @return read, write or atomic
     */
    public String word() {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
