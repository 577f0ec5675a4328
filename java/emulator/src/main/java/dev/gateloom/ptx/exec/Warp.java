package dev.gateloom.ptx.exec;

import dev.gateloom.ptx.memory.Region;
import java.util.Arrays;

/**
 * Thirty-two threads. They run in groups that stand at the same instruction: the group that is lowest in the code goes
 * first, so that diverged threads meet again at the post-dominator of their branch; now and then, by the seed, another one
 * does, so that threads of one warp that wait for each other get on, and code that relies on lockstep shows.
 */
public final class Warp {
    /** Threads of a warp. */
    public static final int LANES = 32;
    static final int ALL = -1;

    /** One time in this many, a diverged warp goes on with another group than the lowest. */
    private static final int SURPRISE = 4;

    final int[][] words;
    final long[][] longs;
    final int[] predicates;
    final Gate gate;
    /** Results of an instruction that not all lanes execute. All warps share this and what follows: it serves one instruction. */
    final int[] scratchWords;
    final long[] scratchLongs;
    /** Operands after flushing or extension. */
    final int[][] adapted;
    final long[] addresses;
    /** Of the part of an access that {@link Gate#open} let through. */
    final int[] offsets;
    /** Asynchronous copies; null if it has never started one. */
    private CopyQueue copies;
    int pc;
    int active;

    private final Code code;
    private final Code.Registers registers;
    private final Cta cta;
    private final int index;
    private final int born;
    private final Region local;
    private final int[] lanePc = new int[LANES];
    private final int[] waitMembers = new int[LANES];
    private int live;
    private int blocked;
    /** Blocked lanes that wait for lanes of this warp; the others wait for a barrier of the block. */
    private int meeting;
    /** At the barrier of the cluster: lanes that arrived, that wait since, and that may pass as soon as they ask. */
    int clusterArrived;
    int clusterWaiting;
    int clusterPassed;
    /** Whether this time slice belongs to a group that need not be the lowest. */
    private boolean surprised;
    /** Whether this warp stands in the scheduler's list. */
    boolean queued;

    Warp(Cta cta, int index, int threads) {
        this.cta = cta;
        this.index = index;
        code = cta.grid().code();
        gate = cta.grid().gate();
        scratchWords = cta.grid().scratch().words();
        scratchLongs = cta.grid().scratch().longs();
        adapted = cta.grid().scratch().adapted();
        addresses = cta.grid().scratch().addresses();
        offsets = cta.grid().scratch().offsets();
        born = threads >= LANES ? ALL : (1 << threads) - 1;
        local = new Region(dev.gateloom.ptx.parse.Space.LOCAL, Region.LOCAL_WINDOW, localStride() * LANES,
                cta.grid().policy().checkInitialised(), "local memory");
        registers = code.take();
        words = registers.words();
        longs = registers.longs();
        predicates = registers.predicates();
    }

    /** The launch has ended. */
    void end() {
        code.giveBack(registers);
    }

    /** Ready to run the block that {@link #cta} has become. */
    void start() {
        for (int slot : code.zeroWords) {
            Arrays.fill(words[slot], 0);
        }
        for (int slot : code.zeroLongs) {
            Arrays.fill(longs[slot], 0);
        }
        System.arraycopy(code.predicates, 0, predicates, 0, predicates.length);
        for (Code.Special special : code.specials) {
            if (special.wide()) {
                Arrays.fill(longs[special.slot()], cta.grid().id());
            } else {
                Specials.fill(special.name(), this, words[special.slot()]);
            }
        }
        local.reset();
        copies = null;
        Arrays.fill(lanePc, 0);
        pc = 0;
        live = born;
        active = born;
        blocked = 0;
        meeting = 0;
        clusterArrived = 0;
        clusterWaiting = 0;
        clusterPassed = 0;
    }

    /**
     * The block.
     *
     * @return the one that runs now
     */
    public Cta cta() {
        return cta;
    }

    /**
     * Its number.
     *
     * @return in the block, from 0
     */
    public int index() {
        return index;
    }

    /**
     * Threads that have not ended.
     *
     * @return a bit for each lane
     */
    public int live() {
        return live;
    }

    CopyQueue copies() {
        if (copies == null) {
            copies = new CopyQueue();
        }
        return copies;
    }

    Region local() {
        return local;
    }

    /** Bytes from one thread's local memory to the next one's: keeps vectors aligned. */
    int localStride() {
        return code.localBytes() + 15 & -16;
    }

    boolean runnable() {
        return (live & ~blocked) != 0;
    }

    /** Runs some instructions; stops early when no thread can go on. Returns how many. */
    int run(int quantum, SeededRandom random) {
        Op[] ops = code.ops;
        Profile profile = cta.grid().profile();
        if (active == 0 || active != (live & ~blocked)) {
            park();
            surprised = random.below(SURPRISE) == 0;
            select(surprised ? random : null);
        }
        int left = quantum;
        while (left > 0 && active != 0) {
            Op op = ops[pc];
            if (op.leader && active != (live & ~blocked)) {
                park();
                if (surprised) {
                    gather();                                   // its turn lasts, or it would never leave this place
                } else {
                    select(null);
                }
                op = ops[pc];
            }
            int lanes = op.guard < 0 ? active : active & (predicates[op.guard] ^ op.guardFlip);
            profile.count(pc, lanes);
            pc++;
            left--;
            if (lanes != 0 || op.always) {
                op.execute(this, lanes);
            }
        }
        return quantum - left;
    }

    /** Lanes leave the running group for another instruction. */
    void send(int lanes, int target) {
        active &= ~lanes;
        for (int left = lanes; left != 0; left &= left - 1) {
            lanePc[Integer.numberOfTrailingZeros(left)] = target;
        }
    }

    /** The running group stops where it is, and the lowest group goes on. */
    void reconsider() {
        park();
        select(null);
    }

    void exit(int lanes) {
        live &= ~lanes;
        active &= ~lanes;
        blocked &= ~meeting;                                    // those who waited for these threads look again
        meeting = 0;
        cta.exited(this, lanes);
        if (active == 0) {
            select(null);
        }
    }

    /** Lanes wait at a barrier of the block until {@link #release}; they go on after it. */
    void block(int lanes) {
        send(lanes, pc);
        blocked |= lanes;
        if (active == 0) {
            select(null);
        }
    }

    void release(int lanes) {
        blocked &= ~lanes;
    }

    /**
     * Lanes want to meet others of this warp at an instruction.
     *
     * @param lanes who executes it, all with the same members
     * @param members who is to meet
     * @param anywhere whether the others may stand at another instruction of this kind
     * @return those who have met, who are all in the running group if they stand at this instruction; 0 if somebody is missing
     *     and the lanes now wait
     */
    int meet(Op op, int lanes, int members, boolean anywhere) {
        if ((lanes & ~members) != 0) {
            throw KernelFault.failed("Barrier error detected. Invalid arguments at " + op.where() + ": "
                    + threadName(Integer.numberOfTrailingZeros(lanes & ~members)) + " is not in its own member mask 0x"
                    + Integer.toHexString(members));
        }
        int here = pc - 1;
        int others = 0;
        for (int left = meeting & members; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            boolean same = lanePc[lane] == here || anywhere && code.ops[lanePc[lane]] instanceof WarpOps.Sync;
            if (same && waitMembers[lane] == members) {
                others |= 1 << lane;
            }
        }
        if ((members & live & ~(lanes | others)) != 0) {
            send(lanes, here);
            blocked |= lanes;
            meeting |= lanes;
            for (int left = lanes; left != 0; left &= left - 1) {
                waitMembers[Integer.numberOfTrailingZeros(left)] = members;
            }
            return 0;
        }
        blocked &= ~others;
        meeting &= ~others;
        for (int left = others; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            if (lanePc[lane] == here) {
                active |= 1 << lane;
            } else {
                lanePc[lane]++;
            }
        }
        return lanes | others;
    }

    /**
     * Lanes execute an aligned barrier: all threads of the warp that have not ended must do so together, however the schedule
     * has split them on the way.
     *
     * @return all of them; 0 if somebody is missing and the lanes now wait
     */
    int align(Op op, int lanes) {
        if (active != lanes) {
            throw diverged(op, lanes, active & ~lanes, "does not execute it");
        }
        int met = meet(op, lanes, ALL, false);
        if (met == 0 && meeting == live) {
            int elsewhere = live;
            for (int left = live; left != 0; left &= left - 1) {
                int lane = Integer.numberOfTrailingZeros(left);
                elsewhere &= lanePc[lane] == op.index ? ~(1 << lane) : ALL;
            }
            throw diverged(op, lanes, elsewhere,
                    "waits at " + code.ops[lanePc[Integer.numberOfTrailingZeros(elsewhere)]].where());
        }
        if (active == 0) {
            select(null);
        }
        return met;
    }

    private KernelFault diverged(Op op, int lanes, int others, String what) {
        return KernelFault.failed("Barrier error detected. Divergent thread(s) in warp at " + op.where() + ": "
                + threadName(Integer.numberOfTrailingZeros(lanes)) + " executes it, "
                + threadName(Integer.numberOfTrailingZeros(others)) + " of the same warp " + what);
    }

    /** Where the waiting threads stand, for the report of a deadlock. */
    String waits() {
        StringBuilder text = new StringBuilder();
        for (int left = live; left != 0; ) {
            int lane = Integer.numberOfTrailingZeros(left);
            int group = 0;
            for (int rest = left; rest != 0; rest &= rest - 1) {
                int other = Integer.numberOfTrailingZeros(rest);
                group |= lanePc[other] == lanePc[lane] ? 1 << other : 0;
            }
            boolean inWarp = (meeting >>> lane & 1) != 0;
            Op op = code.ops[Math.max(0, inWarp || (blocked >>> lane & 1) == 0 ? lanePc[lane] : lanePc[lane] - 1)];
            text.append("\n    ").append(Integer.bitCount(group)).append(" thread(s) from ").append(threadName(lane))
                    .append(inWarp ? " wait for threads of their warp" : " wait").append(" at ")
                    .append(op.source() == null ? "a jump" : op.source().name()).append(" in ").append(op.where());
            left &= ~group;
        }
        return text.toString();
    }

    /** As compute-sanitizer names it. */
    String threadName(int lane) {
        return cta.grid().geometry().threadName(cta.number(), index * LANES + lane);
    }

    /** Keeps the running group's place while another one runs. */
    void park() {
        send(active, pc);
    }

    private void select(SeededRandom surprise) {
        int ready = live & ~blocked;
        active = 0;
        if (ready == 0) {
            return;
        }
        if (surprise != null) {
            int chosen = surprise.below(LANES);
            int from = ready & -1 << chosen;
            pc = lanePc[Integer.numberOfTrailingZeros(from != 0 ? from : ready)];
        } else {
            pc = Integer.MAX_VALUE;
            for (int left = ready; left != 0; left &= left - 1) {
                pc = Math.min(pc, lanePc[Integer.numberOfTrailingZeros(left)]);
            }
        }
        gather();
    }

    /** Everybody who stands at {@link #pc} and does not wait runs. */
    private void gather() {
        for (int left = live & ~blocked; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            active |= lanePc[lane] == pc ? 1 << lane : 0;
        }
    }
}
