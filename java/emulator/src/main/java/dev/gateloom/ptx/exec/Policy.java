package dev.gateloom.ptx.exec;

/**
 * How a grid is run.
 *
 * @param seed of the schedule: which warp runs next, for how long, which threads of a diverged warp go first
 * @param quantum mean number of instructions that a warp runs before it may be preempted
 * @param residentBlocks blocks that run at the same time
 * @param multiprocessors what {@code %smid} counts
 * @param patience warp instructions without any write to memory after which a launch counts as hanging
 * @param checkInitialised whether reads of memory that nobody wrote are reported
 */
public record Policy(long seed, int quantum, int residentBlocks, int multiprocessors, long patience,
        boolean checkInitialised) {
}
