package dev.gateloom.safetensors;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not what was expected. The message names it, what is wrong in it, what was expected and what came. */
public final class SafetensorsException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 300;

    /**
     * A complete message behind the file's name.
     *
     * @param file the file
     * @param message what is wrong
     */
    public SafetensorsException(Path file, String message) {
        super(file + ": " + message);
    }

    /**
     * The usual form.
     *
     * @param file the file
     * @param what the part that is wrong
     * @param expected what it should have been
     * @param came what it was
     */
    public SafetensorsException(Path file, String what, String expected, Object came) {
        this(file, shown(what) + ": expected " + shown(expected) + ", got " + shown(came));
    }

    SafetensorsException(Path file, String message, IOException cause) {
        super(file + ": " + message, cause);
    }

    /** Names come from the file: they may be long, or hold what a terminal obeys. */
    private static String shown(Object part) {
        String s = String.valueOf(part);
        return (s.length() <= LONGEST ? s : s.substring(0, LONGEST) + "...").replaceAll("\\p{Cntrl}", "?");
    }
}
