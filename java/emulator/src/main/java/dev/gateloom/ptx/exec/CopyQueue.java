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
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** By lane: groups that were committed. */
    private final int[] committed = new int[Warp.LANES];

    private record Pending(int lane, int group, byte[] bytes, Region to, int offset) {
    }

    void add(int lane, byte[] bytes, Region to, int offset) {
        pending.add(new Pending(lane, committed[lane], bytes, to, offset));
    }

    void commit(int lanes) {
        for (int left = lanes; left != 0; left &= left - 1) {
            committed[Integer.numberOfTrailingZeros(left)]++;
        }
    }

    /** Completes copies of these lanes but for the newest groups; copies outside of a group when all are to be complete. */
    void await(int lanes, int newest, boolean all) {
        pending.removeIf(copy -> {
            boolean mine = (lanes >>> copy.lane() & 1) != 0;
            if (!mine || !all && copy.group() >= committed[copy.lane()] - newest) {
                return false;
            }
            System.arraycopy(copy.bytes(), 0, copy.to().data(), copy.offset(), copy.bytes().length);
            copy.to().markWritten(copy.offset(), copy.bytes().length);
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
