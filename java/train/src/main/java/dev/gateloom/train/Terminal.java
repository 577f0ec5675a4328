package dev.gateloom.train;

/** Whether somebody is watching. */
public final class Terminal {
    /** Set by the launcher if standard error is a terminal although standard output is none. */
    private static final String ERROR_ALONE = "gateloom.progress";

    private Terminal() {
    }

    /**
     * Whether standard error looks like a terminal that can redraw a line. From JDK 22 on there may be a console without a
     * terminal; {@code Console.isTerminal()}, new there, tells.
     *
     * @return false if standard input or output is redirected; true also where standard error alone is, which Java cannot tell
     */
    public static boolean isThere() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        if (Boolean.getBoolean(ERROR_ALONE)) {
            return true;
        }
        if (System.console() == null) {
            return false;
        }
        try {
            return (boolean) System.console().getClass().getSuperclass().getMethod("isTerminal").invoke(System.console());
        } catch (ReflectiveOperationException olderJdk) {
            return true;
        }
    }
}
