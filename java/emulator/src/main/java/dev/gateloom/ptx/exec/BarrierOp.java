package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.parse.Instruction;

/** {@code bar} and {@code barrier}: sync, arrive and red. */
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
        this.number = number;
        this.count = count;
        this.wait = wait;
        this.reduction = reduction;
        this.destination = destination;
        this.vote = vote;
    }

    @Override
    void execute(Warp warp, int lanes) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        Cta.Barrier barrier = warp.cta().barrier(warp.words[number][lane], this);
        if (reduction != Reduction.NONE) {
            barrier.yes += Integer.bitCount(vote.of(warp) & lanes);
            barrier.voters += Integer.bitCount(lanes);
        }
        warp.cta().arrive(warp, this, lanes, barrier, count < 0 ? 0 : warp.words[count][lane], wait);
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
