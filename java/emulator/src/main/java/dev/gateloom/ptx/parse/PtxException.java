package dev.gateloom.ptx.parse;

/** PTX that cannot be read, or holds something that is not supported. */
public final class PtxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Describes it.
     *
     * @param line of the PTX
     * @param message the construct, and what is wrong with it
     */
    public PtxException(int line, String message) {
        super("PTX line " + line + ": " + message);
    }
}
