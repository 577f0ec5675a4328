package dev.gateloom.train;

/** Training went astray: the loss or a gradient is no longer finite, or exceeds what {@link Trainer#explosion} allows. */
public final class DivergenceException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    /**
     * Also for training loops of one's own: {@link Search#best} takes the setting for the worst there is.
     *
     * @param message where it went wrong and what to do
     */
    public DivergenceException(String message) {
        super(message);
    }
}
