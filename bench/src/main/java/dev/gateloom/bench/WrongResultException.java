package dev.gateloom.bench;

/** A contender's result differs from the reference's: it is not timed. */
public final class WrongResultException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * With the tensor, the place, both values and the tolerance.
     *
     * @param message what differs
     */
    public WrongResultException(String message) {
        super(message);
    }
}
