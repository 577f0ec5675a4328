package dev.gateloom.ptx.race;

import dev.gateloom.ptx.exec.AsyncCopy;
import dev.gateloom.ptx.exec.Cluster;
import dev.gateloom.ptx.exec.Code;
import dev.gateloom.ptx.exec.Cta;
import dev.gateloom.ptx.exec.Geometry;
import dev.gateloom.ptx.exec.Observer;
import dev.gateloom.ptx.exec.Op;
import dev.gateloom.ptx.exec.Warp;
import dev.gateloom.ptx.memory.Access;
import dev.gateloom.ptx.memory.Region;
import dev.gateloom.ptx.parse.Space;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds accesses of different threads to the same bytes, at least one of them a write, that neither happen one before the
 * other nor are both strong with scopes that include each other: data races of the PTX memory model. Watches shared and
 * global memory during one launch; what earlier launches did has happened before.
 */
public final class RaceDetector implements Observer {
    /** As {@code Gate} shows addresses of instructions. */
    private static final int BYTES_OF_INSTRUCTION = 16;

    private final Code code;
    private final Geometry geometry;
    private final Task task;
    private final Ordering ordering;
    /** What has an earlier epoch happened in an earlier launch, before everything. */
    private final int oldest;
    private final Hazards hazards = new Hazards();
    private int random;

    // The access that is looked at.
    private Region region;
    private int marks;
    private WarpClocks who;
    /** The lane whose reads push out others. */
    private int chosen;

    /**
     * Watches a launch.
     *
     * @param code the kernel
     * @param geometry its shape
     * @param firstEpoch later than {@link #lastEpoch} of all earlier launches on the device
     * @param seed of which readers are remembered
     * @param task the launch's place among the work of streams; null if there is only one stream
     */
    public RaceDetector(Code code, Geometry geometry, int firstEpoch, long seed, Task task) {
        if (geometry.blocks() * geometry.threads() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a grid of " + geometry.blocks() + " blocks of " + geometry.threads()
                    + " threads: races are looked for in grids of at most " + Integer.MAX_VALUE + " threads");
        }
        this.code = code;
        this.geometry = geometry;
        this.task = task;
        int[] cluster = code.function().cluster();
        ordering = new Ordering(geometry.threads(), firstEpoch,
                cluster == null ? block -> block : block -> (int) geometry.cluster(block, cluster));
        oldest = firstEpoch;
        random = (int) seed | 1;
    }

    /**
     * The last epoch of the launch.
     *
     * @return at least the first one
     */
    public int lastEpoch() {
        return ordering.latest();
    }

    /**
     * What was found.
     *
     * @return one report for each pair of instructions
     */
    public List<String> reports() {
        List<String> reports = new ArrayList<>(hazards.reports());
        if (task != null) {
            reports.addAll(task.reports());
        }
        return reports;
    }

    @Override
    public void access(Warp warp, Op instruction, Region memory, int lanes, int[] offsets, Access access) {
        Space space = memory.space();
        if (space != Space.SHARED && space != Space.GLOBAL) {
            return;
        }
        who = clocks(warp);
        region = memory;
        marks = Marks.of(instruction.index(), access);
        Shadow shadow = Shadow.of(memory);
        chosen = random();
        if (access.order() == Access.Order.WEAK && access.kind() == Access.Kind.READ && !access.nonCoherent()
                && !access.asynchronous() && task == null) {
            plainReads(instruction, shadow, lanes, offsets, access.bytes());
        } else {
            others(instruction, shadow, lanes, offsets, access);
        }
    }

    /** What most accesses are, and most of them find nothing new. */
    private void plainReads(Op instruction, Shadow shadow, int lanes, int[] offsets, int bytes) {
        int last = -1;
        int lastButOne = -1;
        for (int left = lanes; left != 0; left &= left - 1) {
            int address = Integer.numberOfTrailingZeros(left);
            int offset = offsets[address];
            if (offset == last && offset == lastButOne) {
                continue;                                           // two readers of a broadcast stand for all
            }
            lastButOne = last;
            last = offset;
            int lane = instruction.reader(address);
            Page page = shadow.page(offset);
            page.fit(bytes);
            int from = page.cell(offset);
            int to = from + (bytes >> page.shift);
            if (!page.isQuiet(who.block, who.floor(lane), oldest)) {
                checkWrites(page, from, to, lane, offset);
            }
            long stamp = who.stamp(lane);
            for (int cell = from; cell < to; cell++) {
                remember(page, cell, stamp, lane);
            }
        }
    }

    private void others(Op instruction, Shadow shadow, int lanes, int[] offsets, Access access) {
        boolean writes = access.writes();
        boolean rare = access.order() != Access.Order.WEAK || access.nonCoherent() || task != null;
        int chunk = Integer.lowestOneBit(access.bytes());
        for (int left = lanes; left != 0; left &= left - 1) {
            int address = Integer.numberOfTrailingZeros(left);
            int lane = writes ? address : instruction.reader(address);
            int offset = offsets[address];
            for (int end = offset + access.bytes(); offset < end; offset += chunk) {
                Page page = shadow.page(offset);
                page.fit(chunk);
                int cell = page.cell(offset);
                int cells = chunk >> page.shift;
                if (writes) {
                    write(page, cell, cell + cells, lane, offset);
                } else {
                    read(page, cell, cell + cells, lane, offset);
                }
                if (rare) {
                    rare(page, cell, cell + cells, lane, offset, access);
                }
            }
        }
    }

    private void checkWrites(Page page, int from, int to, int lane, int offset) {
        for (int cell = from; cell < to; cell++) {
            check(page.writes[cell], page.writeMarks, cell, lane, offset);
            if (page.strongWrites != null) {
                check(page.strongWrites[cell], page.strongWriteMarks, cell, lane, offset);
            }
        }
    }

    private void read(Page page, int from, int to, int lane, int offset) {
        long stamp = stamp(lane);
        checkWrites(page, from, to, lane, offset);
        for (int cell = from; cell < to; cell++) {
            if (Marks.strong(marks)) {
                page.strong(cell, false, stamp, marks, who.block, oldest);
            } else {
                remember(page, cell, stamp, lane);
            }
        }
    }

    /** What a cell remembers. */
    private long stamp(int lane) {
        return Marks.copy(marks) ? WarpClocks.pending(who.stamp(lane)) : who.stamp(lane);
    }

    private void remember(Page page, int cell, long stamp, int lane) {
        long first = page.reads[cell];
        if (first == stamp) {
            return;
        }
        if (WarpClocks.epoch(first) < oldest || who.isBefore(first, lane)) {
            page.reads[cell] = stamp;
            page.readMarks[cell] = marks;
            return;
        }
        long second = page.otherReads[cell];
        if (second == stamp || lane != chosen && (first ^ stamp) >>> 32 == 0 && (second ^ stamp) >>> 32 == 0) {
            return;                                                 // two of this epoch stand for all
        }
        if (lane == chosen || WarpClocks.epoch(second) < oldest || who.isBefore(second, lane)) {
            page.otherReads[cell] = stamp;
            page.otherReadMarks[cell] = marks;
        }
    }

    private void write(Page page, int from, int to, int lane, int offset) {
        long stamp = stamp(lane);
        for (int cell = from; cell < to; cell++) {
            check(page.writes[cell], page.writeMarks, cell, lane, offset);
            check(page.reads[cell], page.readMarks, cell, lane, offset);
            check(page.otherReads[cell], page.otherReadMarks, cell, lane, offset);
            if (page.strongWrites != null) {
                check(page.strongWrites[cell], page.strongWriteMarks, cell, lane, offset);
                check(page.strongReads[cell], page.strongReadMarks, cell, lane, offset);
            }
            if (page.readOnly != null && WarpClocks.epoch(page.readOnly[cell]) >= oldest) {
                race(page.readOnly[cell], page.readOnlyMarks[cell], lane, offset);
            }
            if (Marks.strong(marks)) {
                page.strong(cell, true, stamp, marks, who.block, oldest);
            } else {
                page.write(cell, stamp, marks, who.block, oldest);
            }
        }
    }

    private void check(long stamp, int[] how, int cell, int lane, int offset) {
        if (WarpClocks.epoch(stamp) >= oldest && !who.isBefore(stamp, lane)) {
            race(stamp, how[cell], lane, offset);
        }
    }

    /** What few accesses need: the read-only path, strong accesses, work of other streams. */
    private void rare(Page page, int from, int to, int lane, int offset, Access access) {
        for (int cell = from; cell < to; cell++) {
            if (access.nonCoherent()) {
                written(page.writes[cell], page.writeMarks, cell, lane, offset);
                if (page.strongWrites != null) {
                    written(page.strongWrites[cell], page.strongWriteMarks, cell, lane, offset);
                }
                page.readOnly(cell, who.stamp(lane), marks);
            }
            if (Marks.strong(marks)) {
                Published told = page.published == null ? null : page.published[cell];
                if (access.reads()) {
                    ordering.read(who, lane, access, told);
                }
                if (access.writes()) {
                    page.publish(cell, ordering.write(who, lane, access, told));
                }
            }
        }
        if (task != null) {
            task.touch(page, from, to, access.writes(), region, offset, this::place);
        }
    }

    /** Even a write that happened before must not be read through the read-only path; others are races anyway. */
    private void written(long stamp, int[] how, int cell, int lane, int offset) {
        if (WarpClocks.epoch(stamp) >= oldest && who.isBefore(stamp, lane)) {
            race(stamp, how[cell], lane, offset);
        }
    }

    private String place() {
        return place(marks) + " by " + task.where();
    }

    private void race(long earlier, int how, int lane, int offset) {
        int thread = WarpClocks.thread(earlier);
        int earlierThread = Marks.copy(how) ? ~thread : thread;
        int threads = geometry.threads();
        boolean sameBlock = earlierThread / threads == who.block;
        boolean sameCluster = ordering.cluster(earlierThread / threads) == ordering.cluster(who.block);
        int apart = sameBlock ? Published.BLOCK : sameCluster ? Published.CLUSTER : Published.DEVICE;
        boolean strong = Marks.bothStrong(how, marks);
        if (strong && Marks.level(how) >= apart && Marks.level(marks) >= apart) {
            return;
        }
        int laterThread = WarpClocks.thread(who.stamp(lane));
        hazards.add(List.of(how, marks), () -> new Hazards.Race(place(how), place(marks),
                (!Marks.writes(how) ? "WAR" : Marks.writes(marks) ? "WAW" : "RAW") + " in __" + region.space().word()
                + "__ memory, first at offset " + offset + " of " + region.purpose() + ", by " + name(earlierThread)
                + ", then by " + name(laterThread) + why(how, earlierThread, laterThread, apart, strong)));
    }

    private String place(int how) {
        return Marks.word(how) + " access at " + code.function().name() + "()+0x"
                + Integer.toHexString(Marks.op(how) * BYTES_OF_INSTRUCTION) + " in " + code.op(Marks.op(how)).where();
    }

    private String name(int thread) {
        return geometry.threadName(thread / geometry.threads(), thread % geometry.threads());
    }

    private String why(int how, int earlier, int later, int apart, boolean strong) {
        if (Marks.copy(how)) {
            return ": the copy by cp.async is not complete, its thread has not waited for it";
        }
        if (Marks.readOnly(how) || Marks.readOnly(marks)) {
            return ": what is read through the read-only path (.nc) must not be written during the launch";
        }
        if (strong) {
            return ": a scope does not include the other thread";
        }
        if (Marks.strong(how) != Marks.strong(marks)) {
            return ": one of the two accesses is weak, and nothing orders them";
        }
        return apart == Published.BLOCK && earlier % geometry.threads() / Warp.LANES == later % geometry.threads() / Warp.LANES
                ? ": threads of one warp, which only bar.warp.sync orders" : "";
    }

    /** A lane, by the generator of Marsaglia (xorshift). */
    private int random() {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return random & Warp.LANES - 1;
    }

    @Override
    public void copied(Warp warp, AsyncCopy copy) {
        long stamp = clocks(warp).stamp(copy.lane());
        complete(copy.to(), copy.toOffset(), copy.bytes().length, stamp);
        if (copy.from() != null) {
            complete(copy.from(), copy.fromOffset(), copy.read(), stamp);
        }
    }

    /** From now on a copy is as good as done by its thread. */
    private static void complete(Region memory, int offset, int bytes, long stamp) {
        for (int at = offset; at < offset + bytes; ) {
            Page page = Shadow.of(memory).page(at);
            page.complete(page.cell(at), stamp);
            at += 1 << page.shift;
        }
    }

    @Override
    public void arrive(Warp warp, Op instruction, int lanes, int barrier, boolean wait) {
        WarpClocks clocks = clocks(warp);
        ordering.arrive(warp.cta().slot(), clocks, lanes, barrier, wait);
    }

    @Override
    public void open(Cta cta, int barrier) {
        ordering.open(cta.slot(), barrier);
    }

    @Override
    public void warpSync(Warp warp, int lanes) {
        WarpClocks clocks = clocks(warp);
        ordering.meet(warp.cta().slot(), clocks, lanes);
    }

    @Override
    public void fence(Warp warp, Op instruction, int lanes, Access.Order order, Access.Scope scope) {
        ordering.fence(clocks(warp), lanes, scope);
    }

    @Override
    public void clusterArrive(Warp warp, Op instruction, int lanes, boolean release) {
        ordering.clusterArrive(clocks(warp), lanes, release);
    }

    @Override
    public void clusterOpen(Cluster cluster) {
        ordering.clusterOpen(ordering.cluster((int) cluster.ctas()[0].number()));
    }

    @Override
    public void clusterWait(Warp warp, int lanes) {
        ordering.clusterWait(clocks(warp), lanes);
    }

    @Override
    public void exit(Warp warp, int lanes) {
        // Whoever ends tells nobody.
    }

    private WarpClocks clocks(Warp warp) {
        return ordering.warp(warp.cta().slot(), warp.cta().number(), warp.index());
    }
}
