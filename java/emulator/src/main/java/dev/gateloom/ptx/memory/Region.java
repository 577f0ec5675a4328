package dev.gateloom.ptx.memory;

import dev.gateloom.ptx.parse.Space;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A piece of memory with bounds: an allocation, the shared memory of a block, the local memory of a warp's threads. */
public final class Region {
    /** Bits of an offset within a window. */
    public static final int WINDOW_BITS = 36;
    /** Generic window of shared memory. */
    public static final long SHARED_WINDOW = 1;
    /** Generic window of local memory. */
    public static final long LOCAL_WINDOW = 2;
    /** Generic window of constants. */
    public static final long CONST_WINDOW = 3;
    /** First window of an allocation. */
    public static final long FIRST_ALLOCATION = 16;
    /** Mask of an offset within a window. */
    public static final long OFFSET_MASK = (1L << WINDOW_BITS) - 1;

    /** A cell stands for four bytes, a bit of it for one. */
    private static final byte WRITTEN = 15;
    private static final int WRITTEN_TWICE = 0x0f0f;
    private static final int WRITTEN_FOUR_TIMES = 0x0f0f0f0f;
    private static final VarHandle TWO = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle FOUR = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final Space space;
    private final long window;
    private final String purpose;
    private final int size;
    private byte[] data;
    private byte[] written;
    private Object notes;

    /**
     * Zeroed memory.
     *
     * @param space what it is
     * @param window upper bits of its addresses
     * @param size bytes
     * @param tracked whether reads of bytes never written are to be noticed
     * @param purpose what it is for
     */
    public Region(Space space, long window, int size, boolean tracked, String purpose) {
        this.space = space;
        this.window = window;
        this.size = size;
        this.purpose = purpose;
        data = new byte[size];
        written = tracked ? new byte[(size + 3) / 4] : null;
    }

    /**
     * What it is.
     *
     * @return never generic
     */
    public Space space() {
        return space;
    }

    /**
     * Where it starts.
     *
     * @return a generic address
     */
    public long address() {
        return window << WINDOW_BITS;
    }

    /**
     * Its size, also after it was freed.
     *
     * @return bytes
     */
    public int size() {
        return size;
    }

    /**
     * What it is for.
     *
     * @return as given
     */
    public String purpose() {
        return purpose;
    }

    /**
     * The bytes.
     *
     * @return the memory itself; null once freed
     */
    public byte[] data() {
        return data;
    }

    /**
     * Whether it was freed.
     *
     * @return true from {@link #free} on
     */
    public boolean freed() {
        return data == null;
    }

    /** Gives the memory back; the region stays as what used to be at its addresses. */
    public void free() {
        data = null;
        written = null;
        notes = null;
    }

    /**
     * What an observer of accesses keeps for this memory.
     *
     * @return as set; null at first, and once freed
     */
    public Object notes() {
        return notes;
    }

    /**
     * Keeps something for an observer.
     *
     * @param kept its own
     */
    public void notes(Object kept) {
        notes = kept;
    }

    /** Zeroed, never written and unknown to observers, as at the start. */
    public void reset() {
        notes = null;
        Arrays.fill(data, (byte) 0);
        if (written != null) {
            Arrays.fill(written, (byte) 0);
        }
    }

    /**
     * Notes a write.
     *
     * @param offset first byte
     * @param bytes how many
     */
    public void markWritten(int offset, int bytes) {
        if (written == null) {
            return;
        }
        if ((offset & 3) != 0 || (bytes & 3) != 0) {
            for (int i = offset; i < offset + bytes; i++) {
                written[i >> 2] |= (byte) (1 << (i & 3));
            }
            return;
        }
        int cell = offset >> 2;
        switch (bytes) {
            case 4 -> written[cell] = WRITTEN;
            case 8 -> TWO.set(written, cell, (short) WRITTEN_TWICE);
            case 16 -> FOUR.set(written, cell, WRITTEN_FOUR_TIMES);
            default -> Arrays.fill(written, cell, cell + (bytes >> 2), WRITTEN);
        }
    }

    /**
     * Whether all bytes were written.
     *
     * @param offset first byte
     * @param bytes how many
     * @return true also if nobody keeps track
     */
    public boolean isWritten(int offset, int bytes) {
        if (written == null) {
            return true;
        }
        if ((offset & 3) != 0 || (bytes & 3) != 0) {
            for (int i = offset; i < offset + bytes; i++) {
                if ((written[i >> 2] >> (i & 3) & 1) == 0) {
                    return false;
                }
            }
            return true;
        }
        int cell = offset >> 2;
        int last = cell + (bytes >> 2);
        if (bytes == 4) {
            return written[cell] == WRITTEN;
        }
        for (; cell + 4 <= last; cell += 4) {
            if ((int) FOUR.get(written, cell) != WRITTEN_FOUR_TIMES) {
                return false;
            }
        }
        for (; cell < last; cell++) {
            if (written[cell] != WRITTEN) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies bytes together with what is known of them, as a copy engine does: copying what was never written is no error,
     * using the copy is.
     *
     * @param offset first byte here
     * @param to where to
     * @param toOffset first byte there
     * @param bytes how many
     */
    public void copyTo(int offset, Region to, int toOffset, int bytes) {
        System.arraycopy(data, offset, to.data, toOffset, bytes);
        if (to.written == null) {
            return;
        }
        if (written != null && (offset & 3) == 0 && (toOffset & 3) == 0 && (bytes & 3) == 0) {
            System.arraycopy(written, offset >> 2, to.written, toOffset >> 2, bytes >> 2);
            return;
        }
        for (int i = 0; i < bytes; i++) {
            int cell = toOffset + i >> 2;
            int bit = 1 << (toOffset + i & 3);
            boolean known = isWritten(offset + i, 1);
            to.written[cell] = (byte) (known ? to.written[cell] | bit : to.written[cell] & ~bit);
        }
    }
}
