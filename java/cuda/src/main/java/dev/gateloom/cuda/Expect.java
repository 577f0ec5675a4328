package dev.gateloom.cuda;

/** Argument checks of the launchers. Messages are built only when they are needed: a launch allocates nothing. */
final class Expect {
    private Expect() {
    }

    static int atLeast(String argument, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(argument + ": expected at least " + least + ", got " + value);
        }
        return value;
    }

    /** A device address that the kernel uses whatever its other arguments are. */
    static long address(String argument, long value) {
        if (value == 0) {
            throw new IllegalArgumentException(argument + ": expected a device address, got 0");
        }
        return value;
    }

    /** The matrices of a product, row-major; A and B matter only if K is not 0. */
    static void product(long c, int ldc, long a, int lda, int aWidth, long b, int ldb, int bWidth, int m, int n, int k) {
        address("C", c);
        atLeast("M", m, 1);
        atLeast("N", n, 1);
        atLeast("K", k, 0);
        if (k > 0) {
            address("A", a);
            address("B", b);
        }
        atLeast("ldc", ldc, n);
        atLeast("lda", lda, aWidth);
        atLeast("ldb", ldb, bWidth);
    }

    /** An address or a stride of matrices that are read 16 bytes at a time. */
    static void multiple(String argument, long value, int of) {
        if (value % of != 0) {
            throw new IllegalArgumentException(argument + ": expected a multiple of " + of + ", got " + value);
        }
    }

    /** Blocks for so many items; along x a grid may have 2^31 - 1 of them. */
    static int blocks(String argument, long items, int perBlock) {
        long blocks = (items + perBlock - 1) / perBlock;
        if (items < 1 || blocks > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(argument + ": expected 1 to " + (long) Integer.MAX_VALUE * perBlock + ", got "
                    + items);
        }
        return (int) blocks;
    }
}
