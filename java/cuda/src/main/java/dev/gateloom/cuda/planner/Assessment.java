package dev.gateloom.cuda.planner;

/**
 * What a strategy comes to: a plan, or what is in the way.
 *
 * @param plan the cheapest layout; null if none is possible
 * @param obstacle the reason; null if one is possible
 */
public record Assessment(PassPlan plan, String obstacle) {

    static Assessment of(PassPlan plan) {
        return new Assessment(plan, null);
    }

    static Assessment impossible(String obstacle) {
        return new Assessment(null, obstacle);
    }

    /** Blocks need more than there is. */
    static Assessment doesNotFit(int blocks, long needed, long there) {
        return impossible("does not fit: " + needed + " bytes needed in " + (blocks == 1 ? "a block" : "each of " + blocks
                + " blocks") + ", " + there + " there");
    }

    boolean possible() {
        return plan != null;
    }

    /** The better of two: a plan rather than none, then the cheaper one, then this. */
    Assessment or(Assessment other) {
        return !possible() ? other.possible() ? other : this
                : !other.possible() || plan.seconds() <= other.plan.seconds() ? this : other;
    }
}
