package dev.gateloom.ptx.race;

import dev.gateloom.ptx.exec.Code;
import dev.gateloom.ptx.exec.Geometry;
import dev.gateloom.ptx.exec.Warp;
import dev.gateloom.ptx.memory.Region;
import java.util.List;

/** The races of a launch, told in compute-sanitizer's words. */
final class Races {
    /** As {@code Gate} shows addresses of instructions. */
    private static final int BYTES_OF_INSTRUCTION = 16;

    private final Code code;
    private final Geometry geometry;
    private final Ordering ordering;
    private final Hazards hazards = new Hazards();

    Races(Code code, Geometry geometry, Ordering ordering) {
        this.code = code;
        this.geometry = geometry;
        this.ordering = ordering;
    }

    List<String> reports() {
        return hazards.reports();
    }

    /**
     * Two accesses that nothing orders.
     *
     * @param earlier number in the grid of the thread whose access was first this time
     * @param how its marks
     * @param later number of the other thread
     * @param marks of its access
     */
    void add(int earlier, int how, int later, int marks, Region region, int offset) {
        hazards.add(List.of(how, marks), () -> new Hazards.Race(place(how), place(marks),
                (!Marks.writes(how) ? "WAR" : Marks.writes(marks) ? "WAW" : "RAW") + " in __" + region.space().word()
                + "__ memory, first at offset " + offset + " of " + region.purpose() + ", by " + name(earlier)
                + ", then by " + name(later) + why(earlier, how, later, marks)));
    }

    /** An access and its instruction. */
    String place(int how) {
        return Marks.word(how) + " access at " + code.function().name() + "()+0x"
                + Integer.toHexString(Marks.op(how) * BYTES_OF_INSTRUCTION) + " in " + code.op(Marks.op(how)).where();
    }

    private String name(int thread) {
        return geometry.threadName(thread / geometry.threads(), thread % geometry.threads());
    }

    private String why(int earlier, int how, int later, int marks) {
        if (Marks.copy(how)) {
            return ": the copy by cp.async is not complete, its thread has not waited for it";
        }
        if (Marks.readOnly(how) || Marks.readOnly(marks)) {
            return ": what is read through the read-only path (.nc) must not be written during the launch";
        }
        if (Marks.bothStrong(how, marks)) {
            return ": a scope does not include the other thread";
        }
        if (Marks.strong(how) && Marks.strong(marks)) {
            return ": the two accesses are of different sizes, and nothing orders them";
        }
        if (Marks.strong(how) != Marks.strong(marks)) {
            return ": one of the two accesses is weak, and nothing orders them";
        }
        int threads = geometry.threads();
        boolean sameBlock = ordering.apart(earlier / threads, later / threads) == Published.BLOCK;
        return sameBlock && earlier % threads / Warp.LANES == later % threads / Warp.LANES
                ? ": threads of one warp, which only bar.warp.sync orders" : "";
    }
}
