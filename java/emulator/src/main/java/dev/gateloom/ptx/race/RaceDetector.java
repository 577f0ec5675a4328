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
    private final Task task;
    private final Ordering ordering;
    private final Races races;
    /** What has an earlier epoch happened in an earlier launch, before everything. */
    private final int oldest;

    // The access that is looked at.
    private Region region;
    private int marks;
    private WarpClocks who;

    /**
     * Watches a launch.
     *
     * @param code the kernel
     * @param geometry its shape
     * @param firstEpoch later than {@link #lastEpoch} of all earlier launches on the device
     * @param task the launch's place among the work of streams; null if there is only one stream
     */
    public RaceDetector(Code code, Geometry geometry, int firstEpoch, Task task) {
        if (geometry.blocks() * geometry.threads() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a grid of " + geometry.blocks() + " blocks of " + geometry.threads()
                    + " threads: races are looked for in grids of at most " + Integer.MAX_VALUE + " threads");
        }
        this.task = task;
        int[] cluster = code.function().cluster();
        ordering = new Ordering(geometry.threads(), firstEpoch,
                cluster == null ? block -> block : block -> (int) geometry.cluster(block, cluster));
        races = new Races(code, geometry, ordering);
        oldest = firstEpoch;
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
        List<String> reports = new ArrayList<>(races.reports());
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
        if (access.order() == Access.Order.WEAK && access.kind() == Access.Kind.READ && !access.nonCoherent()
                && !access.asynchronous() && task == null) {
            plainReads(instruction, shadow, lanes, offsets, access.bytes());
        } else {
            others(instruction, shadow, lanes, offsets, access);
        }
        if (access.asynchronous() && access.writes()) {
            for (int left = lanes; left != 0; left &= left - 1) {
                ordering.issue(who, Integer.numberOfTrailingZeros(left));
            }
        }
    }

    /** What most accesses are, and most of them find nothing new. Neighbours that read the same place are looked at together. */
    private void plainReads(Op instruction, Shadow shadow, int lanes, int[] offsets, int bytes) {
        for (int left = lanes; left != 0; ) {
            int offset = offsets[Integer.numberOfTrailingZeros(left)];
            int readers = 0;
            do {
                readers |= instruction.readers(Integer.numberOfTrailingZeros(left));
                left &= left - 1;
            } while (left != 0 && offsets[Integer.numberOfTrailingZeros(left)] == offset);
            Page page = shadow.page(offset);
            page.fit(bytes);
            if ((readers & readers - 1) == 0 || who.alike(readers)) {
                plainRead(page, readers, offset, bytes);
                continue;
            }
            for (; readers != 0; readers &= readers - 1) {
                plainRead(page, Integer.lowestOneBit(readers), offset, bytes);
            }
        }
    }

    /** Lanes that know the same read a place. Each knows its own writes beside; so two of them find what all would find. */
    private void plainRead(Page page, int lanes, int offset, int bytes) {
        int lane = Integer.numberOfTrailingZeros(lanes);
        int from = page.cell(offset);
        int to = from + (bytes >> page.shift);
        if (!page.isQuiet(who.block, who.floor(lane), oldest)) {
            int others = lanes & lanes - 1;
            for (int cell = from; cell < to; cell++) {
                check(page.writes[cell], page.writeMarks[cell], lane, offset);
                if (others != 0) {
                    check(page.writes[cell], page.writeMarks[cell], Integer.numberOfTrailingZeros(others), offset);
                }
                checkFlag(page.flag(cell, oldest), false, lanes, offset);
            }
        }
        long stamp = who.warpStamp(lane);
        for (int cell = from; cell < to; cell++) {
            page.read(cell, stamp, lanes, marks, who, lane, oldest);
        }
    }

    private void others(Op instruction, Shadow shadow, int lanes, int[] offsets, Access access) {
        int chunk = Integer.lowestOneBit(access.bytes());
        for (int left = lanes; left != 0; left &= left - 1) {
            int address = Integer.numberOfTrailingZeros(left);
            int threads = access.writes() ? 1 << address : instruction.readers(address);
            int offset = offsets[address];
            for (int end = offset + access.bytes(); offset < end; offset += chunk) {
                Page page = shadow.page(offset);
                page.fit(chunk);
                int from = page.cell(offset);
                int to = from + (chunk >> page.shift);
                for (int rest = threads; rest != 0; rest &= rest - 1) {
                    for (int cell = from; cell < to; cell++) {
                        other(page, cell, Integer.numberOfTrailingZeros(rest), offset, access);
                    }
                }
                if (task != null) {
                    task.touch(page, from, to, access.writes(), region, offset, this::place);
                }
            }
        }
    }

    private void other(Page page, int cell, int lane, int offset, Access access) {
        if (access.nonCoherent()) {
            readOnly(page, cell, lane, offset);
            return;
        }
        check(page.writes[cell], page.writeMarks[cell], lane, offset);
        checkFlag(page.flag(cell, oldest), access.writes(), 1 << lane, offset);
        if (access.writes()) {
            checkReads(page, cell, lane, offset);
        }
        if (Marks.strong(marks)) {
            if (access.writes()) {
                page.written(who.block, who.epochs[lane], oldest);
            }
            ordering.access(who, lane, access, marks, page.raise(cell, oldest));
        } else if (access.writes()) {
            long stamp = who.stamp(lane);
            page.write(cell, access.asynchronous() ? WarpClocks.pending(stamp) : stamp, marks, who.block, oldest);
        } else {
            long stamp = who.warpStamp(lane);
            page.read(cell, access.asynchronous() ? WarpClocks.pending(stamp) : stamp, 1 << lane, marks, who, lane, oldest);
        }
    }

    /** Even a write that has happened before must not be read through the read-only path. */
    private void readOnly(Page page, int cell, int lane, int offset) {
        if (WarpClocks.epoch(page.writes[cell]) >= oldest) {
            race(page.writes[cell], page.writeMarks[cell], lane, offset);
        }
        Flag flag = page.flag(cell, oldest);
        if (flag != null) {
            flag.writes().forEach(write -> race(write.stamp + Integer.numberOfTrailingZeros(write.lanes), write.marks, lane,
                    offset));
        }
        page.readOnly(cell, who.stamp(lane), marks);
    }

    private void checkReads(Page page, int cell, int lane, int offset) {
        check(page.reads[cell], page.readLanes[cell], page.readMarks[cell], lane, offset);
        BlockReaders block = page.blockReaders;
        long stamp = block == null ? 0 : block.stamp(cell);
        if (WarpClocks.epoch(stamp) >= oldest && !who.knowsAll(stamp, lane)) {
            for (int warp = 0; warp < block.warps; warp++) {
                if (block.lanes(cell, warp) != 0) {
                    check(stamp + warp * Warp.LANES, block.lanes(cell, warp), block.marks(cell, warp), lane, offset);
                }
            }
        }
        Readers readers = page.readers == null ? null : page.readers[cell];
        for (int i = readers == null ? 0 : readers.count(); i > 0; i--) {
            check(readers.stamp(i - 1), readers.lanes(i - 1), readers.marks(i - 1), lane, offset);
        }
        if (page.readOnly != null && WarpClocks.epoch(page.readOnly[cell]) >= oldest) {
            race(page.readOnly[cell], page.readOnlyMarks[cell], lane, offset);
        }
    }

    /** Against strong accesses, of which only those are races that the two do not agree on. */
    private void checkFlag(Flag flag, boolean writes, int lanes, int offset) {
        for (int left = flag == null ? 0 : lanes; left != 0; left &= left - 1) {
            int lane = Integer.numberOfTrailingZeros(left);
            for (Strong write : flag.writes()) {
                if (!isBefore(write, lane) && !flag.isObserved(write, who, lane)) {
                    check(write.stamp, write.lanes, write.marks, lane, offset);
                }
            }
            for (Strong read : writes ? flag.reads() : List.<Strong>of()) {
                if (!isBefore(read, lane)) {
                    check(read.stamp, read.lanes, read.marks, lane, offset);
                }
            }
        }
    }

    private boolean isBefore(Strong access, int lane) {
        return ordering.morallyStrong(access.marks, access.block, marks, who.block)
                || who.isBefore(access.stamp, access.lanes, lane);
    }

    /** Against a weak access of a thread. */
    private void check(long stamp, int how, int lane, int offset) {
        if (WarpClocks.epoch(stamp) >= oldest && !who.isBefore(stamp, lane)) {
            race(stamp, how, lane, offset);
        }
    }

    /** Against accesses of lanes of a warp. */
    private void check(long warpStamp, int lanes, int how, int lane, int offset) {
        if (WarpClocks.epoch(warpStamp) < oldest || who.isBefore(warpStamp, lanes, lane)) {
            return;
        }
        int left = lanes;
        while (who.isBefore(warpStamp, Integer.lowestOneBit(left), lane)) {
            left &= left - 1;
        }
        int other = Integer.numberOfTrailingZeros(left);
        race(WarpClocks.thread(warpStamp) < 0 ? warpStamp - other : warpStamp + other, how, lane, offset);
    }

    private void race(long stamp, int how, int lane, int offset) {
        int thread = WarpClocks.thread(stamp);
        races.add(thread < 0 ? ~thread : thread, how, who.thread(lane), marks, region, offset);
    }

    private String place() {
        return races.place(marks) + " by " + task.where();
    }

    @Override
    public void copied(Warp warp, AsyncCopy copy) {
        WarpClocks clocks = clocks(warp);
        int lane = copy.lane();
        int epoch = clocks.complete(lane);
        for (int at = copy.toOffset(); at < copy.toOffset() + copy.bytes().length; ) {
            Page page = Shadow.of(copy.to()).page(at);
            page.completeWrite(page.cell(at), clocks.pendingStamp(lane, epoch), clocks.stamp(lane));
            at += 1 << page.shift;
        }
        for (int at = copy.fromOffset(); at < copy.fromOffset() + copy.read(); ) {
            Page page = Shadow.of(copy.from()).page(at);
            page.completeRead(page.cell(at), clocks.pendingWarpStamp(epoch), clocks, lane, oldest);
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
