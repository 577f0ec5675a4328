package dev.gateloom.cuda.jcuda;

/** Why the played driver refuses a call that no correct caller makes. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A {@code CUresult}. */
    final int code;

    Refusal(int code, String why) {
        super(why);
        this.code = code;
    }

    static void unless(boolean condition, int code, String why) {
        if (!condition) {
            throw new Refusal(code, why);
        }
    }
}
