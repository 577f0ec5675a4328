package dev.gateloom.cuda.model;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Device memory of 32-bit words. An address is {@code allocation number << 36 | offset}: no overrun meets a neighbour. */
final class Words {
    private static final int OFFSET_BITS = 36;
    /** What memory holds before the first write: a NaN that spoils every result it gets into. */
    private static final int UNWRITTEN = 0x7fc0dead;

    private final Map<Long, Allocation> allocations = new TreeMap<>();
    private long last;

    private record Allocation(int[] words, String purpose) {
    }

    /** Words from an address to the end of its allocation. */
    record Piece(int[] words, int start) {
        float get(long index) {
            return Float.intBitsToFloat(words[at(index)]);
        }

        int getInt(long index) {
            return words[at(index)];
        }

        void set(long index, float value) {
            words[at(index)] = Float.floatToRawIntBits(value);
        }

        void setInt(long index, int value) {
            words[at(index)] = value;
        }

        /** Two 16-bit elements lie in a word, the first one below. */
        int getHalf(long index) {
            return words[at(index / 2)] >>> 16 * (int) (index % 2) & 0xffff;
        }

        void setHalf(long index, int bits) {
            int shift = 16 * (int) (index % 2);
            int word = at(index / 2);
            words[word] = words[word] & ~(0xffff << shift) | bits << shift;
        }

        private int at(long index) {
            if (index < 0) {
                throw new IndexOutOfBoundsException("before the pointer: " + index);
            }
            return Math.toIntExact(start + index);
        }
    }

    synchronized long allocate(long bytes, String purpose) {
        int[] words = new int[Math.toIntExact((bytes + 3) / 4)];
        Arrays.fill(words, UNWRITTEN);
        allocations.put(++last, new Allocation(words, purpose));
        return last << OFFSET_BITS;
    }

    synchronized void free(long address) {
        if (allocations.remove(address >> OFFSET_BITS) == null) {
            throw new IllegalStateException("freed twice, or never allocated: 0x" + Long.toHexString(address));
        }
    }

    /** Null for the null pointer. */
    synchronized Piece at(long address) {
        if (address == 0) {
            return null;
        }
        Allocation found = allocations.get(address >> OFFSET_BITS);
        if (found == null || address % Float.BYTES != 0) {
            throw new IllegalStateException("not the address of a word: 0x" + Long.toHexString(address));
        }
        return new Piece(found.words, Math.toIntExact((address & (1L << OFFSET_BITS) - 1) / Float.BYTES));
    }

    synchronized String[] live() {
        return allocations.values().stream().map(Allocation::purpose).toArray(String[]::new);
    }
}
