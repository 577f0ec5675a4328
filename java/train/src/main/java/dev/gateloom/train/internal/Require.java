package dev.gateloom.train.internal;

/** Argument checks whose messages name the argument, what was expected and what came. */
public final class Require {

    private Require() {
    }

    /**
     * Checks an argument.
     *
     * @param holds whether it is right
     * @param argument its name
     * @param expected what it should be
     * @param came what it is
     * @throws IllegalArgumentException if it does not hold
     */
    public static void that(boolean holds, String argument, String expected, Object came) {
        if (!holds) {
            throw new IllegalArgumentException(argument + ": expected " + expected + ", got " + came);
        }
    }

    /**
     * Checks the order of calls.
     *
     * @param value what an earlier call left
     * @param otherwise what to do if there is none
     * @param <T> its type
     * @return the value
     * @throws IllegalStateException if it is null
     */
    public static <T> T present(T value, String otherwise) {
        if (value == null) {
            throw new IllegalStateException(otherwise);
        }
        return value;
    }
}
