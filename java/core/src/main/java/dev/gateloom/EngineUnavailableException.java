package dev.gateloom;

/** An engine that was asked for by name cannot run here. The message has the reason and what would mend it. */
public final class EngineUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * For engines.
     *
     * @param engine its name
     * @param reason why it cannot run
     * @param mend what to do
     */
    public EngineUnavailableException(String engine, String reason, String mend) {
        super("engine " + engine + ": " + reason + ". " + mend);
    }
}
