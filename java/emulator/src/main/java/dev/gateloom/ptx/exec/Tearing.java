package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes strong accesses to vectors apart: the memory model knows only accesses to their elements, in an order that nobody
 * may rely on, and other threads may come between. The seed chooses the order. Weak vectors stay whole: who could see
 * them torn has a race already.
 */
final class Tearing {
    private final SeededRandom random;

    Tearing(long seed) {
        random = new SeededRandom(seed);
    }

    List<Op> apply(Op op) {
        if (!(op instanceof MemoryOp vector) || vector.access.elements() == 1 || vector.access.order() == Access.Order.WEAK) {
            return List.of(op);
        }
        List<MemoryOp> left = new ArrayList<>(vector.elements());
        List<Op> parts = new ArrayList<>();
        while (!left.isEmpty()) {
            MemoryOp next = left.remove(random.below(left.size()));
            if (next.overwritesBase() && !left.stream().allMatch(MemoryOp::overwritesBase)) {
                left.add(next);
                continue;
            }
            next.guard = op.guard;
            next.guardFlip = op.guardFlip;
            parts.add(next);
        }
        return parts;
    }
}
