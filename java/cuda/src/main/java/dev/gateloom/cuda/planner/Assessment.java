package dev.gateloom.cuda.planner;

/** What a strategy comes to: a plan, or what is in the way. */
record Assessment(PassPlan plan, String obstacle) {

    static Assessment of(PassPlan plan) {
        return new Assessment(plan, null);
    }

    static Assessment impossible(String obstacle) {
        return new Assessment(null, obstacle);
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
