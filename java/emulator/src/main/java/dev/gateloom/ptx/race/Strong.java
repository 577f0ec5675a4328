package dev.gateloom.ptx.race;

/**
 * A strong access, or several alike by threads of a warp. The strong writes to a place are numbered; {@code since} and
 * {@code until} say which of them the access has observed, a write or update itself being the last one.
 */
final class Strong {
    /** Of the warp. */
    final long stamp;
    final int block;
    final int marks;
    int lanes;
    int since;
    int until;

    Strong(long stamp, int block, int marks, int lanes, int since, int until) {
        this.stamp = stamp;
        this.block = block;
        this.marks = marks;
        this.lanes = lanes;
        this.since = since;
        this.until = until;
    }

    Strong(Strong other) {
        this(other.stamp, other.block, other.marks, other.lanes, other.since, other.until);
    }

    boolean hasObserved(int write) {
        return since <= write && write <= until;
    }

    /** What an earlier access has observed counts as observed by this one, too, which comes after it. */
    void inherit(Strong earlier) {
        if (earlier.until >= since - 1) {
            since = Math.min(since, earlier.since);
        }
    }
}
