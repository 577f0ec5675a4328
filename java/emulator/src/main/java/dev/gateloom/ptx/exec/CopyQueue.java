package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Asynchronous copies of a warp that nobody has waited for yet. A copy happens as late as it may, at the wait that covers it:
 * whoever reads too early finds what was there before.
 */
final class CopyQueue {
    private final Deque<AsyncCopy> pending = new ArrayDeque<>();
    /** By lane: groups that were committed. */
    private final int[] committed = new int[Warp.LANES];

    /** Copies of no source read nothing. */
    void add(int lane, byte[] bytes, Region from, int fromOffset, int read, Region to, int toOffset) {
        pending.add(new AsyncCopy(lane, committed[lane], bytes, from, fromOffset, read, to, toOffset));
    }

    void commit(int lanes) {
        for (int left = lanes; left != 0; left &= left - 1) {
            committed[Integer.numberOfTrailingZeros(left)]++;
        }
    }

    /** Completes copies of these lanes but for the newest groups; copies outside of a group when all are to be complete. */
    void await(Warp warp, int lanes, int newest, boolean all) {
        Observer observer = warp.cta().grid().observer();
        pending.removeIf(copy -> {
            boolean mine = (lanes >>> copy.lane() & 1) != 0;
            if (!mine || !all && copy.group() >= committed[copy.lane()] - newest) {
                return false;
            }
            System.arraycopy(copy.bytes(), 0, copy.to().data(), copy.toOffset(), copy.bytes().length);
            copy.to().markWritten(copy.toOffset(), copy.bytes().length);
            if (observer != null) {
                observer.copied(warp, copy);
            }
            return true;
        });
    }

    static Access sourceOf(int bytes) {
        return new Access(Access.Kind.READ, bytes, 1, Access.Order.WEAK, Access.Scope.CTA, false, true);
    }

    static Access destinationOf(int bytes) {
        return new Access(Access.Kind.WRITE, bytes, 1, Access.Order.WEAK, Access.Scope.CTA, false, true);
    }
}
