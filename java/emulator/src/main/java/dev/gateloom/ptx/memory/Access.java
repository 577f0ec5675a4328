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
        ATOMIC,
        /** The same, but nobody learns what was read ({@code red}): it acquires nothing. */
        REDUCTION
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
     * @return true for all but reads
     */
    public boolean writes() {
        return kind != Kind.READ;
    }

    /**
     * Whether memory is read.
     *
     * @return true for all but writes
     */
    public boolean reads() {
        return kind != Kind.WRITE;
    }

    /**
     * Whether it updates memory in one piece.
     *
     * @return true for atomics and reductions
     */
    public boolean updates() {
        return reads() && writes();
    }

    /**
     * The same with a result that nobody gets.
     *
     * @return a reduction
     */
    public Access reduction() {
        return new Access(Kind.REDUCTION, bytes, elements, order, scope, nonCoherent, asynchronous);
    }

    /**
     * As reports name it.
     *
     * @return read, write or atomic
     */
    public String word() {
        return updates() ? "atomic" : writes() ? "write" : "read";
    }
}
