package dev.gateloom.ptx.race;

import dev.gateloom.ptx.memory.Access;

/**
 * How an access was done, in one word: what decides whether two accesses that nothing orders are a race, and which
 * instruction to name if they are.
 *
 * <pre>
 * bit 0      strong
 * bits 1-2   scope: block, cluster, device
 * bits 3-5   log2 of the bytes of an element
 * bit 6      write or atomic
 * bit 7      atomic
 * bit 8      asynchronous copy
 * bit 9      through the read-only path
 * bits 10-31 index of the instruction
 * </pre>
 */
final class Marks {
    private static final int STRONG = 1;
    private static final int SCOPE_SHIFT = 1;
    private static final int SIZE_SHIFT = 3;
    private static final int SIZE_MASK = 7 << SIZE_SHIFT;
    private static final int WRITES = 1 << 6;
    private static final int ATOMIC = 1 << 7;
    private static final int COPY = 1 << 8;
    private static final int READ_ONLY = 1 << 9;
    private static final int OP_SHIFT = 10;

    private Marks() {
    }

    static int of(int op, Access access) {
        int size = 31 - Integer.numberOfLeadingZeros(Math.max(1, access.bytes() / access.elements()));
        return op << OP_SHIFT | (access.order() == Access.Order.WEAK ? 0 : STRONG)
                | Published.level(access.scope()) << SCOPE_SHIFT | size << SIZE_SHIFT | (access.writes() ? WRITES : 0)
                | (access.updates() ? ATOMIC : 0) | (access.asynchronous() ? COPY : 0)
                | (access.nonCoherent() ? READ_ONLY : 0);
    }

    static int op(int marks) {
        return marks >>> OP_SHIFT;
    }

    static boolean strong(int marks) {
        return (marks & STRONG) != 0;
    }

    static int level(int marks) {
        return marks >> SCOPE_SHIFT & 3;
    }

    static boolean writes(int marks) {
        return (marks & WRITES) != 0;
    }

    static boolean copy(int marks) {
        return (marks & COPY) != 0;
    }

    static boolean readOnly(int marks) {
        return (marks & READ_ONLY) != 0;
    }

    /** Marks of a copy once its thread has waited for it: a plain read or write. */
    static int complete(int marks) {
        return marks & ~COPY;
    }

    /** Whether two accesses to the same place are strong and of one size; what is left to ask is their scopes. */
    static boolean bothStrong(int a, int b) {
        return (a & b & STRONG) != 0 && (a & SIZE_MASK) == (b & SIZE_MASK);
    }

    /** Whether two strong accesses by threads of one block are morally strong with the same accesses of others. */
    static boolean sameReach(int a, int b) {
        return ((a ^ b) & (SIZE_MASK | 3 << SCOPE_SHIFT)) == 0;
    }

    /** Whether whoever is morally strong with the second of two strong accesses by threads of one block is so with the first. */
    static boolean reachesAsFar(int first, int second) {
        return (first & SIZE_MASK) == (second & SIZE_MASK) && level(first) >= level(second);
    }

    /** As reports name it. */
    static String word(int marks) {
        return (marks & ATOMIC) != 0 ? "Atomic" : (marks & WRITES) != 0 ? "Write" : "Read";
    }
}
