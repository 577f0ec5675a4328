package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;

/**
 * {@code bar} and {@code barrier}: sync, arrive and red. All threads of a warp execute an aligned one, which {@code bar} always is,
 * together and for the same barrier; else each one may come alone.
 */
final class BarrierOp extends Op {

    /** What {@code red} makes of the predicates. */
    enum Reduction {
        /** Nothing: {@code sync}. */
        NONE,
        /** How many are true. */
        POPC,
        /** Whether all are. */
        AND,
        /** Whether any is. */
        OR
    }

    private final boolean aligned;
    private final int number;
    private final int count;
    private final boolean wait;
    private final Reduction reduction;
    private final int destination;
    private final PredicateOps.Source vote;

    /**
     * A barrier.
     *
     * @param number slot of the barrier's number
     * @param count slot of the number of threads; -1 for the whole block
     * @param destination a word for {@code popc}, else a predicate; -1 for none
     */
    BarrierOp(Instruction source, int number, int count, boolean wait, Reduction reduction, int destination,
            PredicateOps.Source vote) {
        super(source, InstructionClass.BARRIER);
        aligned = source.opcode().equals("bar") || source.modifiers().contains("aligned");
        this.number = number;
        this.count = count;
        this.wait = wait;
        this.reduction = reduction;
        this.destination = destination;
        this.vote = vote;
    }

    @Override
    void execute(Warp warp, int lanes) {
        int together = aligned ? warp.align(this, lanes) : lanes;
        for (int left = together; left != 0; ) {
            int lane = Integer.numberOfTrailingZeros(left);
            int same = agreeing(warp, lane, left);
            if (aligned && same != left) {
                int other = Integer.numberOfTrailingZeros(left & ~same);
                throw KernelFault.failed("Barrier error detected. Invalid arguments at " + source.where() + ": "
                        + warp.threadName(lane) + " names " + named(warp, lane) + ", " + warp.threadName(other)
                        + " of the same warp " + named(warp, other));
            }
            arrive(warp, lane, same);
            left &= ~same;
        }
    }

    /** Those who name the same barrier and number of threads as a lane. */
    private int agreeing(Warp warp, int lane, int lanes) {
        int same = 0;
        for (int left = lanes; left != 0; left &= left - 1) {
            int other = Integer.numberOfTrailingZeros(left);
            boolean agrees = warp.words[number][other] == warp.words[number][lane] && threads(warp, other) == threads(warp, lane);
            same |= agrees ? 1 << other : 0;
        }
        return same;
    }

    private void arrive(Warp warp, int lane, int lanes) {
        Cta.Barrier barrier = warp.cta().barrier(warp.words[number][lane], this);
        if (reduction != Reduction.NONE) {
            barrier.yes += Integer.bitCount(vote.of(warp) & lanes);
            barrier.voters += Integer.bitCount(lanes);
        }
        warp.cta().arrive(warp, this, lanes, barrier, threads(warp, lane), wait);
    }

    private int threads(Warp warp, int lane) {
        return count < 0 ? 0 : warp.words[count][lane];
    }

    private String named(Warp warp, int lane) {
        return "barrier " + warp.words[number][lane] + (count < 0 ? "" : " for " + threads(warp, lane) + " threads");
    }

    /** All have arrived: gives the waiting lanes their result. */
    void opened(Warp warp, int lanes, Cta.Barrier barrier) {
        boolean result = reduction == Reduction.AND ? barrier.yes == barrier.voters : barrier.yes > 0;
        switch (reduction) {
            case POPC -> {
                for (int left = lanes; left != 0; left &= left - 1) {
                    warp.words[destination][Integer.numberOfTrailingZeros(left)] = barrier.yes;
                }
            }
            case AND, OR -> warp.predicates[destination] =
                    warp.predicates[destination] & ~lanes | (result ? lanes : 0);
            default -> {
            }
        }
    }
}
