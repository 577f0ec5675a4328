package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;

/** Branches, ends, fences. */
final class ControlOps {

    private ControlOps() {
    }

    /** What goes on elsewhere. */
    abstract static class Jump extends Op {
        /** Numbers of blocks; places in the code once all blocks have theirs. */
        int[] targets;

        Jump(Instruction source) {
            super(source, InstructionClass.CONTROL);
            always = true;
        }

        /** Some lanes of the running group jump, the others go on. */
        static void jump(Warp warp, int lanes, int target) {
            if (lanes == warp.active) {
                warp.pc = target;
            } else if (lanes != 0) {
                warp.send(lanes, target);
                warp.reconsider();
            }
        }
    }

    /** {@code bra}, and jumps between blocks that are not laid out one after the other. */
    static final class Branch extends Jump {

        Branch(Instruction source) {
            super(source);
        }

        @Override
        void execute(Warp warp, int lanes) {
            jump(warp, lanes, targets[0]);
        }
    }

    /** {@code brx.idx}: each thread goes to the place in a table that its register names. */
    static final class IndexedBranch extends Jump {
        private final int index;

        IndexedBranch(Instruction source, int index) {
            super(source);
            this.index = index;
        }

        @Override
        void execute(Warp warp, int lanes) {
            for (int left = lanes; left != 0; ) {
                int lane = Integer.numberOfTrailingZeros(left);
                int chosen = warp.words[index][lane];
                if (chosen < 0 || chosen >= targets.length) {
                    throw KernelFault.failed("brx.idx at " + source.where() + ": index " + (chosen & 0xffffffffL) + " of "
                            + warp.threadName(lane) + ", there are " + targets.length + " targets");
                }
                int same = 0;
                for (int rest = left; rest != 0; rest &= rest - 1) {
                    int other = Integer.numberOfTrailingZeros(rest);
                    same |= warp.words[index][other] == chosen ? 1 << other : 0;
                }
                left &= ~same;
                if (same == warp.active) {
                    warp.pc = targets[chosen];                      // all of them, or the last ones
                } else {
                    warp.send(same, targets[chosen]);
                }
            }
            warp.reconsider();
        }
    }

    /** {@code ret} and {@code exit} of a kernel, and its end. */
    static final class Exit extends Op {

        Exit(Instruction source) {
            super(source, InstructionClass.CONTROL);
        }

        @Override
        void execute(Warp warp, int lanes) {
            warp.exit(lanes);
        }
    }

    /** {@code trap}. */
    static final class Trap extends Op {

        Trap(Instruction source) {
            super(source, InstructionClass.CONTROL);
        }

        @Override
        void execute(Warp warp, int lanes) {
            throw KernelFault.failed("trap at " + source.where() + " by "
                    + warp.threadName(Integer.numberOfTrailingZeros(lanes)));
        }
    }

    /** Hints: {@code nanosleep}, {@code prefetch}, {@code griddepcontrol}. The schedule is random anyway. */
    static final class Hint extends Op {

        Hint(Instruction source) {
            super(source, InstructionClass.CONTROL);
        }

        @Override
        void execute(Warp warp, int lanes) {
            // Nothing that a program can see.
        }
    }

    /** {@code membar} and {@code fence}. */
    static final class Fence extends Op {
        private final Access.Order order;
        private final Access.Scope scope;

        Fence(Instruction source, Access.Order order, Access.Scope scope) {
            super(source, InstructionClass.BARRIER);
            this.order = order;
            this.scope = scope;
        }

        @Override
        void execute(Warp warp, int lanes) {
            Observer observer = warp.cta().grid().observer();
            if (observer != null) {
                observer.fence(warp, this, lanes, order, scope);
            }
        }
    }

    /** Reads a clock: warp instructions of the launch, which is as good as cycles for a program that waits. */
    static final class Clock extends Op {
        private final boolean wide;
        private final int d;
        private final boolean high;

        Clock(Instruction source, boolean wide, int d, boolean high) {
            super(source, InstructionClass.MOVE);
            this.wide = wide;
            this.d = d;
            this.high = high;
        }

        @Override
        void execute(Warp warp, int lanes) {
            long now = warp.cta().grid().clock();
            for (int left = lanes; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                if (wide) {
                    warp.longs[d][lane] = now;
                } else {
                    warp.words[d][lane] = (int) (high ? now >>> 32 : now);
                }
            }
        }
    }
}
