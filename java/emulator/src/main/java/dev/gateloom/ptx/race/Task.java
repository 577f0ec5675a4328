package dev.gateloom.ptx.race;

import dev.gateloom.ptx.memory.Region;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A piece of work of a stream, and the races that it has with work of other streams which no event orders before it. */
public final class Task {
    private final int line;
    private final int number;
    private final Map<Integer, Integer> before;
    private final String where;
    private final Hazards hazards = new Hazards();
    /** The last step of {@link #with}: neighbours in memory mostly have the same readers, and then share the list. */
    private ReadBy lastReaders;
    private ReadBy lastWith;

    /** Work that has read a place, a list of which none is known to have run before another one. */
    record ReadBy(Task task, ReadBy others) {
    }

    Task(int line, int number, Map<Integer, Integer> before, String where) {
        this.line = line;
        this.number = number;
        this.before = before;
        this.where = where;
    }

    /**
     * A copy or a fill touches device memory.
     *
     * @param region the memory
     * @param offset first byte
     * @param bytes how many
     * @param writes whether it writes
     */
    public void touch(Region region, int offset, int bytes, boolean writes) {
        Shadow shadow = Shadow.of(region);
        String place = word(writes) + " by " + where;
        for (int at = offset; at < offset + bytes; ) {
            Page page = shadow.page(at);
            int end = Math.min(offset + bytes, (at | Page.MASK) + 1);
            page.fit(Integer.lowestOneBit(at | end));
            touch(page, page.cell(at), page.cell(end - 1) + 1, writes, region, at, () -> place);
            at = end;
        }
    }

    /**
     * What was found.
     *
     * @return one report for each pair of places
     */
    public List<String> reports() {
        return hazards.reports();
    }

    void touch(Page page, int from, int to, boolean writes, Region region, int offset, Supplier<String> place) {
        if (page.writers == null) {
            page.writers = new Task[page.cells()];
            page.taskReaders = new ReadBy[page.cells()];
        }
        for (int cell = from; cell < to; cell++) {
            Task writer = page.writers[cell];
            if (writer != null && !isAfter(writer)) {
                race(writer, true, writes, region, offset, place);
            }
            if (!writes) {
                page.taskReaders[cell] = with(page.taskReaders[cell]);
                continue;
            }
            for (ReadBy left = page.taskReaders[cell]; left != null; left = left.others) {
                if (!isAfter(left.task)) {
                    race(left.task, false, true, region, offset, place);
                }
            }
            page.writers[cell] = this;
            page.taskReaders[cell] = null;
        }
    }

    /** Those readers that have not run before this one, and this one. */
    private ReadBy with(ReadBy readers) {
        if (readers != null && readers.task == this) {
            return readers;
        }
        if (lastWith == null || readers != lastReaders) {
            ReadBy kept = null;
            for (ReadBy left = readers; left != null; left = left.others) {
                kept = isAfter(left.task) ? kept : new ReadBy(left.task, kept);
            }
            lastReaders = readers;
            lastWith = new ReadBy(this, kept);
        }
        return lastWith;
    }

    String where() {
        return where;
    }

    private boolean isAfter(Task other) {
        return other.line == line ? other.number <= number : isAfter(other.line, other.number);
    }

    boolean isAfter(int otherLine, int count) {
        return before.getOrDefault(otherLine, 0) >= count;
    }

    int line() {
        return line;
    }

    int number() {
        return number;
    }

    private void race(Task earlier, boolean wrote, boolean writes, Region region, int offset, Supplier<String> place) {
        String later = place.get();
        hazards.add(List.of(earlier.where, wrote, later), () -> new Hazards.Race(word(wrote) + " by " + earlier.where, later,
                (!wrote ? "WAR" : writes ? "WAW" : "RAW") + " in __global__ memory, first at offset " + offset + " of "
                + region.purpose() + ": no event orders the streams"));
    }

    private static String word(boolean writes) {
        return writes ? "Write access" : "Read access";
    }
}
