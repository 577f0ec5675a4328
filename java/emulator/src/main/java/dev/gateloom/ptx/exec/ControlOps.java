package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.parse.Instruction;

/** Branches, ends, fences. */
final class ControlOps {

    private ControlOps() {
    }

    /** {@code bra}, and jumps between blocks that are not laid out one after the other. */
    static final class Branch extends Op {
        /** Set when all blocks have their place. */
        int target;

        Branch(Instruction source) {
            super(source, InstructionClass.CONTROL);
            always = true;
        }

        @Override
        void execute(Warp warp, int lanes) {
            if (lanes == warp.active) {
                warp.pc = target;
            } else if (lanes != 0) {
                warp.send(lanes, target);
                warp.reconsider();
            }
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

    /** Hints: {@code nanosleep}, {@code prefetch}. The schedule is random anyway. */
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
